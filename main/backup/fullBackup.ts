import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { Login } from '../postgres/connect.ts';
import { sealManifest } from '../sealing/manifestFile.ts';
import type { BackupTools, FullBackupRequest } from './backupTools.ts';
import { commitLocally } from './commitLocally.ts';
import { dumpSealAndSpool } from './dumpSealAndSpool.ts';
import type { SpooledObject } from './spoolPart.ts';
import { exportSnapshot, type DatabaseFacts } from './exportSnapshot.ts';
import { buildManifest } from './buildManifest.ts';
import { preflight, type BackupPlan } from './preflight.ts';
import { proveReadable } from './proveReadable.ts';
import { replicate } from './replicate.ts';
import { undoBackup } from './undoBackup.ts';

/**
 * Takes one full backup and replicates it. It exists only once its manifest is stored in the local store; a store that
 * cannot be reached leaves its copy FAILED with the reason, and does not fail the backup.
 * @throws what preflight refuses (SOURCE_…, TOOL_…, ROW_SECURITY_FILTERS, PRIVILEGE_MISSING, STORE_…, DISK_TOO_SMALL),
 *   what breaks on the way, CANCELLED. Then nothing is left but a FAILED row.
 */
export async function fullBackup(request: FullBackupRequest, tools: BackupTools, job: Job): Promise<Manifest> {
  const begun = performance.now();
  const { source } = request;
  tools.catalogue.begin({ ...request, kind: 'FULL_DATABASE', source: source.name, tenant: null, jobId: job.id });
  job.reached('backup-begun');
  try {
    const dump = await tools.withLogin(source.connection, request.password, (login) =>
      takeDump(request, login, tools, job),
    );
    const proof = await proveReadable(dump.objects, dump.plan, tools, job);
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    const manifest = buildManifest({ ...dump, request, proof, tools, durationSeconds });
    const sealed = await sealManifest(manifest, tools.machineKey, manifest.recipients);
    await commitLocally(manifest, sealed, dump.objects, tools, job); // the backup exists from here on
    tools.catalogue.record(manifest, sealed.sha256, tools.localStore); // a cache: rebuildable from any store
    await replicate(manifest, sealed, tools, job);
    return manifest;
  } catch (error) {
    // When even the store is gone, the next start cleans up; the first failure is the one to tell.
    const outcome = await undoBackup(request.id, tools.localStore).catch(() => 'remains' as const);
    if (outcome !== 'exists') tools.catalogue.fail(request.id, reportFailure(error), outcome);
    throw error;
  }
}

interface Dump {
  plan: BackupPlan;
  objects: SpooledObject[];
  takenAt: Date;
  facts: DatabaseFacts;
  /** The tables that a restore can be compared with, by their oid. */
  comparable: ReadonlySet<number>;
}

/** Everything that needs the database, and no longer than it takes: the snapshot keeps VACUUM and ALTER TABLE waiting. */
async function takeDump(request: FullBackupRequest, login: Login, tools: BackupTools, job: Job): Promise<Dump> {
  job.stage('checking');
  const plan = await preflight(request.source, login, tools, job.signal); // refuses what could not be restored
  const snapshot = await exportSnapshot(login, job.signal); // counts and digests see what the dump sees
  try {
    const objects = await dumpSealAndSpool(request.id, plan, snapshot, login, tools, job);
    const comparable = new Set(snapshot.tables.filter((table) => table.comparable).map(({ oid }) => oid));
    const { takenAt } = snapshot;
    return { plan, objects, takenAt, facts: await snapshot.facts, comparable };
  } finally {
    await snapshot.close();
  }
}
