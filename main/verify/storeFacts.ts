import type { CopyLooks } from '../state/copyLooks.ts';
import type { StoreFacts } from './planReads.ts';

/** @param limit how many copies, least recently read first; -1: all of them. */
export function factsOf(
  store: Pick<StoreFacts, 'name' | 'kind' | 'limits'>,
  looks: CopyLooks,
  now: Date,
  limit: number,
): StoreFacts {
  const { name, kind, limits } = store;
  const today = now.toISOString().slice(0, 10);
  return {
    name,
    kind,
    limits,
    spentToday: looks.bytesReadSince(name, today),
    spentThisMonth: looks.bytesReadSince(name, `${today.slice(0, 7)}-01`),
    totalBytes: looks.totalBytes(name),
    copies: looks.leastRecentlyRead(name, limit),
  };
}
