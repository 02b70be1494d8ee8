import { z } from 'zod';
import { defaultPolicy, retentionPolicySchema, type RetentionPolicy } from '../../shared/retention.ts';
import type { StoreKind } from '../../shared/store.ts';
import type { Preferences } from './preferences.ts';

const policiesName = 'retention';
const pinsName = 'pins';
const policiesSchema = z.record(z.string(), z.unknown());
const pinsSchema = z.record(z.string(), z.boolean());

/**
 * What retention was told, among the preferences: so it is saved beside the state database, and survives its loss.
 * A policy that was set by another version and is not understood is null, and never the default: that might keep less.
 */
export function policyOf(
  preferences: Preferences,
  store: { name: string; kind: StoreKind },
  zone: string,
): RetentionPolicy | null {
  const set = preferences.get(policiesName, policiesSchema, {});
  if (!Object.hasOwn(set, store.name)) return defaultPolicy(store.kind, zone);
  const parsed = retentionPolicySchema.safeParse(set[store.name]);
  return parsed.success ? parsed.data : null;
}

/** @param policy null: what is usual for the kind of the store. */
export function setPolicy(preferences: Preferences, store: string, policy: RetentionPolicy | null): void {
  const { [store]: _before, ...others } = preferences.get(policiesName, policiesSchema, {});
  preferences.set(policiesName, policy === null ? others : { ...others, [store]: policy });
}

/** Remembers what a person has pinned or unpinned: the manifests still say what was wished when they were made. */
export function rememberPins(preferences: Preferences, ids: readonly string[], pinned: boolean): void {
  const before = preferences.get(pinsName, pinsSchema, {});
  preferences.set(pinsName, { ...before, ...Object.fromEntries(ids.map((id) => [id, pinned])) });
}

export function rememberedPins(preferences: Preferences): Record<string, boolean> {
  return preferences.get(pinsName, pinsSchema, {});
}
