import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { SealedManifest } from '../sealing/manifestFile.ts';
import { prepareRepository, putManifest } from '../storage/repository.ts';
import type { BackupTools } from './backupTools.ts';
import type { SpooledObject } from './spoolPart.ts';

/** Renames the data into the local store, then stores the manifest: from then on the backup exists. */
export async function commitLocally(
  manifest: Manifest,
  sealed: SealedManifest,
  objects: readonly SpooledObject[],
  { localStore, repositoryId, publishedKeys }: BackupTools,
  job: Job,
): Promise<void> {
  job.stage('committing');
  await prepareRepository(localStore, repositoryId, publishedKeys, job.signal);
  for (const { key, path } of objects) await localStore.adopt(key, path);
  job.reached('data-committed');
  job.signal.throwIfAborted();
  await putManifest(localStore, manifest.id, sealed);
  job.reached('manifest-committed');
}
