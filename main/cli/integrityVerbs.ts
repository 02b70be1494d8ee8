import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { formatBytes } from '../../shared/format.ts';
import type { IntegrityReport, ReadForecast, ReadLimits } from '../../shared/integrity.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/verify.ts');

interface LimitOptions {
  days?: string;
  perDay?: string;
  perMonth?: string;
}

export function addIntegrityVerbs(program: Command): void {
  const integrity = program
    .command('integrity')
    .description('look at every copy in every store, read some to their end, and make bad ones again')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'integrity.start', {}, async (console, audited) =>
            (await requests()).checkAllIntegrity(console, audited),
          ),
        printIntegrity,
        ({ ok }) => (ok ? 0 : 6),
      ),
    );

  integrity
    .command('plan')
    .description('how soon every copy of each store will have been read, and whether the limits let it')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).integrityPlan(console)),
        ({ stores }) => printPlan(stores),
      ),
    );

  integrity
    .command('limit <store>')
    .description('how soon all of a store is read, and how many bytes may be fetched for it')
    .option('--days <count>', 'every copy is read within so many days (a disk 7, a cloud 30)')
    .option('--per-day <size>', 'at most so much in a day, such as 5GB; none: no limit')
    .option('--per-month <size>', 'at most so much in a calendar month, such as 100GB; none: no limit')
    .action((store: string, options: LimitOptions, command: Command) =>
      runVerb(
        command,
        (verb) => {
          const limits = limitsFrom(options);
          return changing(verb, 'integrity.limit', { store }, async (console) =>
            (await requests()).limitReads(console, store, limits),
          );
        },
        ({ limits }) => `${store} is read whole every ${limits.days} days, ${limitWords(limits)}`,
      ),
    );
}

/** One check, for a person. */
export function printIntegrity({ listed, read, unread, damage }: IntegrityReport): string {
  const lines = listed.map(({ store, copies, failure }) =>
    failure === null
      ? `${store}: ${copies} ${copies === 1 ? 'copy' : 'copies'} looked for`
      : `${store}: NOT LOOKED AT, ${failure}`,
  );
  for (const { backupId, store, ok } of read)
    lines.push(`${backupId}  ${store}: ${ok ? 'read whole, good' : 'NOT GOOD'}`);
  for (const { backupId, store, reason } of unread) lines.push(`${backupId}  ${store}: not read, ${reason}`);
  for (const { backupId, store, reason, mendedFrom, leftBecause } of damage) {
    lines.push(`${backupId}  ${store}: ${reason}`);
    if (leftBecause !== null) lines.push(`${' '.repeat(26)}  NOT MENDED, ${leftBecause}`);
    else if (mendedFrom.length > 0) lines.push(`${' '.repeat(26)}  made again from ${mendedFrom.join(' and ')}`);
    else lines.push(`${' '.repeat(26)}  good again`);
  }
  return lines.join('\n') || 'There is no store yet.';
}

function printPlan(stores: readonly ReadForecast[]): string {
  if (stores.length === 0) return 'There is no store yet.';
  const rows = stores.map((plan) => [
    plan.store,
    String(plan.copies),
    formatBytes(plan.totalBytes),
    plan.neverRead > 0 ? `${plan.neverRead} never` : (plan.oldestReadAt?.slice(0, 16).replace('T', ' ') ?? '-'),
    `${plan.limits.days} days`,
    limitWords(plan.limits),
    plan.wholeInDays === null
      ? 'TOO LITTLE: never read whole'
      : `${plan.suffices ? '' : 'TOO LITTLE: '}in ${plan.wholeInDays} days`,
  ]);
  return columns(['STORE', 'COPIES', 'SIZE', 'OLDEST READ (UTC)', 'WHOLE EVERY', 'LIMITS', 'ALL READ AGAIN'], rows);
}

function limitWords({ bytesPerDay, bytesPerMonth }: ReadLimits): string {
  const words = [
    bytesPerDay === null ? null : `${formatBytes(bytesPerDay)} a day`,
    bytesPerMonth === null ? null : `${formatBytes(bytesPerMonth)} a month`,
  ].filter((word) => word !== null);
  return words.length === 0 ? 'no limit' : `at most ${words.join(' and ')}`;
}

function limitsFrom({ days, perDay, perMonth }: LimitOptions): Partial<ReadLimits> {
  const limits: Partial<ReadLimits> = {};
  if (days !== undefined) {
    limits.days = Number(days);
    if (!Number.isInteger(limits.days) || limits.days < 1 || limits.days > 366)
      throw new Failure('USAGE', `${days} is no number of days`, 'Give --days from 1 to 366.');
  }
  if (perDay !== undefined) limits.bytesPerDay = sizeOf(perDay);
  if (perMonth !== undefined) limits.bytesPerMonth = sizeOf(perMonth);
  if (Object.keys(limits).length > 0) return limits;
  throw new Failure('USAGE', 'what to limit was not said', 'Give --days, --per-day or --per-month.');
}

const units: Record<string, number> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `5GB`, `200 MB`, `none`. */
function sizeOf(text: string): number | null {
  if (text.toLowerCase() === 'none') return null;
  const [, count, unit] = /^([\d.]+)\s*([KMGT]?)B?$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(count) * (units[unit?.toUpperCase() ?? ''] ?? NaN));
  if (bytes > 0) return bytes;
  throw new Failure('USAGE', `${text} is no size`, 'Give it as 500MB or 20GB, or say none.');
}
