import { formatBytes } from '../../../shared/format.ts';
import type { AlertRules } from '../../../shared/alertRules.ts';
import { fullnessOf } from '../../../shared/storeSeen.ts';
import type { StoreFacts } from '../facts.ts';
import { about, type Rule } from '../rule.ts';

/** Next to nothing is left then: the next backup may not fit. */
const nearlyNothingLeft = 95;

/** How full stores are: a disk by what is free on it, a bucket by the quota that was set. */
export const storage: Rule = {
  types: ['STORAGE_CAPACITY'],
  conditions: ({ stores }, rules) =>
    stores.flatMap((store) => {
      const fullness = percentOf(store, rules);
      if (fullness === null || fullness.percent <= rules.storeFullPercent) return [];
      const { percent, leftBytes } = fullness;
      return [
        {
          type: 'STORAGE_CAPACITY' as const,
          severity: percent > Math.max(nearlyNothingLeft, rules.storeFullPercent) ? 'ERROR' : 'WARNING',
          fingerprint: `STORAGE_CAPACITY:${store.name}`,
          occurrence: '',
          message: `The store ${store.name} is ${Math.floor(percent)}% full: ${formatBytes(leftBytes)} are left`,
          hint: 'Make room there, keep fewer backups (Stores, retention), or move to a larger disk before backups fail.',
          about: about({ store: store.name }),
          link: '/stores',
          causes: [],
        },
      ];
    }),
  evidence({ about: { store } }, { stores }, rules) {
    const known = stores.find(({ name }) => name === store);
    const fullness = known ? percentOf(known, rules) : null;
    return fullness !== null && fullness.percent <= rules.storeFullPercent
      ? `${store} is ${Math.floor(fullness.percent)}% full`
      : null;
  },
};

/** Null where nobody can say: no look that went well, or a bucket without a quota. */
function percentOf({ name, look }: StoreFacts, rules: AlertRules): { percent: number; leftBytes: number } | null {
  const fullness = look?.seen ? fullnessOf(name, look.seen, rules) : null;
  return fullness && { percent: fullness.ratio * 100, leftBytes: fullness.leftBytes };
}
