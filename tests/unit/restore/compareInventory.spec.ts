import { expect, test } from '@playwright/test';
import type { Inventory } from '../../../main/postgres/inventory.ts';
import { compareInventory } from '../../../main/restore/verifyRestored.ts';

const shop: Inventory = {
  tablespaces: [],
  extensions: [{ name: 'plpgsql', version: '1.0' }],
  indexes: ['shop.sales_pkey', 'shop.sales_by_day'],
  foreignKeys: ['shop.sales: sales_customer_id_fkey'],
  sequences: [
    { name: 'shop.sales_id_seq', lastValue: '9007199254740993', ascending: true },
    { name: 'shop.countdown', lastValue: '-10', ascending: false },
    { name: 'shop.unused', lastValue: null, ascending: true },
  ],
  materializedViews: [
    { name: 'shop.turnover', rows: 12 },
    { name: 'shop.never_filled', rows: null },
  ],
  largeObjects: { count: 2, fingerprint: '12345' },
};

const found = (changes: Partial<Inventory>) => compareInventory(shop, { ...shop, ...changes });

/** `lastValue` for one sequence, the others as they were. */
const sequences = (name: string, lastValue: string | null) =>
  shop.sequences.map((sequence) => (sequence.name === name ? { ...sequence, lastValue } : sequence));

test('an equal database has no problems, and everything is counted', () => {
  expect(compareInventory(shop, shop)).toEqual({
    indexes: { expected: 2, ok: 2, problems: [] },
    foreignKeys: { expected: 1, ok: 1, problems: [] },
    sequences: { expected: 3, ok: 3, problems: [] },
    materializedViews: { expected: 2, ok: 2, problems: [] },
    largeObjects: { expected: 1, ok: 1, problems: [] },
  });
});

test('what a database has more than the backup is no problem', () => {
  const more = found({
    indexes: [...shop.indexes, 'shop.another'],
    foreignKeys: [...shop.foreignKeys, 'shop.sales: another'],
    sequences: [...shop.sequences, { name: 'shop.another', lastValue: null, ascending: true }],
    materializedViews: [...shop.materializedViews, { name: 'shop.another', rows: null }],
  });
  expect(Object.values(more).flatMap(({ problems }) => problems)).toEqual([]);
});

test('a missing index is named', () => {
  expect(found({ indexes: ['shop.sales_pkey'] }).indexes).toEqual({
    expected: 2,
    ok: 1,
    problems: ['shop.sales_by_day is missing or invalid'],
  });
});

test('a missing foreign key is named', () => {
  expect(found({ foreignKeys: [] }).foreignKeys.problems).toEqual([
    'shop.sales: sales_customer_id_fkey is missing or not validated',
  ]);
});

test('a sequence that is behind is told, also beyond what a floating-point number holds', () => {
  expect(found({ sequences: sequences('shop.sales_id_seq', '9007199254740992') }).sequences.problems).toEqual([
    'shop.sales_id_seq is at 9007199254740992, behind 9007199254740993',
  ]);
});

test('a sequence that is ahead is no problem, because others may have drawn from it during the dump', () => {
  expect(found({ sequences: sequences('shop.sales_id_seq', '9007199254740994') }).sequences.ok).toBe(3);
});

test('a sequence that counts down is behind when it is greater', () => {
  expect(found({ sequences: sequences('shop.countdown', '-9') }).sequences.problems).toEqual([
    'shop.countdown is at -9, behind -10',
  ]);
  expect(found({ sequences: sequences('shop.countdown', '-11') }).sequences.problems).toEqual([]);
});

test('a sequence at its start is behind one that was used', () => {
  expect(found({ sequences: sequences('shop.sales_id_seq', null) }).sequences.problems).toEqual([
    'shop.sales_id_seq is at its start, behind 9007199254740993',
  ]);
});

test('a missing sequence is told, even one that was never used', () => {
  expect(found({ sequences: shop.sequences.slice(0, 2) }).sequences.problems).toEqual(['shop.unused is missing']);
});

test('a materialized view that was filled has to be filled again, with however many rows', () => {
  const views = (rows: number | null) => found({ materializedViews: [{ name: 'shop.turnover', rows }] });
  expect(views(null).materializedViews.problems).toContain('shop.turnover was not filled');
  expect(views(13).materializedViews.problems).toEqual(['shop.never_filled is missing']);
});

test('large objects that are missing are counted', () => {
  expect(found({ largeObjects: { count: 1, fingerprint: '12345' } }).largeObjects.problems).toEqual([
    '1 large objects in the place of 2',
  ]);
});

test('a large object with another content is a problem', () => {
  expect(found({ largeObjects: { count: 2, fingerprint: '54321' } }).largeObjects.problems).toEqual([
    'the content of a large object differs',
  ]);
});

test('where a role may not read large objects, their number has to do', () => {
  expect(found({ largeObjects: { count: 2, fingerprint: null } }).largeObjects.ok).toBe(1);
});
