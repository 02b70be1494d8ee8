import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupKinds, backupStatuses, importFormats, isWanted, type Backup } from '../../shared/backup.ts';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/format.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { VerifyAnswer } from '../requests/verifyAnswer.ts';
import { columns } from './columns.ts';
import { printIntegrity } from './integrityVerbs.ts';
import { changing } from './changing.ts';
import { runVerb, withConsole } from './run.ts';
import { readSecret } from './secretInput.ts';

interface ListOptions {
  kind?: string;
  source?: string;
  tenant?: string;
  status?: string;
  store?: string;
  deleted?: boolean;
  limit: string;
  cursor?: string;
}

/** @returns the verb `backup`, for other kinds of it. */
export function addBackupVerbs(program: Command): Command {
  const backupVerb = program.command('backup').description('take backups');
  backupVerb
    .command('full <source>')
    .description('back up a whole database and copy it to every store')
    .option('--note <text>', 'a note to find it by')
    .option('--pin', 'never let retention delete it')
    .action((source: string, options: { note?: string; pin?: boolean }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'backups.start', { source }, async (console, { signal, watcher }) => {
            const { backupFull } = await import('../requests/backups.ts');
            return backupFull(
              console,
              { source, note: options.note ?? null, pinned: options.pin ?? false },
              { signal, watcher },
            );
          }),
        (backup) => printBackup(backup, backup.tables),
        notEverywhere,
      ),
    );

  program
    .command('import <file>')
    .description('take in a backup that was made by other means; none of its SQL is run')
    .requiredOption(
      '--format <format>',
      'pg_dump: made by pg_dump -Fc; fernet-gzip: the same as gzip in a Fernet token',
    )
    .requiredOption('--source <name>', 'the source to which it belongs')
    .option('--key-stdin', 'read the key of the Fernet token from stdin')
    .action((file: string, options: { format: string; source: string; keyStdin?: boolean }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const format = oneOf(options.format.toLowerCase(), importFormats);
          const key =
            format === 'pg_dump'
              ? null
              : await readSecret(options.keyStdin ?? false, 'Key of the token: ', verb.signal);
          return withConsole(verb, true, async (console) =>
            (await import('../requests/backups.ts')).importFile(
              console,
              { path: resolve(file), format, source: options.source, key },
              verb,
            ),
          );
        },
        (backup) =>
          [printBackup(backup, backup.tables), ...backup.notes.map((note) => `  note      ${note}`)].join('\n'),
        notEverywhere,
      ),
    );

  program
    .command('replicate')
    .description('copy to every store what it lacks: after a failed or interrupted upload, or to a new store')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'backups.replicate', {}, async (console, audited) =>
            (await import('../requests/replicas.ts')).replicateMissing(console, audited),
          ),
        ({ backups }) =>
          backups.length === 0
            ? 'Every store has every backup.'
            : backups.map((backup) => printBackup(backup, [])).join('\n\n'),
        ({ backups }) => (backups.some((backup) => notEverywhere(backup) !== 0) ? 1 : 0),
      ),
    );

  program
    .command('list')
    .description('the backups, newest first')
    .option('--kind <kind>', backupKinds.join(', '))
    .option('--source <name>')
    .option('--tenant <id>')
    .option('--status <status>', backupStatuses.join(', '))
    .option('--store <name>', 'only what has a good copy there')
    .option('--deleted', 'also those that were deleted')
    .option('--limit <count>', 'how many', '50')
    .option('--cursor <cursor>', 'go on where an answer ended')
    .action((options: ListOptions, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, (console) => {
            const { limit, cursor, kind, status, ...filter } = options;
            const page = { limit: positive(limit), cursor };
            return console.catalogue.list(
              { ...filter, kind: oneOfOrAll(kind, backupKinds), status: oneOfOrAll(status, backupStatuses) },
              page,
            );
          }),
        ({ backups, cursor }) => printList(backups, cursor),
      ),
    );

  program
    .command('show <id>')
    .description('everything about one backup')
    .action((id: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) => (await import('../requests/backups.ts')).showBackup(console, id)),
        (backup) =>
          [
            printBackup(backup, backup.tables),
            ...printOrigin(backup.manifest),
            ...backup.notes.map((note) => `  note      ${note}`),
            ...backup.verifications.map(
              ({ store, ok, reason, verifiedAt }) =>
                `  verified  ${verifiedAt} ${store}: ${ok ? ['good', reason].filter(Boolean).join(', ') : reason}`,
            ),
            ...backup.restores.map(
              ({ startedAt, target, status }) => `  restored  ${startedAt} into ${target}: ${status}`,
            ),
            ...(backup.handRestore.length > 0
              ? [
                  '',
                  'Without Strongroom (STORE is a copy of a store, key.txt holds the recovery key):',
                  ...backup.handRestore.map((line) => `  ${line}`),
                ]
              : []),
          ].join('\n'),
      ),
    );

  program
    .command('verify [id]')
    .description('read copies to their end and compare them with the manifest')
    .option('--store <name>', 'only the copy there')
    .option('--deep', 'also restore it into a throw-away database')
    .option('--sample', 'the hourly check of all stores: the same as `integrity`')
    .action((id: string | undefined, options: { store?: string; deep?: boolean; sample?: boolean }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { store = null, deep = false, sample = false } = options;
          const requests = await import('../requests/verify.ts');
          if (sample)
            return changing(verb, 'integrity.start', {}, (console, audited) =>
              requests.checkAllIntegrity(console, audited),
            );
          if (id === undefined)
            throw new Failure('USAGE', 'which backup to verify was not said', 'Give its id, or --sample.');
          return changing(verb, 'backups.verify', { id, store }, (console, audited) =>
            requests.verify(console, { id, store, deep }, audited),
          );
        },
        (answer) => ('damage' in answer ? printIntegrity(answer) : printVerdicts(answer)),
        ({ ok }) => (ok ? 0 : 6),
      ),
    );
  return backupVerb;
}

/** A backup that is not in every store is not what was asked for, though it is safe locally. */
export function notEverywhere(backup: Backup): number {
  return backup.copies.filter(isWanted).every(({ state }) => state === 'STORED') ? 0 : 1;
}

/** One backup, for a person. */
export function printBackup(backup: Backup, tables: { name: string; rows: number }[]): string {
  const lines = [
    `${backup.id}  ${backup.kind}  ${sourceOf(backup)}  ${backup.status}`,
    `  taken     ${backup.createdAt}${backup.durationSeconds === null ? '' : ` in ${formatDuration(backup.durationSeconds)}`}`,
  ];
  if (backup.deletedAt) lines.push(`  deleted   ${backup.deletedAt}`);
  if (backup.pinned) lines.push('  pinned    retention never deletes it');
  if (backup.note) lines.push(`  note      ${backup.note}`);
  if (backup.failure)
    lines.push(`  failed    ${backup.failure.message} [${backup.failure.code}]`, `            ${backup.failure.hint}`);
  if (backup.sizeBytes > 0)
    lines.push(
      `  size      ${formatBytes(backup.sizeBytes)}, ${backup.compressionRatio?.toFixed(1)} times smaller than the dump of ${formatBytes(backup.plainBytes)}`,
    );
  if (tables.length > 0)
    lines.push(
      `  tables    ${tables.length}, with ${formatCount(tables.reduce((sum, { rows }) => sum + rows, 0))} rows`,
    );
  for (const { store, state, reason } of backup.copies)
    lines.push(`  copy      ${store}: ${state}${reason ? ` (${reason})` : ''}`);
  return lines.join('\n');
}

/** Of a backup that was made by other means. */
function printOrigin(manifest: Manifest | null): string[] {
  if (!manifest?.imported) return [];
  const { file, format, importedAt, sizeBytes } = manifest.imported;
  return [
    `  imported  ${importedAt} from ${file} (${format}, ${formatBytes(sizeBytes)}), made by pg_dump ${manifest.tool.version}`,
  ];
}

function printList(backups: Backup[], cursor: string | null): string {
  if (backups.length === 0) return 'No backup yet: strongroom backup full SOURCE';
  const rows = backups.map((backup) => [
    backup.id,
    backup.createdAt.slice(0, 16).replace('T', ' '),
    sourceOf(backup),
    backup.kind,
    backup.deletedAt === undefined ? backup.status : 'DELETED',
    formatBytes(backup.sizeBytes),
    backup.copies
      .filter(isWanted)
      .map(({ store, state }) => (state === 'STORED' ? store : `${store}:${state}`))
      .join(' '),
  ]);
  const table = columns(['ID', 'TAKEN (UTC)', 'SOURCE', 'KIND', 'STATUS', 'SIZE', 'COPIES'], rows);
  return cursor === null ? table : `${table}\nMore: strongroom list --cursor ${cursor}`;
}

function printVerdicts({ id, results, restored, drill }: VerifyAnswer): string {
  const lines = results.map(({ store, ok, reason }) => `${id}  ${store}: ${ok ? 'good' : `NOT GOOD, ${reason}`}`);
  if (results.length === 0) lines.push(`${id}  has no copy to verify`);
  if (restored && drill) {
    const found = !restored.ok
      ? 'DIFFERS from the manifest'
      : drill.status === 'PASSED'
        ? 'every table, index, key and sequence as in the manifest'
        : 'as in the manifest, but NOT ALL IS TRUE that is asserted';
    lines.push(`${id}  test restore: ${found} (strongroom drills ${drill.id})`);
  }
  return lines.join('\n');
}

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 10_000) return count;
  throw new Failure('USAGE', `${text} is no number of backups`, 'Give --limit from 1 to 10000.');
}

function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new Failure('USAGE', `${text} is none of ${allowed.join(', ')}`, 'Choose one of them.');
}

/** With its tenant, where it is one's: `shop/7`. */
function sourceOf({ source, tenant }: Backup): string {
  return tenant === null ? source : `${source}/${tenant}`;
}

/** Written in any case. */
function oneOfOrAll<T extends string>(text: string | undefined, allowed: readonly T[]): T | undefined {
  return text === undefined ? undefined : oneOf(text, allowed);
}
