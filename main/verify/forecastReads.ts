import type { ReadForecast } from '../../shared/integrity.ts';
import { candidates, planReads, readOrder, type StoreFacts } from './planReads.ts';

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
  const copies = store.copies.toSorted(readOrder);
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
  let { spentToday, spentThisMonth } = store;
  let before = now;
  // What is read goes to the end of the queue, so the copies of today are read one after the other.
  let done = 0;
  for (let hour = 0; done < copies.length && hour <= limits.days * 24 * horizon; hour++) {
    const then = new Date(begin + hour * hourMs);
    if (then.getUTCDate() !== before.getUTCDate()) spentToday = 0;
    if (then.getUTCMonth() !== before.getUTCMonth()) spentThisMonth = 0;
    before = then;
    const next = copies.slice(done, done + candidates);
    const reads = planReads([{ ...store, copies: next, spentToday, spentThisMonth }], 0, then);
    for (const { sizeBytes } of next.slice(0, reads.length)) {
      spentToday += sizeBytes;
      spentThisMonth += sizeBytes;
    }
    done += reads.length;
    if (done === copies.length) {
      const wholeInDays = Math.ceil(hour / 24);
      return { ...told, wholeInDays, suffices: wholeInDays <= limits.days };
    }
  }
  const nothing = copies.length === 0;
  return { ...told, wholeInDays: nothing ? 0 : null, suffices: nothing };
}
