import type { StoreStatus, StoreView } from '../../shared/contract/stores.ts';
import type { FailureCode } from '../../shared/failure.ts';
import { storeSeenSchema } from '../../shared/storeSeen.ts';
import { consoleStores } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { notReached } from '../storage/probeStore.ts';
import { placeOf } from './stores.ts';

/** Every store with what the catalogue knows of it, and what the newest health check has seen of it. None is asked now. */
export function seenStores(console: Console): StoreView[] {
  return consoleStores(console).map(({ name, kind, settings }) => {
    const store = { name, kind, place: placeOf(settings) };
    const look = lookedAt(console, store);
    return {
      ...store,
      ...console.catalogue.copiesIn(name),
      status: look?.status ?? null,
      statusAt: look?.at ?? null,
    };
  });
}

/** The health check looks every five minutes; its steps are not timed one by one. */
function lookedAt(
  { looks }: Console,
  store: Pick<StoreStatus, 'name' | 'kind' | 'place'>,
): { status: StoreStatus; at: string } | undefined {
  const look = looks.get('store', store.name);
  if (!look) return undefined;
  const { at, failure } = look;
  const timings = { putMs: null, getMs: null, listMs: null, deleteMs: null };
  if (failure) {
    const code = failure.code as FailureCode;
    const told = { reachable: !notReached.has(code), writable: false, failure: { ...failure, code, details: {} } };
    return { at, status: { ...store, timings, ...told, usedBytes: null, capacityBytes: null, freeBytes: null } };
  }
  const seen = storeSeenSchema.safeParse(look.seen);
  return seen.success ? { at, status: { ...store, timings, reachable: true, failure: null, ...seen.data } } : undefined;
}
