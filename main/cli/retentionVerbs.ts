import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Backup } from '../../shared/backup.ts';
import type { DeletionView, StorePolicy } from '../../shared/contract/retention.ts';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { policySentence, retentionPolicySchema, type RetentionPolicy } from '../../shared/retention.ts';
import type { ExpiryAnswer } from '../requests/retention.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/retention.ts');

interface PolicyOptions {
  days?: string;
  verifiedGrace?: string;
  keepLast?: string;
  keepDaily?: string;
  keepWeekly?: string;
  keepMonthly?: string;
  keepYearly?: string;
  zone?: string;
  usual?: boolean;
}

/** @param store the verb that gets `retention`. */
export function addRetentionVerbs(program: Command, { store }: { store: Command }): void {
  store
    .command('retention <name>')
    .description('how long a store keeps backups: say it, or see what was said')
    .option('--days <count>', 'keep everything younger; "forever" keeps everything')
    .option('--verified-grace <days>', 'keep verified ones so many days longer')
    .option('--keep-last <count>', 'keep the newest so many of each source, tenant and kind')
    .option('--keep-daily <count>', 'keep the newest of each of the last so many days that have one')
    .option('--keep-weekly <count>', 'the same for weeks')
    .option('--keep-monthly <count>', 'the same for months')
    .option('--keep-yearly <count>', 'the same for years')
    .option('--zone <zone>', 'where those days begin, such as Europe/Vienna')
    .option('--usual', 'set everything to what is usual for its kind')
    .action((name: string, options: PolicyOptions, command: Command) =>
      runVerb(
        command,
        (verb) => {
          if (Object.keys(options).length === 0)
            return withConsole(verb, false, async (console) => namedPolicy((await requests()).policies(console), name));
          return changing(verb, 'retention.setPolicy', { store: name }, async (console) => {
            const { policies, setStorePolicy } = await requests();
            const before = namedPolicy(policies(console), name).policy;
            const policy = options.usual ? null : changedPolicy(before, options);
            return namedPolicy(await setStorePolicy(console, name, policy), name);
          });
        },
        ({ store: shown, policy }) =>
          policy === null
            ? `${shown} has rules of another version of Strongroom: nothing is deleted there. Set them anew.`
            : `${shown} ${policySentence(policy)}.\nWhat would go: strongroom expire --store ${shown}`,
      ),
    );

  program
    .command('expire')
    .description('what retention would delete and what it keeps, and why; with --apply it is deleted')
    .option('--apply', 'delete it')
    .option('--store <name>', 'only in this store')
    .action((options: { apply?: boolean; store?: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const only = options.store ?? null;
          if (!options.apply)
            return withConsole(verb, false, async (console) => ({
              applied: false,
              ...(await requests()).previewExpiry(console, only),
              stores: [],
            }));
          return changing(verb, 'retention.cleanUp', { store: only }, async (console, audited) => ({
            applied: true,
            ...(await (await requests()).cleanUp(console, only, audited)),
          }));
        },
        printExpiry,
        ({ stores }) => (stores.some(({ failure }) => failure !== null) ? 1 : 0),
      ),
    );

  for (const [verbName, pinned, description] of [
    ['pin', true, 'never let retention delete these backups'],
    ['unpin', false, 'let retention delete these backups again'],
  ] as const)
    program
      .command(`${verbName} <id...>`)
      .description(description)
      .action((ids: string[], _options: unknown, command: Command) =>
        runVerb(
          command,
          (verb) =>
            changing(verb, `retention.${verbName}`, { ids }, async (console) => ({
              backups: await (await requests()).pin(console, ids, pinned),
            })),
          ({ backups }) => backups.map((backup) => `${backup.id}  ${pinned ? 'pinned' : 'not pinned'}`).join('\n'),
        ),
      );

  program
    .command('delete <id...>')
    .description('delete backups in every store, for good; asks for an id to be typed')
    .option('--store <name>', 'only the copies in this store')
    .option('--yes', 'ask nothing')
    .option('--even-if-kept', 'also pinned ones, and the last one of a source or tenant')
    .action((ids: string[], options: { store?: string; yes?: boolean; evenIfKept?: boolean }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { store: only = null, evenIfKept = false } = options;
          const { deleteChosen, lookAtDeletion } = await requests();
          const ask = { ids, store: only };
          if (!options.yes) {
            const lost = await withConsole(verb, false, (console) => lookAtDeletion(console, ask));
            await confirmByTyping(lost, ids[0]!.toUpperCase());
          }
          return changing(verb, 'retention.delete', ask, async (console, audited) => ({
            ids: ids.map((id) => id.toUpperCase()),
            ...(await deleteChosen(console, { ...ask, evenIfKept }, audited)),
          }));
        },
        ({ ids: gone, copies, freedBytes }) =>
          `deleted ${counted(copies, 'copy', 'copies')} of ${counted(gone.length, 'backup', 'backups')}, ${formatBytes(freedBytes)}`,
      ),
    );
}

/** @throws STORE_NOT_FOUND */
function namedPolicy(policies: readonly StorePolicy[], name: string): StorePolicy {
  const found = policies.find((policy) => policy.store === name);
  if (found) return found;
  throw new Failure('STORE_NOT_FOUND', `there is no store ${name}`, '`strongroom store list` shows them.');
}

/** What was said replaces what was there; the rest stays. @throws USAGE */
function changedPolicy(before: RetentionPolicy | null, options: PolicyOptions): RetentionPolicy {
  if (before === null)
    throw new Failure(
      'USAGE',
      'this store has rules of another version of Strongroom',
      'Set them all anew: begin with --usual.',
    );
  const count = (text: string | undefined, known: number) => (text === undefined ? known : Number(text));
  const parsed = retentionPolicySchema.safeParse({
    days: options.days === 'forever' ? null : options.days === undefined ? before.days : Number(options.days),
    verifiedGraceDays: count(options.verifiedGrace, before.verifiedGraceDays),
    keepLast: count(options.keepLast, before.keepLast),
    keepDaily: count(options.keepDaily, before.keepDaily),
    keepWeekly: count(options.keepWeekly, before.keepWeekly),
    keepMonthly: count(options.keepMonthly, before.keepMonthly),
    keepYearly: count(options.keepYearly, before.keepYearly),
    zone: options.zone ?? before.zone,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Failure(
    'USAGE',
    `${String(issue?.path[0] ?? 'this')} is not in order: ${issue?.message ?? ''}`,
    '`strongroom help store retention` lists the options.',
  );
}

function printExpiry({
  applied,
  delete: going,
  keep,
  stores,
}: ExpiryAnswer & {
  applied: boolean;
  stores: {
    store: string;
    deleted: number;
    freedBytes: number;
    orphans: number;
    failure: { message: string } | null;
  }[];
}): string {
  const rows = [
    ...going.map((copy) => ['goes', copy] as const),
    ...(applied ? [] : keep).map((copy) => ['stays', copy] as const),
  ].map(([word, { id, store, source, tenant, createdAt, sizeBytes, reason }]) => [
    word,
    id,
    tenant === null ? source : `${source}/${tenant}`,
    createdAt.slice(0, 10),
    store,
    formatBytes(sizeBytes),
    reason,
  ]);
  const lines = rows.length === 0 ? [] : [columns(['', 'ID', 'SOURCE', 'TAKEN', 'STORE', 'SIZE', 'WHY'], rows), ''];
  if (applied)
    for (const { store, deleted, freedBytes, orphans, failure } of stores)
      lines.push(
        `${store}: deleted ${counted(deleted, 'copy', 'copies')}, ${formatBytes(freedBytes)} freed` +
          (orphans > 0 ? `, with the unfinished remains of ${counted(orphans, 'backup', 'backups')}` : '') +
          (failure ? `; NOT to the end: ${failure.message}` : ''),
      );
  else {
    const bytes = formatBytes(going.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    lines.push(
      going.length === 0
        ? `Nothing would go; ${counted(keep.length, 'copy stays', 'copies stay')}.`
        : `${counted(going.length, 'copy', 'copies')} would go (${bytes}), ${formatCount(keep.length)} would stay. To delete: strongroom expire --apply`,
    );
  }
  return lines.join('\n');
}

function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Says what is lost, and goes on only once the id was typed. @throws USAGE where nobody can type, CANCELLED */
async function confirmByTyping(lost: DeletionView, id: Backup['id']): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure('USAGE', 'nobody is there to confirm it', 'Add --yes to delete without being asked.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  process.stderr.write(
    [
      `This deletes ${counted(lost.copies, 'copy', 'copies')} (${formatBytes(lost.bytes)}) of ${counted(lost.backups, 'backup', 'backups')} in ${lost.stores.join(', ') || 'no store'}. It cannot be undone.`,
      ...lost.warnings,
      '',
    ].join('\n'),
  );
  try {
    const typed = await lines.question(`Type ${id} to go on: `);
    if (typed.trim().toUpperCase() === id) return;
  } finally {
    lines.close();
  }
  throw new Failure('CANCELLED', 'not deleted: something else was typed', 'Nothing was changed.');
}
