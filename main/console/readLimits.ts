import { z } from 'zod';
import { usualLimits, type ReadLimits } from '../../shared/integrity.ts';
import type { StoreKind } from '../../shared/store.ts';
import type { Console } from './console.ts';

const bytes = z.number().int().positive().nullable();
const limitsSchema = z.record(
  z.string(),
  z.object({ days: z.number().int().min(1).max(366), bytesPerDay: bytes, bytesPerMonth: bytes }),
);
const preference = 'readLimits';

/** What was set by store; the others have what is usual for their kind. */
export function readLimits(console: Console): Record<string, ReadLimits | undefined> {
  return console.preferences.get(preference, limitsSchema, {});
}

/** A store that is added later under the same name begins with what is usual. */
export function forgetReadLimits(console: Console, store: string): void {
  const { [store]: _gone, ...others } = readLimits(console);
  console.preferences.set(preference, others);
}

/** Sets what is given and keeps the rest. */
export function setReadLimits(
  console: Console,
  store: string,
  kind: StoreKind,
  changes: Partial<ReadLimits>,
): ReadLimits {
  const all = readLimits(console);
  const limits = { ...(all[store] ?? usualLimits(kind)), ...changes };
  console.preferences.set(preference, { ...all, [store]: limits });
  return limits;
}
