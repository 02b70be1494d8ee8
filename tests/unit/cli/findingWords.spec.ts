import { expect, test } from '@playwright/test';
import { reasonLines } from '../../../main/cli/findingWords.ts';
import { findingChecks } from '../../../main/health/findingChecks.ts';
import type { RowFinding } from '../../../shared/tenant.ts';

const finding = (relation: string, reason: string): RowFinding => ({
  mode: 'tenant',
  severity: 'block',
  relation,
  reason,
});

test('300 tables of two reasons are told in two short lists, without one being left out', () => {
  const names = Array.from({ length: 300 }, (_, index) => `shop.table_${index}`);
  const found = names.map((name, index) => finding(name, index % 3 === 0 ? 'no policy' : 'no row security'));
  const lines = reasonLines(found);
  expect(lines.filter((line) => !line.startsWith('  '))).toEqual(['no policy:', 'no row security:']);
  expect(lines.length).toBeLessThan(60);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(102);
  const below = (from: number, to?: number) => lines.slice(from, to).flatMap((line) => line.trim().split(', '));
  const second = lines.indexOf('no row security:');
  expect(below(1, second)).toEqual(names.filter((_, index) => index % 3 === 0));
  expect(below(second + 1)).toEqual(names.filter((_, index) => index % 3 !== 0));

  expect(findingChecks('shop', found)).toMatchObject([
    {
      id: 'source:shop:tenants-block',
      severity: 'block',
      message: 'shop: 300 tables or roles stand in the way of backups of tenants',
      findings: found,
    },
  ]);
});

test('a single finding is told in the message, and one of another kind in a check of its own', () => {
  const checks = findingChecks('shop', [
    finding('shop.sales', 'no policy'),
    { ...finding('login restorer', 'it may not create databases'), mode: 'restore' },
  ]);
  expect(checks.map(({ id, message }) => `${id} ${message}`)).toEqual([
    'source:shop:tenants-block shop: shop.sales: no policy',
    'source:shop:restore-block shop: login restorer: it may not create databases',
  ]);
});
