import { manifestKey, objectPrefix, signatureKey } from '../../shared/repositoryFormat.ts';
import type { LocalStore } from '../storage/localStore.ts';

/**
 * Removes what an unfinished backup has left in the local store; one whose manifest is there is finished and stays.
 * @returns whether the backup exists or is gone without a trace.
 */
export async function undoBackup(backupId: string, localStore: LocalStore): Promise<'exists' | 'gone'> {
  if (await localStore.head(manifestKey(backupId))) return 'exists';
  await localStore.delete(signatureKey(backupId));
  for await (const { key } of localStore.list(objectPrefix(backupId))) await localStore.delete(key);
  await localStore.discardStaged(`${backupId}.`);
  return 'gone';
}
