import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/format.ts';
import type { RestoreAnswer } from '../requests/restores.ts';
import { columns } from './columns.ts';
import { changing } from './changing.ts';
import { restoreConfigurationVerb } from './configurationVerbs.ts';
import { runVerb, withConsole, type Verb } from './run.ts';
import { mergeWish, planAnswer, printMerge, printPlan, type MergeOptions } from './mergeWords.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/restores.ts');
const merges = () => import('../requests/merges.ts');

interface RestoreOptions extends MergeOptions {
  source?: string;
  mode: string;
  into?: string;
  on?: string;
  passwordStdin?: boolean;
  swap?: boolean;
  store?: string;
  tools?: string;
}

export function addRestoreVerbs(program: Command): void {
  program
    .command('restore <backup>')
    .description(
      'restore a backup, by its id or "latest": into a new database, rows into a live one (merge), files (config)',
    )
    .option('--source <name>', 'whose latest')
    .option('--mode <mode>', 'full, merge or config', 'full')
    .option(
      '--into <database>',
      'the new database; with --swap the live one to replace; with merge the live one; with config a new folder',
    )
    .option('--on <url>', 'another server: postgresql://user@host:port/database')
    .option('--password-stdin', 'read the password for the server from stdin')
    .option('--swap', 'replace the live database once the restored one is verified; the old one is kept')
    .option('--store <name>', 'only from this store')
    .option('--tools <dir>', 'the folder of the client programs to use')
    .option('--tenant <id>', 'merge: only the rows of this tenant')
    .option('--policy <policy>', 'merge: skip, overwrite or mirror what is there already')
    .option('--table-policy <table=policy>', 'merge: another policy for a table, or leave; may be repeated', collect)
    .option('--plan', 'merge: only compare, and tell what would be done')
    .option('--rehearse', 'merge: do everything, then roll it back')
    .action((backup: string, options: RestoreOptions, command: Command) => {
      if (options.mode === 'merge') return merge(backup, options, command);
      if (options.mode === 'config') return restoreConfigurationVerb(backup, options, command);
      return runVerb(
        command,
        async (verb) => {
          if (options.mode !== 'full')
            throw new Failure('USAGE', `there is no restore mode ${options.mode}`, 'Use --mode full, merge or config.');
          if (options.into === undefined)
            throw new Failure('USAGE', 'where to restore to was not said', 'Give --into NAME of the new database.');
          const { into } = options;
          const password = options.passwordStdin ? await readSecret(true, '', verb.signal) : null;
          const { source = null, store = null, swap = false } = options;
          const action = swap ? 'restores.startSwap' : 'restores.start';
          return changing(verb, action, { backupId: backup, source, into, store }, async (console, audited) => {
            const { restoreBackup, serverAt } = await requests();
            const on = options.on === undefined ? null : serverAt(options.on);
            const toolsDir = options.tools ?? null;
            return restoreBackup(console, { backup, source, into, on, password, swap, store, toolsDir }, audited);
          });
        },
        printRestore,
        ({ status }) => (status === 'MISMATCH' ? 6 : 0),
      );
    });

  program
    .command('rollback <restore>')
    .description('undo a swap or a merge')
    .option('--even-if-changed', 'merge: also where its rows were changed since; those changes are lost')
    .action((id: string, { evenIfChanged }: { evenIfChanged?: boolean }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'restores.rollback', { id }, async (console, audited) => {
            const { namedRestore, rollBack } = await requests();
            if (namedRestore(console, id).mode !== 'MERGE') return rollBack(console, id, audited);
            return (await merges()).rollBackMerge(console, id, evenIfChanged ?? false, audited);
          }),
        ({ target, heldAs, mode }) =>
          mode === 'MERGE'
            ? `the rows that the merge changed in ${target} are as they were before it`
            : `${target} is again the database from before the restore; the restored one is kept as ${heldAs}`,
      ),
    );

  program
    .command('swap <restore-id>')
    .description('put a restored and verified database in the place of the live one, by renaming both')
    .requiredOption('--live <database>', 'the live database that it replaces; it is kept under another name')
    .action((id: string, { live }: { live: string }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'restores.swap', { id, live }, async (console, audited) =>
            (await requests()).swapLater(console, { id, live }, audited),
          ),
        ({ target, replaced, restoreId }) =>
          `${target} is the restored database now; the one before is kept as ${replaced}\n  undo: strongroom rollback ${restoreId}`,
      ),
    );

  program
    .command('restores')
    .description('the restores, newest first')
    .option('--limit <count>', 'how many', '50')
    .action((options: { limit: string }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) =>
            (await requests()).listRestores(console, Number(options.limit) || 50),
          ),
        ({ restores }) =>
          restores.length === 0
            ? 'Nothing has been restored yet.'
            : columns(
                ['ID', 'STARTED (UTC)', 'BACKUP', 'INTO', 'STATUS', 'SWAPPED', 'HELD AS'],
                restores.map((one) => [
                  one.restoreId,
                  one.startedAt.slice(0, 16).replace('T', ' '),
                  one.backupId,
                  one.target,
                  one.status,
                  one.swapped ? 'yes' : 'no',
                  one.heldAs ?? '-',
                ]),
              ),
      ),
    );
}

function merge(backup: string, options: RestoreOptions, command: Command): Promise<void> {
  const work = async (verb: Verb) => {
    if (options.swap) throw new Failure('USAGE', 'a merge swaps nothing', 'Leave --swap out, or use --mode full.');
    const wish = mergeWish(options);
    if (options.into === undefined)
      throw new Failure('USAGE', 'where to merge into was not said', 'Give --into NAME of the live database.');
    const { into } = options;
    const password = options.passwordStdin ? await readSecret(true, '', verb.signal) : null;
    const action = options.plan ? 'merge.plan' : 'merge.start';
    const { source = null, store = null } = options;
    const { tenant, policy } = wish;
    return changing(
      verb,
      action,
      { backupId: backup, source, into, tenant, policy, store },
      async (console, audited) => {
        const { planMergeOf, mergeBackup } = await merges();
        const { serverAt } = await requests();
        const on = options.on === undefined ? null : serverAt(options.on);
        const ask = { ...wish, backup, source, into, on, password, store, toolsDir: options.tools ?? null };
        if (options.plan) return planAnswer(await planMergeOf(console, ask, audited));
        return mergeBackup(console, ask, options.rehearse ?? false, audited);
      },
    );
  };
  return runVerb(command, work, (answer) => ('blockers' in answer ? printPlan(answer) : printMerge(answer)));
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function printRestore(restore: RestoreAnswer): string {
  const { verification } = restore;
  const lines = [
    `${restore.restoreId}  ${restore.status}  ${restore.heldAs ?? restore.target} on ${restore.server}`,
    `  took      ${formatDuration(restore.durationSeconds ?? 0)}, ${formatBytes(restore.restoredBytes ?? 0)} of rows`,
  ];
  if (verification) {
    const rows = verification.tables.reduce((sum, table) => sum + table.rows, 0);
    const equal = verification.tables.filter(({ match }) => match).length;
    lines.push(`  tables    ${equal} of ${verification.tables.length} equal to the backup, ${formatCount(rows)} rows`);
    for (const { name, expectedRows, rows: found, match } of verification.tables)
      if (!match)
        lines.push(
          `            ${name} DIFFERS: ${formatCount(found)} rows, the backup has ${formatCount(expectedRows)}`,
        );
    for (const part of ['indexes', 'foreignKeys', 'sequences', 'materializedViews', 'largeObjects'] as const) {
      const { expected, ok, problems } = verification[part];
      if (part !== 'largeObjects') lines.push(`  ${partNames[part].padEnd(9)} ${ok} of ${expected} good`);
      for (const problem of problems) lines.push(`            ${problem}`);
    }
  }
  for (const note of restore.notes) lines.push(`  note      ${note}`);
  if (restore.swapped)
    lines.push(
      `  swapped   the old database is kept as ${restore.replaced}`,
      `            undo: strongroom rollback ${restore.restoreId}`,
    );
  return lines.join('\n');
}

const partNames = {
  indexes: 'indexes',
  foreignKeys: 'keys',
  sequences: 'sequences',
  materializedViews: 'views',
  largeObjects: 'objects',
};
