import type { SourceFacts } from '../facts.ts';
import { about, counted, type Condition, type Rule } from '../rule.ts';

/** Tenants without a backup of their own, where others have one, and tenants that went. One alert for each database. */
export const tenants: Rule = {
  types: ['TENANT_UNPROTECTED', 'TENANT_VANISHED'],
  conditions: ({ sources }) => sources.flatMap((source) => [...unprotected(source), ...vanished(source)]),
  evidence({ type, about: { source } }, { sources }) {
    const known = sources.find(({ name }) => name === source)?.tenants;
    if (!known) return null;
    if (type === 'TENANT_UNPROTECTED') return known.unprotected.count === 0 ? 'every tenant has a good backup' : null;
    return known.vanished.count === 0 ? 'no tenant went in the last days' : null;
  },
};

function unprotected({ name, tenants: known }: SourceFacts): Condition[] {
  if (!known || known.unprotected.count === 0) return [];
  const { count, names } = known.unprotected;
  return [
    {
      type: 'TENANT_UNPROTECTED',
      severity: 'WARNING',
      fingerprint: `TENANT_UNPROTECTED:${name}`,
      occurrence: '',
      message: `${counted(count, 'tenant')} of ${name} ${count === 1 ? 'has' : 'have'} no good backup of ${count === 1 ? 'its' : 'their'} own: ${listed(names, count)}`,
      hint: 'The full backups hold them all the same. Back them up under Tenants, and look why they failed.',
      about: about({ source: name }),
      link: '/tenants',
      causes: [],
    },
  ];
}

function vanished({ name, tenants: known }: SourceFacts): Condition[] {
  if (!known || known.vanished.count === 0) return [];
  const { count, names, at } = known.vanished;
  return [
    {
      type: 'TENANT_VANISHED',
      severity: 'INFO',
      fingerprint: `TENANT_VANISHED:${name}`,
      occurrence: at === null ? '' : new Date(at).toISOString(),
      message: `${counted(count, 'tenant')} of ${name} ${count === 1 ? 'is' : 'are'} not in its tenant table any more: ${listed(names, count)}`,
      hint: 'Their backups are kept. If nobody meant to delete them, restore them from the newest backup (Tenants).',
      about: about({ source: name }),
      link: '/tenants',
      causes: [],
    },
  ];
}

function listed(names: readonly string[], count: number): string {
  return names.join(', ') + (count > names.length ? ` and ${count - names.length} more` : '');
}
