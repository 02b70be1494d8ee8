import { ulid } from 'ulid';
import type { Backup } from '../../shared/backup.ts';
import { Failure } from '../../shared/failure.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Connection } from '../../shared/source.ts';
import { restoreTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { parseConnectionUrl } from '../postgres/connectionUrl.ts';
import { restoreFull } from '../restore/restoreFull.ts';
import { rollback } from '../restore/rollback.ts';
import { swapRestored } from '../restore/swapRestored.ts';
import { namedBackup } from './backups.ts';
import { judgeRestore } from './judgements.ts';
import { ownLogin } from './logins.ts';
import type { RunOptions } from './runOptions.ts';
import { namedSource } from './sources.ts';
import { namedStore } from '../console/assemble.ts';

/** A restore as CLI.md promises it: `restoreId` and `restoredBytes` beside the log's fields. */
export type RestoreAnswer = Omit<Restore, 'id'> & { restoreId: string };

/** What every restore is asked with: which backup, and into what. */
export interface RestoreAsk {
  /** A ULID, where somebody knows the restore by it already. */
  id?: string;
  /** An id, or `latest`. */
  backup: string;
  /** Whose latest; may be left out where there is only one source. */
  source: string | null;
  into: string;
  /** Another server than the source's, and a database there to enter by. */
  on: Connection | null;
  /** For `on`. */
  password: string | null;
  store: string | null;
  toolsDir: string | null;
}

interface RestoreFullAsk extends RestoreAsk {
  swap: boolean;
}

/** @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, STORE_NOT_FOUND, USAGE, and as restoreFull does */
export async function restoreBackup(
  console: Console,
  ask: RestoreFullAsk,
  { jobId, signal, watcher }: RunOptions,
): Promise<RestoreAnswer> {
  const backup = chosenBackup(console, ask);
  if (ask.store !== null) namedStore(console, ask.store);
  const source = console.settings.source(backup.source);
  const target = await restoreTarget(console, ask, backup.source);
  const tools = await restoreTools(console);
  const request = {
    id: ask.id ?? ulid(),
    backupId: backup.id,
    ...target,
    into: ask.into,
    swap: ask.swap,
    store: ask.store,
    toolsDir: ask.toolsDir ?? source?.toolsDir ?? null,
  };
  // For cleaning up after a crash, and for undoing a swap.
  const secret = `restore:${request.id}`;
  if (ask.password !== null) await console.secrets.set(secret, ask.password);
  try {
    const reads = [backup.id];
    const order = { id: jobId, kind: 'restore full', subject: request.id, signal, watcher, reads };
    const done = await console.run(order, (job) => restoreFull(request, tools, job), judgeRestore);
    return answer(done);
  } finally {
    if (ask.password !== null && !needsPassword(console.restoreLog.get(request.id)))
      await console.secrets.forget(secret);
  }
}

/** Undoes a swap. @throws RESTORE_NOT_FOUND, ROLLBACK_IMPOSSIBLE, SWAP_FAILED */
export async function rollBack(
  console: Console,
  restoreId: string,
  { jobId, signal, watcher }: RunOptions,
): Promise<RestoreAnswer> {
  const known = console.restoreLog.get(restoreId.toUpperCase());
  const password = known ? await console.restorePassword(known) : null;
  const tools = await restoreTools(console);
  const undone = await console.run({ id: jobId, kind: 'rollback', subject: restoreId, signal, watcher }, (job) =>
    rollback(restoreId.toUpperCase(), password, tools, job),
  );
  return answer(undone);
}

/** Puts a restored database in the place of the live one. @throws RESTORE_NOT_FOUND, SWAP_IMPOSSIBLE, SWAP_FAILED */
export async function swapLater(
  console: Console,
  ask: { id: string; live: string },
  { jobId, signal, watcher }: RunOptions,
): Promise<RestoreAnswer> {
  const known = console.restoreLog.get(ask.id.toUpperCase());
  const password = known ? await console.restorePassword(known) : null;
  const tools = await restoreTools(console);
  const swapped = await console.run({ id: jobId, kind: 'swap', subject: ask.id, signal, watcher }, (job) =>
    swapRestored(ask.id.toUpperCase(), ask.live, password, tools, job),
  );
  return answer(swapped);
}

/** @throws RESTORE_NOT_FOUND */
export function namedRestore(console: Console, id: string): Restore {
  const restore = console.restoreLog.get(id.toUpperCase());
  if (!restore)
    throw new Failure('RESTORE_NOT_FOUND', `there is no restore ${id}`, '`strongroom restores` shows them.');
  return restore;
}

/** Whether something is still to be cleaned up, could be swapped in, or could be undone. */
function needsPassword(restore: Restore | null): boolean {
  return restore !== null && (['IN_PROGRESS', 'COMPLETED'].includes(restore.status) || restore.replaced !== null);
}

export function listRestores(console: Console, limit: number): { restores: RestoreAnswer[] } {
  return { restores: console.restoreLog.list(limit).map(answer) };
}

/** The backup of an id, or the latest of a source, with a database's rows in it. @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, USAGE */
export function chosenBackup(console: Console, ask: Pick<RestoreAsk, 'backup' | 'source'>): Backup {
  if (ask.backup === 'latest') return latestBackup(console, ask.source);
  const backup = restorableBackup(console, ask.backup);
  if (backup.kind === 'FULL_DATABASE' || backup.kind === 'TENANT') return backup;
  throw new Failure(
    'USAGE',
    `the backup ${backup.id} holds no rows`,
    'Choose a full backup or that of a tenant; configuration is restored with --mode config.',
  );
}

function latestBackup(console: Console, source: string | null) {
  if (source === null && console.settings.sources().length > 1)
    throw new Failure('USAGE', 'there is more than one source, so "latest" needs to know which', 'Add --source NAME.');
  const backup = console.catalogue.latest(source);
  if (!backup)
    throw new Failure(
      'BACKUP_NOT_FOUND',
      'there is no backup that could be restored',
      'Take one: strongroom backup full SOURCE.',
    );
  return backup;
}

/** The server that a libpq URL names. @throws USAGE */
export function serverAt(url: string): Connection {
  return parseConnectionUrl(url);
}

/** A backup that was finished. @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE */
export function restorableBackup(console: Console, id: string): Backup {
  const backup = namedBackup(console, id);
  if (backup.status === 'COMPLETED' || backup.status === 'VERIFIED') return backup;
  throw new Failure(
    'BACKUP_INCOMPLETE',
    `the backup ${backup.id} was never finished`,
    'Choose one that is COMPLETED or VERIFIED; `strongroom list` shows them.',
    { details: { status: backup.status } },
  );
}

/** The server, entered through its maintenance database: the one that is replaced cannot be the one we are in. */
export async function restoreTarget(
  console: Console,
  ask: Pick<RestoreFullAsk, 'on' | 'into' | 'password'>,
  sourceName: string,
): Promise<{ server: Connection; password: string | null }> {
  if (ask.on !== null)
    return {
      server: ask.on.database === ask.into ? { ...ask.on, database: 'postgres' } : ask.on,
      password: ask.password,
    };
  const source = namedSource(console, sourceName);
  const own = ask.password === null ? await ownLogin(console, source, 'restore') : null;
  return {
    server: { ...(own ?? source).connection, database: 'postgres' },
    password: ask.password ?? own?.password ?? (await console.password(sourceName, 'main')),
  };
}

function answer({ id, ...restore }: Restore): RestoreAnswer {
  return { restoreId: id, ...restore };
}
