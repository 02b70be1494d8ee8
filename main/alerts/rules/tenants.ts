import type { AlertRules } from '../../../shared/alertRules.ts';
import type { SourceFacts } from '../facts.ts';
import { about, counted, dayMs, tenantsNamed, type Condition, type Rule } from '../rule.ts';

/** Tenants without a young backup of their own, where others have one, and tenants that went. One alert for each database. */
export const tenants: Rule = {
  types: ['TENANT_UNPROTECTED', 'TENANT_VANISHED'],
  conditions: ({ sources, now }, rules) =>
    sources.flatMap((source) => [...unprotected(source, rules, now), ...vanished(source)]),
  evidence({ type, about: { source } }, { sources, now }, rules) {
    const known = sources.find(({ name }) => name === source);
    if (!known?.tenants) return null;
    if (type === 'TENANT_UNPROTECTED')
      return unprotected(known, rules, now).length === 0 ? 'every tenant has a good backup' : null;
    return known.tenants.vanished.count === 0 ? 'no tenant went in the last days' : null;
  },
};

function unprotected({ name, tenants: known }: SourceFacts, { tenantDays }: AlertRules, now: number): Condition[] {
  if (!known) return [];
  const old = known.protected.filter(({ at }) => now - at > tenantDays * dayMs);
  const count = known.unprotected.count + old.length;
  if (count === 0) return [];
  const names = [...known.unprotected.names, ...old.map((tenant) => tenant.name)].slice(0, tenantsNamed);
  const [has, its] = count === 1 ? ['has', 'its'] : ['have', 'their'];
  const age = old.length === 0 ? '' : ` of the last ${tenantDays} days`;
  return [
    {
      type: 'TENANT_UNPROTECTED',
      severity: 'WARNING',
      fingerprint: `TENANT_UNPROTECTED:${name}`,
      occurrence: '',
      message: `${counted(count, 'tenant')} of ${name} ${has} no good backup of ${its} own${age}: ${listed(names, count)}`,
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
