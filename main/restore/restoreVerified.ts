import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { Verification } from '../../shared/restore.ts';
import type { Login } from '../postgres/connect.ts';
import { analyzeDatabase } from './analyzeDatabase.ts';
import type { FetchedObjects } from './fetchObjects.ts';
import { loadRows } from './loadRows.ts';
import { knowingServer, type RestorePlan } from './preflight.ts';
import { ReadBack } from './readBack.ts';
import { restoreSection } from './restoreSection.ts';
import type { RestoreTools } from './restoreTools.ts';
import { verifyRestored } from './verifyRestored.ts';

/**
 * Fills an empty database with everything that a backup's archives hold, and compares it with the manifest.
 * @param database has its settings already, and is dropped by the caller if this throws.
 * @throws RESTORE_FAILED, BACKUP_UNREADABLE, SOURCE_CONNECTION_LOST …, CANCELLED
 */
export async function restoreVerified(
  manifest: Manifest,
  files: FetchedObjects,
  found: RestorePlan,
  database: string,
  login: Login,
  tools: RestoreTools,
  note: (sentence: string) => void,
  job: Job,
): Promise<Verification> {
  const plan = await knowingServer(found, files, database, login, job.signal);
  const readBack = new ReadBack(manifest, database, login, job);
  try {
    await restoreSection('pre-data', files, plan, database, login, tools, note, job);
    await loadRows(manifest, files, null, plan, database, login, tools, job, (tables) => readBack.begin(tables));
    job.reached('restore-loaded');
    await restoreSection('post-data', files, plan, database, login, tools, note, job);
    const verification = await verifyRestored(manifest, database, login, readBack, tools, job);
    job.reached('restore-verified');
    await analyzeDatabase(database, login, job);
    return verification;
  } finally {
    await readBack.close();
  }
}
