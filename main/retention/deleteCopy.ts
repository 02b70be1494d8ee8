import type { CopyState } from '../../shared/backup.ts';
import type { Job } from '../../shared/job.ts';
import { manifestKey, manifestPrefix, objectPrefix } from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import type { RetentionLedger } from '../state/retentionLedger.ts';

/**
 * Deletes one copy: journal, manifest, data. From the journal on it goes, whatever happens: what a crash leaves is
 * finished by the next clean-up. It counts as deleted once a new listing of the store shows nothing of it.
 * @throws STORE_…; the copy is then DELETING, and may be tried again.
 */
export async function deleteCopy(
  copy: { id: string; state: CopyState; reason: string },
  store: Store,
  ledger: RetentionLedger,
  job: Job,
): Promise<void> {
  const { id, state, reason } = copy;
  const { signal } = job;
  if (state !== 'DELETING') ledger.deleting(id, store.name, reason);
  job.reached('expire-journalled');
  await store.delete(manifestKey(id), signal); // from here on it is no copy any more
  job.reached('expire-manifest-gone');
  await store.purge(`${manifestPrefix}${id}.`, signal);
  if (state !== 'STORED')
    for await (const upload of store.unfinishedUploads(objectPrefix(id), signal))
      await store.abortUpload(upload, signal);
  await store.purge(objectPrefix(id), signal);
  job.reached('expire-data-gone');
  ledger.deleted(id, store.name);
  job.reached('expire-noted');
}
