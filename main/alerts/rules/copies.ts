import { formatAge } from '../../../shared/format.ts';
import type { AlertRules } from '../../../shared/alertRules.ts';
import type { StoreFacts } from '../facts.ts';
import { about, counted, hourMs, type Condition, type Rule } from '../rule.ts';
import { storeUnreachable } from './reach.ts';

/** Copies that are damaged or gone, and those that were never made. One alert for each store. */
export const copies: Rule = {
  types: ['INTEGRITY_FAILURE', 'REPLICA_MISSING'],
  conditions: ({ stores, now }, rules) =>
    stores.flatMap((store) => [...badCondition(store), ...missingCondition(store, rules, now)]),
  evidence({ type, about: { store } }, { stores }) {
    const known = stores.find(({ name }) => name === store);
    if (!known) return null;
    if (type === 'INTEGRITY_FAILURE') return known.bad.count === 0 ? `no copy in ${store} is known to be bad` : null;
    return known.missing.count === 0 ? `every good backup has its copy in ${store}` : null;
  },
};

function badCondition({ name, bad }: StoreFacts): Condition[] {
  const { count, lost, newestId, foundAt } = bad;
  if (count === 0) return [];
  return [
    {
      type: 'INTEGRITY_FAILURE',
      severity: lost > 0 ? 'CRITICAL' : 'ERROR',
      fingerprint: `INTEGRITY_FAILURE:${name}`,
      occurrence: foundAt === null ? '' : new Date(foundAt).toISOString(),
      message: `${counted(count, 'copy', 'copies')} in ${name} ${count === 1 ? 'is' : 'are'} damaged or gone${
        lost > 0 ? `, and ${lost === 1 ? 'one backup has' : `${lost} backups have`} no good copy anywhere` : ''
      }`,
      hint:
        lost > 0
          ? 'Take a new backup now. Then check the disk or the provider of this store.'
          : 'Copy it again from a store that is good, then check the disk or the provider of this store.',
      about: about({ store: name, backupId: newestId }),
      link: newestId === null ? '/stores' : `/backups/${newestId}`,
      causes: [],
    },
  ];
}

function missingCondition(
  { name, missing, addedAt, backAt }: StoreFacts,
  { replicaHours }: AlertRules,
  now: number,
): Condition[] {
  const { count, oldestAt, oldestId } = missing;
  if (count === 0 || oldestAt === null) return [];
  // What was there before the store is counted from when the store came, and what it missed from when it came back.
  if (now - Math.max(oldestAt, addedAt, backAt ?? 0) <= replicaHours * hourMs) return [];
  return [
    {
      type: 'REPLICA_MISSING',
      severity: 'ERROR',
      fingerprint: `REPLICA_MISSING:${name}`,
      occurrence: '',
      message: `${counted(count, 'good backup')} ${count === 1 ? 'has' : 'have'} no copy in ${name}; the oldest was taken ${formatAge((now - oldestAt) / 1000)}`,
      hint: 'Copy what is missing (Stores). Until then a fire or a thief may take the only copies.',
      about: about({ store: name, backupId: oldestId }),
      link: '/stores',
      causes: [storeUnreachable(name)],
    },
  ];
}
