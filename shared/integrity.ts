import type { StoreKind } from './store.ts';

/** How much of a store is read for integrity, and how soon all of it. */
export interface ReadLimits {
  /** Every copy is read to its end within so many days. */
  days: number;
  /** Bytes that may be fetched in a day and in a calendar month (UTC); null for no limit. */
  bytesPerDay: number | null;
  bytesPerMonth: number | null;
}

/** A disk at hand is read whole every week, a cloud every month. */
export function usualLimits(kind: StoreKind): ReadLimits {
  return { days: kind === 'local' ? 7 : 30, bytesPerDay: null, bytesPerMonth: null };
}

/** A copy that was found not to be good, and what came of it. */
export interface FoundDamage {
  backupId: string;
  source: string;
  store: string;
  code: string;
  reason: string;
  /** The stores from which it was made again; empty where it was not. */
  mendedFrom: string[];
  /** Why it was not made again. */
  leftBecause: string | null;
}

/** What an integrity check did and found. */
export interface IntegrityReport {
  ok: boolean;
  /** What the listing of each store was compared with; `failure` where it could not be listed. */
  listed: { store: string; copies: number; failure: string | null }[];
  /** The copies that were read to their end. */
  read: { backupId: string; store: string; why: ReadReason; ok: boolean; bytes: number }[];
  /** Copies that could not be read, though nothing says that they are bad: a store that does not answer. */
  unread: { backupId: string; store: string; reason: string }[];
  damage: FoundDamage[];
}

/** `sample`: its turn came by the hour; `scrub`: the store has to be read whole in time. */
export type ReadReason = 'sample' | 'scrub';

/** Whether a store will have been read whole in time. */
export interface ReadForecast {
  store: string;
  limits: ReadLimits;
  copies: number;
  totalBytes: number;
  spentToday: number;
  spentThisMonth: number;
  neverRead: number;
  /** The longest ago that a copy was read (or made, where it never was); null without copies. */
  oldestReadAt: string | null;
  /** After so many days every copy of today will have been read again; null where the limits never let it. */
  wholeInDays: number | null;
  suffices: boolean;
}
