import { Option, type Command } from 'commander';
import { auditFile, auditFormats, type AuditFormat } from '../../shared/auditFile.ts';
import type { AuditEntry } from '../../shared/contract/access.ts';
import { Failure } from '../../shared/failure.ts';
import { formatCount, formatMoment } from '../../shared/format.ts';
import type { AuditCheck } from '../requests/auditFiles.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/auditFiles.ts');

export function addAuditVerbs(program: Command): void {
  const audit = program.command('audit').description('who did what, and whether that log is whole');

  audit
    .command('list')
    .description('what was done, the newest first')
    .addOption(new Option('--limit <number>', 'at most so many').default('50'))
    .action(({ limit }: { limit: string }, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, ({ audit: log }) => ({ entries: log.page(null, readLimit(limit)) })),
        ({ entries }) => printEntries(entries),
      ),
    );

  audit
    .command('export')
    .description('the whole log on stdout, oldest first, with the hashes that chain it')
    .addOption(
      new Option('--format <format>', 'jsonl can be checked again; csv is for a spreadsheet')
        .choices([...auditFormats])
        .default('jsonl'),
    )
    .action(({ format }: { format: AuditFormat }, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => ({ entries: (await requests()).allAudited(console) })),
        ({ entries }) => auditFile(entries, format).trimEnd(),
      ),
    );

  audit
    .command('check [file]')
    .description('whether the log is whole; of an exported file: whether it is, and the log still holds it')
    .action((file: string | undefined, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).checkAudit(console, file ?? null)),
        (check) => printCheck(check, file ?? 'the log'),
        ({ intact, inLog }) => (intact && inLog !== false ? 0 : 6),
      ),
    );
}

function printEntries(entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return 'Nothing was done yet.';
  return columns(
    ['NO', 'WHEN', 'WHO', 'ACTION', 'OUTCOME', 'ABOUT'],
    entries.map(({ seq, at, osUser, person, action, subject, outcome }) => [
      String(seq),
      formatMoment(at),
      person === null ? osUser : `${person} (${osUser})`,
      action,
      outcome,
      subject,
    ]),
  );
}

function printCheck({ entries, brokenAt, lastHash, inLog }: AuditCheck, what: string): string {
  if (brokenAt !== null)
    return `${what} was changed or lost entries: number ${brokenAt} does not follow the one before it. Somebody has written into it.`;
  const whole = `${what} is whole: ${formatCount(entries)} ${entries === 1 ? 'entry' : 'entries'}${lastHash === null ? '' : `, the newest ${lastHash}`}`;
  if (inLog === null) return whole;
  return inLog
    ? `${whole}\nThe log of this machine still holds all of it.`
    : `${whole}\nBut the log of this machine does not hold it any more: it was replaced or cut off, or is another one.`;
}

/** @throws USAGE */
function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new Failure('USAGE', `${text} is no limit`, 'Give a number from 1 to 100000.');
}
