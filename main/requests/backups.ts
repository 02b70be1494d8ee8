import { ulid } from 'ulid';
import type { Backup, ImportFormat } from '../../shared/backup.ts';
import type { Drill } from '../../shared/drill.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { foreignWarnings, type Manifest } from '../../shared/manifest.ts';
import type { Restore } from '../../shared/restore.ts';
import { handRestoreCommands } from '../../shared/repositoryFormat.ts';
import { backupTools } from '../console/assemble.ts';
import { fullBackup } from '../backup/fullBackup.ts';
import { importBackup } from '../backup/importBackup.ts';
import { drillSettings } from '../console/drillSettings.ts';
import type { Console } from '../console/console.ts';
import { judgeCopies } from './judgements.ts';
import type { RunOptions } from './runOptions.ts';
import { namedSource } from './sources.ts';

export type BackupAnswer = Backup & { tables: { name: string; rows: number }[] };

/** @throws SOURCE_NOT_FOUND, and as fullBackup does */
export async function backupFull(
  console: Console,
  ask: { source: string; note: string | null; pinned: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<BackupAnswer> {
  const source = namedSource(console, ask.source);
  const { note, pinned } = ask;
  const request = { id: ulid(), source, password: await console.password(source.name, 'main'), note, pinned };
  const tools = await backupTools(console);
  await console.run(
    { id: jobId, kind: 'backup full', subject: ask.source, signal, watcher },
    (job) => fullBackup(request, tools, job),
    () => judgeCopies(namedBackup(console, request.id)),
  );
  if (drillSettings(console, source.name).afterEveryBackup) await proveNow(console, request.id, { signal, watcher });
  return answerFor(console, request.id);
}

/** The backup is there whatever a test restore of it finds: that is told in its own report and in the log of jobs. */
async function proveNow(console: Console, id: string, { signal, watcher }: RunOptions): Promise<void> {
  const { drillByItself } = await import('./drills.ts');
  const { source } = namedBackup(console, id);
  try {
    const { status } = await drillByItself(console, source, id, { signal, watcher });
    if (status !== 'PASSED') watcher?.onNote?.('the test restore of this backup found differences: strongroom drills');
  } catch (error) {
    signal.throwIfAborted();
    watcher?.onNote?.(`the test restore of this backup failed: ${reportFailure(error).message}`);
  }
}

/**
 * Takes in a backup that was made by other means.
 * @returns it, with what has to be known of it.
 * @throws SOURCE_NOT_FOUND, and as importBackup does
 */
export async function importFile(
  console: Console,
  ask: { path: string; format: ImportFormat; source: string; key: string | null },
  { jobId, signal, watcher }: RunOptions,
): Promise<BackupAnswer & { notes: string[] }> {
  const source = namedSource(console, ask.source);
  const request = { ...ask, source, password: await console.password(source.name, 'main') };
  const tools = await backupTools(console);
  const notes: string[] = [];
  const { id } = await console.run(
    { id: jobId, kind: 'import', subject: ask.source, signal, watcher },
    (job) =>
      importBackup(
        request,
        tools,
        noting(job, (sentence) => notes.push(sentence)),
      ),
    (manifest) => judgeCopies(namedBackup(console, manifest.id)),
  );
  return { ...answerFor(console, id), notes };
}

/** The same job, whose notes somebody else gets as well. */
function noting(job: Job, also: (sentence: string) => void): Job {
  return {
    ...job,
    note(sentence) {
      also(sentence);
      job.note(sentence);
    },
  };
}

/** One backup with everything that is known of it, also after it was deleted. @throws BACKUP_NOT_FOUND */
export function showBackup(
  console: Console,
  id: string,
): BackupAnswer & {
  manifest: Manifest | null;
  verifications: ReturnType<Console['catalogue']['verifications']>;
  restores: Restore[];
  drills: Drill[];
  /** What has to be known of one that was made by other means. */
  notes: string[];
  handRestore: string[];
} {
  const backup = knownBackup(console, id);
  const answer = withTables(console, backup);
  const manifest = console.catalogue.manifest(answer.id);
  return {
    ...answer,
    manifest,
    verifications: console.catalogue.verifications(answer.id),
    restores: console.restoreLog.ofBackup(answer.id),
    drills: console.drills.ofBackup(answer.id),
    notes: manifest ? foreignWarnings(manifest) : [],
    handRestore: manifest && answer.deletedAt === undefined ? handRestoreCommands(manifest, 'STORE', 'key.txt') : [],
  };
}

/** @throws BACKUP_NOT_FOUND */
export function namedBackup(console: Console, id: string): Backup {
  const backup = console.catalogue.get(id.toUpperCase());
  if (!backup) throw new Failure('BACKUP_NOT_FOUND', `there is no backup ${id}`, '`strongroom list` shows them.');
  return backup;
}

/** Also one that was deleted. @throws BACKUP_NOT_FOUND */
function knownBackup(console: Console, id: string): Backup {
  return console.catalogue.find(id.toUpperCase()) ?? namedBackup(console, id);
}

/** A backup with the rows of its tables. @throws BACKUP_NOT_FOUND */
export function answerFor(console: Console, id: string): BackupAnswer {
  return withTables(console, namedBackup(console, id));
}

function withTables(console: Console, backup: Backup): BackupAnswer {
  const tables = console.catalogue.manifest(backup.id)?.tables ?? [];
  return { ...backup, tables: tables.map(({ schema, table, rows }) => ({ name: `${schema}.${table}`, rows })) };
}
