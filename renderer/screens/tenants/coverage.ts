import type { CoverageView } from '../../../shared/contract/tenants.ts';
import { formatCount } from '../../../shared/format.ts';
import type { TenantCoverage } from '../../../shared/tenant.ts';

/** A backup that is older than this does not protect its tenant any more. */
export const freshDays = 8;

export const coverageStates = ['none', 'failed', 'old', 'retry', 'good', 'gone'] as const;
export type CoverageState = (typeof coverageStates)[number];

/** Pure: how well a tenant is protected at a moment. @param lookedAt when the tenant table was last read, if ever */
export function coverageOf(tenant: TenantCoverage, lookedAt: string | null, now: Date): CoverageState {
  const { firstSeenAt, goneSince, newest, failed } = tenant;
  // One that is known only from its backups, and was not in the table when it was read, is not there.
  if (goneSince !== null || (firstSeenAt === null && lookedAt !== null)) return 'gone';
  if (newest && now.getTime() - Date.parse(newest.createdAt) <= freshDays * 86_400_000)
    return failed ? 'retry' : 'good';
  if (failed) return 'failed';
  return newest ? 'old' : 'none';
}

interface CoverageSummary {
  tone: 'good' | 'warning' | 'bad' | 'unknown';
  word: string;
  sentence: string;
}

/** Pure: in one sentence, how many tenants have a good backup that is not too old, and how many have none. */
export function summaryOf({ tenants, lookedAt, model }: CoverageView, now: Date): CoverageSummary {
  const states = tenants.map((tenant) => ({ tenant, state: coverageOf(tenant, lookedAt, now) }));
  const there = states.filter(({ state }) => state !== 'gone');
  const gone = states.length - there.length;
  const leftBehind =
    gone === 0
      ? ''
      : ` ${formatCount(gone)} ${gone === 1 ? 'is gone from the table; its' : 'are gone from the table; their'} backups stay.`;
  if (lookedAt === null)
    return { tone: 'unknown', word: 'Not known', sentence: `The table ${model?.table} was not read yet.` };
  if (there.length === 0)
    return { tone: 'unknown', word: 'No tenant', sentence: `The table ${model?.table} has no row.${leftBehind}` };
  const fresh = there.filter(({ state }) => state === 'good' || state === 'retry').length;
  const none = there.filter(({ tenant }) => tenant.newest === null).length;
  const older = there.length - fresh - none;
  const all = `${formatCount(there.length)} ${there.length === 1 ? 'tenant' : 'tenants'}`;
  const parts = [
    fresh === there.length
      ? `${there.length === 1 ? 'The only tenant has' : `All ${all} have`} a good backup that is not older than ${freshDays} days`
      : `${formatCount(fresh)} of ${all} ${fresh === 1 ? 'has' : 'have'} a good backup that is not older than ${freshDays} days`,
    older === 0 ? '' : `${formatCount(older)} ${older === 1 ? 'has' : 'have'} only an older one`,
    none === 0 ? '' : `${formatCount(none)} ${none === 1 ? 'has' : 'have'} none`,
  ].filter((part) => part !== '');
  const sentence = `${parts.join('; ')}.${leftBehind}`;
  if (none > 0) return { tone: 'bad', word: 'Not all are backed up', sentence };
  return older > 0
    ? { tone: 'warning', word: 'Some are old', sentence }
    : { tone: 'good', word: 'All are backed up', sentence };
}

/** Pure: whether a tenant fits what was typed: a part of its name or id, whatever the case. */
export function fits({ id, name }: Pick<TenantCoverage, 'id' | 'name'>, typed: string): boolean {
  const part = typed.trim().toLocaleLowerCase();
  return part === '' || id.toLocaleLowerCase().includes(part) || (name ?? '').toLocaleLowerCase().includes(part);
}
