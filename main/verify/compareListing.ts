import type { Job } from '../../shared/job.ts';
import { manifestKey, manifestPrefix, signatureKey } from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import type { ExpectedCopy } from '../state/copyLooks.ts';
import type { IntegrityTools, VerifyStore } from './verifyTools.ts';

const page = 500;

/**
 * Compares what a store lists with the copies that should be in it: every object is there with its size, and so is the
 * manifest. Nothing is downloaded. What is missing or of another size is asked for once more by its name, because a
 * listing may be older than the catalogue, and then noted.
 * @returns how many copies were compared.
 * @throws STORE_…, CANCELLED
 */
export async function compareListing(handle: VerifyStore, tools: IntegrityTools, job: Job): Promise<number> {
  const store = await handle.open();
  job.stage(`listing ${handle.name}`);
  const manifests = new Set<string>();
  for await (const { key } of store.list(manifestPrefix, job.signal)) manifests.add(key);
  const listed = new Listing(store, job);
  let compared = 0;
  for (let after = ''; ;) {
    const expected = tools.looks.expectedIn(handle.name, after, page);
    for (const copy of expected) {
      const sizes = await listed.sizesOf(copy.backupId);
      const whole =
        manifests.has(manifestKey(copy.backupId)) &&
        manifests.has(signatureKey(copy.backupId)) &&
        copy.objects.every(({ key, sizeBytes }) => sizes.get(key) === sizeBytes);
      if (!whole) await confirm(copy, handle, store, tools, job);
    }
    compared += expected.length;
    const last = expected.at(-1);
    if (!last) return compared;
    after = last.backupId;
  }
}

async function confirm(
  { backupId, objects }: ExpectedCopy,
  handle: VerifyStore,
  store: Store,
  { looks, catalogue }: IntegrityTools,
  job: Job,
): Promise<void> {
  const names = [manifestKey(backupId), signatureKey(backupId)];
  const expected = [...names.map((key) => ({ key, sizeBytes: null })), ...objects];
  for (const { key, sizeBytes } of expected) {
    const found = await store.head(key, job.signal);
    if (found && (sizeBytes === null || found.sizeBytes === sizeBytes)) continue;
    // Somebody may have deleted the backup meanwhile, or be copying it.
    if (looks.stateOf(backupId, handle.name) !== 'STORED') return;
    const reason = found
      ? `${key} has ${found.sizeBytes} bytes in the place of ${sizeBytes}`
      : `${key} is missing in ${handle.name}`;
    catalogue.verified(backupId, handle, { ok: false, state: found ? 'DAMAGED' : 'MISSING', reason });
    return;
  }
}

/** The objects of a store, backup by backup in the order of their ids. */
class Listing {
  private readonly objects: AsyncIterator<{ key: string; sizeBytes: number }>;
  private ahead: { key: string; sizeBytes: number } | null = null;
  private ended = false;

  constructor(store: Store, job: Job) {
    this.objects = store.list('b/', job.signal)[Symbol.asyncIterator]();
  }

  /** The listed sizes of a backup by key; ids must be asked for in their order. */
  async sizesOf(backupId: string): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for (;;) {
      const object = await this.peek();
      const id = object?.key.split('/')[1] ?? '';
      if (!object || id > backupId) return sizes;
      if (id === backupId) sizes.set(object.key, object.sizeBytes);
      this.ahead = null;
    }
  }

  private async peek(): Promise<{ key: string; sizeBytes: number } | null> {
    if (this.ahead || this.ended) return this.ahead;
    const next = await this.objects.next();
    if (next.done) this.ended = true;
    else this.ahead = next.value;
    return this.ahead;
  }
}
