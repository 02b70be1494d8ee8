import { Failure, reportFailure } from '../../shared/failure.ts';
import { formatBytes } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest } from '../../shared/manifest.ts';
import { manifestKey, signatureKey } from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import { prepareRepository, putManifest } from '../storage/repository.ts';
import type { BackupTools, StoreHandle } from './backupTools.ts';

/**
 * Copies a backup from the local store to every other store, all at once; each store commits by itself.
 *
 * What is there already is not sent again, and unfinished uploads go on where they were. A store that fails leaves
 * its copy FAILED with the reason, and the others go on.
 * @throws CANCELLED
 */
export async function replicate(
  manifest: Manifest,
  sealed: { bytes: Uint8Array; signature: Uint8Array },
  tools: BackupTools,
  job: Job,
  stores: readonly StoreHandle[] = tools.otherStores,
): Promise<void> {
  if (stores.length === 0) return;
  job.stage('copying', { bytes: storedBytes(manifest) * stores.length, estimated: false });
  const counts = new Map<string, number>();
  const onBytes = (store: string, bytes: number) => {
    counts.set(store, bytes);
    job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
  };
  job.reached('upload-begun');
  await Promise.all(
    stores.map(async (handle) => {
      const known = tools.catalogue.get(manifest.id)?.copies.find(({ store }) => store === handle.name);
      try {
        const store = await handle.open();
        // Of a damaged copy the sizes may be right, so it must not be there when they are looked at.
        if (known?.state === 'DAMAGED') await removeCopy(store, manifest, job);
        tools.catalogue.setCopy(manifest.id, handle, 'UPLOADING');
        await copyTo({ handle, store }, manifest, sealed, tools, job, (bytes) => onBytes(handle.name, bytes));
        tools.catalogue.setCopy(manifest.id, handle, 'STORED', { sizeBytes: storedBytes(manifest) });
      } catch (error) {
        if (job.signal.aborted) {
          tools.catalogue.setCopy(manifest.id, handle, 'PENDING', { reason: 'the upload was cancelled' });
          return;
        }
        const { message, hint } = reportFailure(error);
        tools.catalogue.setCopy(manifest.id, handle, 'FAILED', { reason: message });
        job.note(`no copy in ${handle.name}: ${message}. ${hint}`);
      }
    }),
  );
  job.signal.throwIfAborted();
  job.reached('upload-done');
}

/** The manifest goes first: from then on the copy does not count. */
async function removeCopy(store: Store, manifest: Manifest, { signal }: Job): Promise<void> {
  const keys = [manifestKey(manifest.id), signatureKey(manifest.id), ...manifest.objects.map(({ key }) => key)];
  for (const key of keys) await store.delete(key, signal);
}

async function copyTo(
  { handle, store }: { handle: StoreHandle; store: Store },
  manifest: Manifest,
  sealed: { bytes: Uint8Array; signature: Uint8Array },
  { localStore, journalOf, repositoryId, publishedKeys }: BackupTools,
  job: Job,
  onBytes: (bytes: number) => void,
): Promise<void> {
  await prepareRepository(store, repositoryId, publishedKeys, job.signal);
  const missing = new Set<string>();
  let neededBytes = 0;
  for (const { key, sizeBytes } of manifest.objects) {
    if ((await store.head(key, job.signal))?.sizeBytes === sizeBytes) continue;
    missing.add(key);
    neededBytes += sizeBytes;
  }
  refuseTooLittleRoom(handle.name, await handle.freeBytes(), neededBytes);
  let before = 0;
  for (const { key, sizeBytes } of manifest.objects) {
    if (missing.has(key))
      await store.upload(key, localStore.pathOf(key), {
        journal: journalOf(store.name),
        signal: job.signal,
        onProgress: (bytes) => {
          onBytes(before + bytes);
          if (bytes > 0 && bytes < sizeBytes) job.reached('upload-part-done');
        },
      });
    before += sizeBytes;
    onBytes(before);
  }
  job.reached('upload-data-done');
  await putManifest(store, manifest.id, sealed, job.signal);
}

/** Gigabytes would be written until the disk is full, and taken away again, at every try. @throws STORE_FULL */
function refuseTooLittleRoom(store: string, freeBytes: number | null, neededBytes: number): void {
  if (freeBytes === null || freeBytes >= neededBytes) return;
  throw new Failure(
    'STORE_FULL',
    `the store "${store}" has too little room for this copy: ${formatBytes(neededBytes)} are needed, ${formatBytes(freeBytes)} are left`,
    'Make room there, keep fewer backups (Stores, retention), or move it to a larger disk.',
    { details: { store, freeBytes, neededBytes } },
  );
}
