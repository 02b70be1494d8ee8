import { z } from 'zod';
import type { BackupKind, BackupStatus, CopyState } from './backup.ts';
import type { StoreKind } from './store.ts';

const count = (most: number) => z.number().int().min(0, 'no less than 0').max(most, `at most ${most}`);

/** How long one store keeps backups. What one rule keeps stays, whatever the others say. */
export const retentionPolicySchema = z.strictObject({
  /** Everything younger stays; null: everything stays for ever. */
  days: z.number().int().min(1, 'at least one day').max(36_500, 'at most 36500 days').nullable(),
  /** Days more for what was verified. */
  verifiedGraceDays: count(3650),
  /** The newest so many of each source, tenant and kind. */
  keepLast: count(10_000),
  /** The newest of each of the last so many days, weeks, months and years that have one. */
  keepDaily: count(10_000),
  keepWeekly: count(10_000),
  keepMonthly: count(10_000),
  keepYearly: count(1000),
  /** Where those days begin: an IANA zone. */
  zone: z.string().max(100).refine(isZone, 'a time zone such as Europe/Vienna'),
});
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

/** What is known of a backup, as far as it decides when its copies go. Moments are milliseconds since 1970. */
export interface ExpiringBackup {
  id: string;
  kind: BackupKind;
  source: string;
  tenant: string | null;
  status: BackupStatus;
  /** When it was taken. */
  createdAt: number;
  /** From when its age counts: of an imported one from the import. */
  countsFrom: number;
  pinned: boolean;
  copies: readonly ExpiringCopy[];
}

export interface ExpiringCopy {
  store: string;
  state: CopyState;
  /** A look at this very copy has found it good. */
  verified: boolean;
  sizeBytes: number;
  reason: string | null;
}

/** What becomes of one copy, and why, in words that stand after "stays:" or "goes:". */
export interface CopyFate {
  id: string;
  store: string;
  reason: string;
  backup: ExpiringBackup;
  copy: ExpiringCopy;
}

/** Every copy that there is or should be, once: in what goes or in what stays. */
export interface ExpiryPlan {
  delete: CopyFate[];
  keep: CopyFate[];
}

/** What a store has until somebody sets it: a month on a disk of the shop, a year elsewhere. */
export function defaultPolicy(kind: StoreKind, zone: string): RetentionPolicy {
  return {
    days: kind === 'local' ? 30 : 365,
    verifiedGraceDays: 7,
    keepLast: 0,
    keepDaily: 0,
    keepWeekly: 0,
    keepMonthly: 0,
    keepYearly: 0,
    zone,
  };
}

/** `keeps backups for 30 days, verified ones 7 days longer, and the newest of each of the last 12 months` */
export function policySentence(policy: RetentionPolicy): string {
  const { days, verifiedGraceDays: grace, keepLast } = policy;
  if (days === null) return 'keeps every backup for ever';
  const spans = [
    [policy.keepDaily, 'day'],
    [policy.keepWeekly, 'week'],
    [policy.keepMonthly, 'month'],
    [policy.keepYearly, 'year'],
  ] as const;
  const newest = spans.filter(([wanted]) => wanted > 0).map(([wanted, span]) => counted(wanted, span));
  const parts = [`keeps backups for ${counted(days, 'day')}`];
  if (grace > 0) parts.push(`verified ones ${counted(grace, 'day')} longer`);
  if (keepLast > 0) parts.push(keepLast === 1 ? 'always the last one' : `always the last ${keepLast}`);
  if (newest.length > 0) parts.push(`the newest of each of the last ${inARow(newest)} (${policy.zone})`);
  return inARow(parts);
}

function counted(amount: number, word: string): string {
  return amount === 1 ? `1 ${word}` : `${amount} ${word}s`;
}

function inARow(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError: there is no such zone
  }
}
