import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/format.ts';
import type { DemoAnswer } from '../requests/demo.ts';
import { columns } from './columns.ts';
import { runVerb } from './run.ts';

export function addDemoVerb(program: Command): void {
  program
    .command('demo')
    .description('a shop database of its own on this machine: back it up, destroy it, restore it, prove it')
    .option('--keep', 'leave the shop running, to look around')
    .option('--scale <factor>', '1 is a database of about 250 MB', '0.8')
    .action((options: { keep?: boolean; scale: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const scale = Number(options.scale);
          if (!(scale > 0 && scale <= 100))
            throw new Failure('USAGE', `${options.scale} is no scale`, 'Give a number above 0, such as 0.8.');
          const { runDemo } = await import('../requests/demo.ts');
          return runDemo({ keep: options.keep ?? false, scale }, verb, (step) => process.stderr.write(`· ${step}\n`));
        },
        printProof,
        ({ proof }) => (proof.ok ? 0 : 6),
      ),
    );
}

function printProof({ backup, restore, proof, kept }: DemoAnswer): string {
  const cell = (table: { rows: number; fingerprint: string } | null) =>
    table ? [formatCount(table.rows), table.fingerprint] : ['-', 'gone'];
  const lines = [
    columns(
      ['TABLE', 'ROWS BEFORE', 'PRINT', 'AFTER THE DISASTER', 'PRINT', 'ROWS RESTORED', 'PRINT', ''],
      proof.tables.map(({ name, before, destroyed, after, same }) => [
        name,
        ...cell(before),
        ...cell(destroyed),
        ...cell(after),
        same ? 'same' : 'DIFFERS',
      ]),
    ),
    '',
    `backup   ${formatBytes(backup.plainBytes)} dumped, ${formatBytes(backup.sizeBytes)} stored in ${backup.copies.map(({ store }) => store).join(', ')}, ${formatDuration(backup.durationSeconds ?? 0)}`,
    `restore  ${formatDuration(restore.durationSeconds ?? 0)}, ${restore.verification?.tables.length ?? 0} tables, ${restore.verification?.indexes.ok ?? 0} indexes, ${restore.verification?.foreignKeys.ok ?? 0} foreign keys and ${restore.verification?.sequences.ok ?? 0} sequences verified, then swapped in`,
    ...restore.notes.map((note) => `note     ${note}`),
    proof.ok
      ? 'PROVEN   every table holds again exactly the rows it held before'
      : 'FAILED   not every table came back as it was',
  ];
  if (kept)
    lines.push(
      '',
      `The shop still runs: ${kept.url} (password in ${kept.passwordFile})`,
      `Look around:         npx strongroom --home ${kept.home} list`,
      `End and remove it:   ${endCommand(kept)}`,
    );
  return lines.join('\n');
}

/** What stops the server that was kept, and takes everything of the demo away. */
function endCommand({ home, passwordFile }: NonNullable<DemoAnswer['kept']>): string {
  const [dir, data] = [dirname(home), join(dirname(passwordFile), 'data')];
  if (process.platform === 'win32') return `pg_ctl -D "${data}" -w stop, then delete ${dir}`;
  return `kill -INT $(head -n 1 ${data}/postmaster.pid); sleep 3; rm -r ${dir}`;
}
