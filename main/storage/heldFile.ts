import type { Store } from '../../shared/store.ts';

/**
 * Where an object lies as a file of this machine, also where it is missing; null for a store that is no folder here.
 * @throws STORE_FOLDER_MISSING: a disk that is unplugged has not lost what is on it
 */
export async function heldFile(
  key: string,
  store: { open(): Promise<Store>; pathOf(key: string): string | null },
  signal: AbortSignal,
): Promise<string | null> {
  const path = store.pathOf(key);
  if (path !== null) await (await store.open()).head(key, signal);
  return path;
}
