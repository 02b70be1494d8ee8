import { useAnswer } from '../../../../useAnswer.ts';
import type { Concerned } from './mergeSentences.ts';

/** Who is concerned by a merge: its tenant by name, and how many others there are. */
export function useOtherTenants(source: string, tenant: string | null): Concerned {
  const { value } = useAnswer('tenants.coverage', { source }, ['sources']);
  if (tenant === null) return { tenant: null, others: null };
  const known = value && value.lookedAt !== null ? value.tenants : null;
  const name = known?.find(({ id }) => id === tenant)?.name ?? tenant;
  const others =
    known?.filter(({ id, firstSeenAt, goneSince }) => id !== tenant && goneSince === null && firstSeenAt !== null) ??
    null;
  return { tenant: name, others: others === null ? null : others.length };
}
