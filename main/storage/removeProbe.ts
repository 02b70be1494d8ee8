import type { Store } from '../../shared/store.ts';

/** So long a store gets for it when nobody waits for its answer any more. */
const patienceMs = 5_000;

/** Deletes a small object that was only written to learn something, also after a cancel. @throws STORE_… */
export async function removeProbe(store: Store, key: string, signal?: AbortSignal): Promise<void> {
  try {
    await store.delete(key, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
    await store.delete(key, AbortSignal.timeout(patienceMs));
  }
}
