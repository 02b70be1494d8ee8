import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { Login } from '../postgres/connect.ts';
import { sealManifest } from '../sealing/manifestFile.ts';
import type { BackupTools, FullBackupRequest } from './backupTools.ts';
import { commitLocally } from './commitLocally.ts';
import { dumpSealAndSpool, type SpooledObject } from './dumpSealAndSpool.ts';
import { exportSnapshot } from './exportSnapshot.ts';
import { buildManifest } from './buildManifest.ts';
import { preflight } from './preflight.ts';
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
  tools.catalogue.begin({ ...request, kind: 'FULL_DATABASE', source: source.name, jobId: job.id });
  job.reached('backup-begun');
  try {
    const { manifest, objects } = await tools.withLogin(source.connection, request.password, (login) =>
      dumpAndProve(request, login, tools, job, begun),
    );
    const sealed = await sealManifest(manifest, tools.machineKey, manifest.recipients);
    await commitLocally(manifest, sealed, objects, tools, job); // the backup exists from here on
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

/** Everything that needs the database; what it leaves is in the local store's spool. */
async function dumpAndProve(
  request: FullBackupRequest,
  login: Login,
  tools: BackupTools,
  job: Job,
  begun: number,
): Promise<{ manifest: Manifest; objects: SpooledObject[] }> {
  job.stage('checking');
  const plan = await preflight(request.source, login, tools); // refuses what could not be restored
  const snapshot = await exportSnapshot(login); // counts and digests see what the dump sees
  try {
    const objects = await dumpSealAndSpool(request.id, plan, snapshot, login, tools, job);
    const proof = await proveReadable(objects, plan, tools, job);
    const facts = await snapshot.facts;
    const comparable = new Set(snapshot.tables.filter((table) => table.comparable).map(({ oid }) => oid));
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    const manifest = buildManifest({ request, plan, facts, comparable, objects, proof, tools, durationSeconds });
    return { manifest, objects };
  } finally {
    await snapshot.close();
  }
}
