import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { openManifest } from '../sealing/manifestFile.ts';
import { getManifest } from '../storage/repository.ts';
import type { RestoreTools } from './restoreTools.ts';

/**
 * Reads a backup's manifest from the nearest store that has it, and checks signature, key and repository.
 * What it finds of a copy that is not good is noted in the catalogue, so that nobody counts on it.
 * @param only the name of the one store that may be asked; null asks them all.
 * @param reasons gets why stores were passed over, by their name.
 * @throws the failure of the one store; NO_GOOD_COPY with a reason per store.
 */
export async function openNearestManifest(
  backupId: string,
  only: string | null,
  reasons: Record<string, string>,
  tools: RestoreTools,
  job: Job,
): Promise<Manifest> {
  const stores = tools.stores.filter(({ name }) => only === null || name === only);
  for (const handle of stores) {
    try {
      const sealed = await getManifest(await handle.open(), backupId, job.signal);
      const { repositoryId, machineKey, trustedKeys } = tools;
      return await openManifest(sealed, {
        backupId,
        identity: machineKey.identity,
        trusted: trustedKeys,
        repositoryId,
      });
    } catch (error) {
      job.signal.throwIfAborted();
      const failure = reportFailure(error);
      tools.catalogue.foundBad(backupId, handle, failure.code, failure.message);
      reasons[handle.name] = failure.message;
      // A wrong key is wrong for every store.
      if (stores.length === 1 || failure.code === 'KEY_WRONG') throw error;
      job.note(`no good copy in ${handle.name}: ${failure.message}`);
    }
  }
  throw noGoodCopy(reasons);
}

export function noGoodCopy(reasons: Record<string, string>): Failure {
  const told = Object.entries(reasons)
    .map(([store, reason]) => `${store}: ${reason}`)
    .join('; ');
  return new Failure(
    'NO_GOOD_COPY',
    `no store has a good copy of this backup (${told || 'there is no store'})`,
    'Mend one of the stores by its reason, or restore an older backup.',
    { details: { reasons } },
  );
}
