import { expect, test } from '@playwright/test';
import { coverageOf, fits, summaryOf } from '../../../../../renderer/screens/tenants/coverage.ts';
import type { TenantCoverage } from '../../../../../shared/tenant.ts';

const now = new Date('2026-11-22T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const lookedAt = daysAgo(0);

function backedUp(days: number): TenantCoverage['newest'] {
  return {
    backupId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    createdAt: daysAgo(days),
    status: 'COMPLETED',
    verifiedAt: null,
    sizeBytes: 1000,
    goodCopies: 1,
  };
}
const failed = { backupId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', at: daysAgo(0), code: 'INTERNAL', message: 'no', hint: '' };

function tenant(of: Partial<TenantCoverage> = {}): TenantCoverage {
  const seen = { firstSeenAt: daysAgo(30), lastSeenAt: lookedAt, goneSince: null, provenAt: null };
  return { id: '1', name: 'Berg', ...seen, newest: null, failed: null, ...of };
}

test('a tenant is as good as its newest good backup, and eight days are not too old yet', () => {
  const states = [
    tenant(),
    tenant({ newest: backedUp(8) }),
    tenant({ newest: backedUp(8.001) }),
    tenant({ newest: backedUp(1), failed }),
    tenant({ newest: backedUp(9), failed }),
    tenant({ failed }),
  ].map((one) => coverageOf(one, lookedAt, now));
  expect(states).toEqual(['none', 'good', 'old', 'retry', 'failed', 'failed']);
});

test('who is missing in the table is gone, also when only the backups tell of him', () => {
  expect(coverageOf(tenant({ goneSince: daysAgo(1), newest: backedUp(1) }), lookedAt, now)).toBe('gone');
  const fromBackups = tenant({ firstSeenAt: null, newest: backedUp(1) });
  expect(coverageOf(fromBackups, lookedAt, now)).toBe('gone');
  expect(coverageOf(fromBackups, null, now)).toBe('good');
});

test('one sentence says how many have a good backup and how many have none', () => {
  const model = {
    table: 'shop.tenants',
    idColumn: 'id',
    nameColumn: 'name',
    setting: 'app.tenant',
    contextSql: null,
    user: 'tenant',
    sharedTables: [],
    owners: {},
  };
  const said = (tenants: TenantCoverage[], at: string | null = lookedAt) => {
    const { tone, sentence } = summaryOf({ source: 'shop', model, lookedAt: at, tenants }, now);
    return `${tone}: ${sentence}`;
  };
  expect(said([], null)).toBe('unknown: The table shop.tenants was not read yet.');
  expect(said([])).toBe('unknown: The table shop.tenants has no row.');
  expect(said([tenant({ newest: backedUp(1) }), tenant({ newest: backedUp(2) })])).toBe(
    'good: All 2 tenants have a good backup that is not older than 8 days.',
  );
  expect(said([tenant({ newest: backedUp(1) }), tenant({ newest: backedUp(9) })])).toBe(
    'warning: 1 of 2 tenants has a good backup that is not older than 8 days; 1 has only an older one.',
  );
  expect(said([tenant(), tenant({ failed }), tenant({ goneSince: daysAgo(2) })])).toBe(
    'bad: 0 of 2 tenants have a good backup that is not older than 8 days; 2 have none. 1 is gone from the table; its backups stay.',
  );
});

test('a tenant is found by a part of its name or id, whatever the case', () => {
  const berg = { id: 'T-17', name: 'Juwelier BERG' };
  expect(['berg', ' Berg ', 't-17', ''].every((typed) => fits(berg, typed))).toBe(true);
  expect(fits(berg, 'tal')).toBe(false);
  expect(fits({ id: '3', name: null }, '3')).toBe(true);
});
