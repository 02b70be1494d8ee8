import { z } from 'zod';
import type { AlertRules } from './alertRules.ts';

/** What a look at a store saw, when it went well. */
export const storeSeenSchema = z.object({
  writable: z.boolean(),
  /** Bytes of the good copies in it. */
  usedBytes: z.number(),
  /** Of the disk; null where nobody can say. */
  capacityBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
});
export type StoreSeen = z.infer<typeof storeSeenSchema>;

/** How full a store is: by the quota that was set for it, else by its disk; null where nobody can say. */
export function fullnessOf(
  store: string,
  seen: StoreSeen,
  rules: Pick<AlertRules, 'quotaGigabytes'>,
): { ratio: number; leftBytes: number } | null {
  const { usedBytes, capacityBytes, freeBytes } = seen;
  const quotaBytes = (rules.quotaGigabytes[store] ?? 0) * 1e9;
  if (quotaBytes > 0) return { ratio: usedBytes / quotaBytes, leftBytes: Math.max(0, quotaBytes - usedBytes) };
  if (!capacityBytes || freeBytes === null) return null;
  return { ratio: 1 - freeBytes / capacityBytes, leftBytes: freeBytes };
}
