import { copyStateAfter } from '../../shared/backup.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest, type ManifestObject } from '../../shared/manifest.ts';
import { putManifest } from '../storage/repository.ts';
import { faultsOf, storedManifest, withProven, type SealedManifest } from './readCopy.ts';
import type { IntegrityTools, VerifyStore } from './verifyTools.ts';

/**
 * Makes a bad copy good again: each of its objects that is not good is replaced by one of another store, of which every
 * byte was proven before; its manifest comes last. What is replaced is read back before the copy counts as good. A cut
 * at any moment leaves it noted as bad, and the next check goes on.
 * @returns the stores from which it was made again; none where the copy was good after all.
 * @throws NO_GOOD_COPY with a reason per store, and then nothing was replaced that was good; STORE_…, CANCELLED
 */
export async function mendCopy(
  backupId: string,
  target: VerifyStore,
  tools: IntegrityTools,
  job: Job,
): Promise<string[]> {
  const others = tools.stores.filter(({ name }) => name !== target.name);
  const good = await anyManifest(backupId, [target, ...others], tools, job);
  const { manifest } = good;
  const faults = await faultsOf(manifest, manifest.objects, target, tools, job);
  const bad = manifest.objects.filter((object) => faults.some((fault) => fault.object === object));
  const from = new Set<string>();
  const store = await target.open();
  for (const object of bad) {
    const giver = await fromAny(object, manifest, others, tools, job, async (path) => {
      job.reached('mend-proven');
      await store.upload(object.key, path, { journal: tools.journalOf(target.name), signal: job.signal });
    });
    from.add(giver);
    job.reached('mend-replaced');
  }
  if (good.from !== target.name) {
    await putManifest(store, backupId, good.sealed, job.signal);
    from.add(good.from);
  }
  const [still] = await faultsOf(manifest, bad, target, tools, job);
  if (still) throw new Failure('COPY_DAMAGED', still.message, 'Test the disk: it does not give back what was written.');
  job.reached('mend-read-back');
  tools.catalogue.verified(backupId, target, {
    ok: true,
    state: 'STORED',
    reason: from.size > 0 ? `made again from ${[...from].join(' and ')}` : null,
    readBytes: storedBytes(manifest),
  });
  return [...from];
}

async function anyManifest(
  backupId: string,
  stores: readonly VerifyStore[],
  tools: IntegrityTools,
  job: Job,
): Promise<{ manifest: Manifest; sealed: SealedManifest; from: string }> {
  const reasons: Record<string, string> = {};
  for (const [index, handle] of stores.entries())
    try {
      return { ...(await storedManifest(backupId, handle, tools, job)), from: handle.name };
    } catch (error) {
      job.signal.throwIfAborted();
      const { code, message } = reportFailure(error);
      // Nothing can be mended in a store that does not answer.
      if (index === 0 && copyStateAfter(code) === null) throw error;
      reasons[handle.name] = message;
    }
  throw noneIsGood(reasons);
}

/** Stores whose copy counts as good are asked first. @returns the name of the store that gave it. */
async function fromAny(
  object: ManifestObject,
  manifest: Manifest,
  stores: readonly VerifyStore[],
  tools: IntegrityTools,
  job: Job,
  take: (path: string) => Promise<void>,
): Promise<string> {
  const counts = ({ name }: VerifyStore) => Number(tools.looks.stateOf(manifest.id, name) === 'STORED');
  const reasons: Record<string, string> = {};
  for (const handle of stores.toSorted((a, b) => counts(b) - counts(a))) {
    let taking = false;
    try {
      await withProven(object, manifest, handle, tools, job, (path) => {
        taking = true;
        return take(path);
      });
      return handle.name;
    } catch (error) {
      job.signal.throwIfAborted();
      if (taking) throw error;
      const { code, message } = reportFailure(error);
      tools.catalogue.foundBad(manifest.id, handle, code, message);
      reasons[handle.name] = message;
    }
  }
  throw noneIsGood(reasons);
}

function noneIsGood(reasons: Record<string, string>): Failure {
  const told = Object.entries(reasons).map(([store, reason]) => `${store}: ${reason}`);
  return new Failure(
    'NO_GOOD_COPY',
    `no other store can give what it lacks (${told.join('; ') || 'there is no other store'})`,
    'Mend one of the stores by its reason, and take a new backup now.',
    { details: { reasons } },
  );
}
