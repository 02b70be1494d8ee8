import type { ReadLimits, ReadReason } from '../../shared/integrity.ts';
import type { StoreKind } from '../../shared/store.ts';

export interface CopyToRead {
  backupId: string;
  sizeBytes: number;
  /** When the backup was taken; milliseconds since 1970, as `lookedAt`. */
  createdAt: number;
  /** When this copy was last read to its end; null while it never was. */
  lookedAt: number | null;
}

/** What is known of one store before a check. */
export interface StoreFacts {
  name: string;
  kind: StoreKind;
  limits: ReadLimits;
  /** Bytes fetched from it so far, this day and this calendar month (UTC). */
  spentToday: number;
  spentThisMonth: number;
  totalBytes: number;
  /** Its copies that count as good, in the order of `readOrder`. */
  copies: readonly CopyToRead[];
}

export interface PlannedRead {
  backupId: string;
  store: string;
  why: ReadReason;
}

/** Of so many copies of a store one check chooses. */
export const candidates = 2000;
const sampleShare = 0.1;
const sampleLimit = 10;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Where turns begin when no store was ever read: downloads from R2 are free. */
const turnOrder: Record<StoreKind, number> = { r2: 0, b2: 1, s3: 2, local: 3 };

/** Least recently read first; what never was counts from when it was taken, so that nothing waits for ever. */
export function readOrder(a: CopyToRead, b: CopyToRead): number {
  return seenAt(a) - seenAt(b) || (a.backupId < b.backupId ? -1 : 1);
}

/**
 * Chooses the copies that this hour's check reads to their end: a sample of a tenth of the backups (at least one, at
 * most ten) for which every store takes its turn, and what each store needs besides so that all of it is read within
 * its days. No store is asked for more bytes than its limits allow.
 */
export function planReads(stores: readonly StoreFacts[], backups: number, now: Date): PlannedRead[] {
  const queues = stores.map((store) => new Queue(store, now));
  const sample = takeSample(queues, Math.min(sampleLimit, Math.ceil(backups * sampleShare)));
  return [...sample, ...queues.flatMap((queue) => takeScrub(queue))];
}

function takeSample(queues: readonly Queue[], count: number): PlannedRead[] {
  if (count === 0) return [];
  const turns = queues
    .map((queue) => ({ queue, lastRead: queue.lastRead }))
    .toSorted((a, b) => a.lastRead - b.lastRead || turnOrder[a.queue.store.kind] - turnOrder[b.queue.store.kind]);
  const chosen: PlannedRead[] = [];
  const backups = new Set<string>();
  for (let passed = 0, turn = 0; chosen.length < count && passed < turns.length; turn++) {
    const { queue } = turns[turn % turns.length]!;
    const copy = queue.next(backups);
    if (!copy) {
      passed++;
      continue;
    }
    passed = 0;
    backups.add(copy.backupId);
    chosen.push({ backupId: copy.backupId, store: queue.store.name, why: 'sample' });
  }
  return chosen;
}

/** Twice as fast as needed: half of the time is there for hours in which the machine sleeps or a store is away. */
function takeScrub(queue: Queue): PlannedRead[] {
  const { store } = queue;
  const share = store.totalBytes / ((store.limits.days * 24) / 2);
  const chosen: PlannedRead[] = [];
  while (queue.taken < share) {
    const copy = queue.nextDue();
    if (!copy) break;
    chosen.push({ backupId: copy.backupId, store: store.name, why: 'scrub' });
  }
  return chosen;
}

/** The copies of one store that are still to be chosen from, and what may still be spent on them. */
class Queue {
  readonly store: StoreFacts;
  /** Bytes of what was chosen. */
  taken = 0;
  private readonly now: Date;
  private readonly done = new Set<CopyToRead>();
  private from = 0;

  constructor(store: StoreFacts, now: Date) {
    this.store = store;
    this.now = now;
  }

  /** When anything of it was last read. */
  get lastRead(): number {
    return this.store.copies.reduce((newest, { lookedAt }) => Math.max(newest, lookedAt ?? 0), 0);
  }

  /**
   * The next in turn: another backup than those, unless it is due. Where bytes are limited, only what is due: they must
   * not be spent on what was read just before.
   */
  next(others: ReadonlySet<string>): CopyToRead | null {
    const { bytesPerDay, bytesPerMonth } = this.store.limits;
    const limited = bytesPerDay !== null || bytesPerMonth !== null;
    const free = this.store.copies.find(
      (copy) => !this.done.has(copy) && (this.isDue(copy) || (!limited && !others.has(copy.backupId))),
    );
    return this.take(free);
  }

  nextDue(): CopyToRead | null {
    while (this.from < this.store.copies.length && this.done.has(this.store.copies[this.from]!)) this.from++;
    const oldest = this.store.copies[this.from];
    return oldest && this.isDue(oldest) ? this.take(oldest) : null;
  }

  private isDue(copy: CopyToRead): boolean {
    return copy.lookedAt === null || this.now.getTime() - seenAt(copy) >= (this.store.limits.days * dayMs) / 2;
  }

  /** Nothing is chosen in the place of one that does not fit: it would never come to be read. */
  private take(copy: CopyToRead | undefined): CopyToRead | null {
    if (!copy || !this.allows(copy.sizeBytes)) return null;
    this.done.add(copy);
    this.taken += copy.sizeBytes;
    return copy;
  }

  /** A month's bytes are spread over its days, so that they are not gone in the first ones. */
  private allows(bytes: number): boolean {
    const { bytesPerDay, bytesPerMonth } = this.store.limits;
    const today = this.store.spentToday + this.taken;
    const month = this.store.spentThisMonth + this.taken;
    if (bytesPerDay !== null && today + bytes > bytesPerDay) return false;
    if (bytesPerMonth === null) return true;
    return month + bytes <= bytesPerMonth && month <= bytesPerMonth * shareOfMonth(this.now);
  }
}

function seenAt({ lookedAt, createdAt }: CopyToRead): number {
  return lookedAt ?? createdAt;
}

/** How much of its month has passed, from 0 to 1. */
function shareOfMonth(now: Date): number {
  const begin = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  return (now.getTime() - begin) / (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - begin);
}
