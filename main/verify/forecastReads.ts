import type { ReadForecast } from '../../shared/integrity.ts';
import { planReads, readOrder, type CopyToRead, type StoreFacts } from './planReads.ts';

const hourMs = 3_600_000;
/** How far ahead is looked, as a multiple of the days that are wanted. */
const horizon = 2;

/**
 * Plays the hourly checks of one store ahead, without the sample, until every copy of today has been read again: so a
 * limit that is too small is told before a copy is too old.
 */
export function forecastReads(store: StoreFacts, now: Date): ReadForecast {
  const { limits } = store;
  const begin = now.getTime();
  let copies = store.copies.toSorted(readOrder);
  const told = {
    store: store.name,
    limits,
    copies: copies.length,
    totalBytes: store.totalBytes,
    spentToday: store.spentToday,
    spentThisMonth: store.spentThisMonth,
    neverRead: copies.filter(({ lookedAt }) => lookedAt === null).length,
    oldestReadAt: copies[0] ? new Date(copies[0].lookedAt ?? copies[0].createdAt).toISOString() : null,
  };
  const unread = new Set(copies.map(({ backupId }) => backupId));
  let { spentToday, spentThisMonth } = store;
  let before = now;
  for (let hour = 0; unread.size > 0 && hour <= limits.days * 24 * horizon; hour++) {
    const then = new Date(begin + hour * hourMs);
    if (then.getUTCDate() !== before.getUTCDate()) spentToday = 0;
    if (then.getUTCMonth() !== before.getUTCMonth()) spentThisMonth = 0;
    before = then;
    const reads = planReads([{ ...store, copies, spentToday, spentThisMonth }], 0, then);
    if (reads.length === 0) continue;
    const chosen = new Set(reads.map(({ backupId }) => backupId));
    const read: CopyToRead[] = [];
    copies = copies.filter((copy) => {
      if (!chosen.has(copy.backupId)) return true;
      read.push({ ...copy, lookedAt: then.getTime() });
      return false;
    });
    copies.push(...read);
    for (const { backupId, sizeBytes } of read) {
      unread.delete(backupId);
      spentToday += sizeBytes;
      spentThisMonth += sizeBytes;
    }
    if (unread.size === 0) {
      const wholeInDays = Math.ceil(hour / 24);
      return { ...told, wholeInDays, suffices: wholeInDays <= limits.days };
    }
  }
  return { ...told, wholeInDays: unread.size === 0 ? 0 : null, suffices: unread.size === 0 };
}
