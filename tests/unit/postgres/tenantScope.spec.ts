import { expect, test } from '@playwright/test';
import { reachTenants } from '../../../main/postgres/tenantReach.ts';

const tables = ['tenants', 'sales', 'items', 'notes', 'log', 'metals', 'parts'].map((table, oid) => ({
  oid,
  schema: 'shop',
  table,
}));
const [tenants, sales, items, notes, log, , parts] = [0, 1, 2, 3, 4, 5, 6] as const;
const column = (table: number, name: string, { notNull = true, isKey = false } = {}) => ({
  table,
  name,
  notNull,
  isKey,
});
const key = (table: number, parent: number, own: string) => ({
  table,
  parent,
  belongs: false,
  columns: [{ own, parent: 'id' }],
});

const columns = [
  column(tenants, 'id'),
  column(sales, 'tenant_id'),
  column(items, 'sale_id'),
  column(notes, 'sale_id', { notNull: false }),
  column(log, 'tenant_id'),
  column(parts, 'item_id'),
  column(parts, 'parent_id'),
];
const keys = [
  key(sales, tenants, 'tenant_id'),
  key(items, sales, 'sale_id'),
  key(notes, sales, 'sale_id'),
  key(parts, items, 'item_id'),
  key(parts, parts, 'parent_id'),
];

function reachOf(name: string) {
  return reachTenants(tables, columns, keys, tenants, 'id').find(({ table }) => table === name)?.reach;
}

test('the tenant table is the root', () => {
  expect(reachOf('tenants')).toEqual({ kind: 'root' });
});

test('a column that refers to the tenant table names the tenant, and so does one of its name without a key', () => {
  expect(reachOf('sales')).toEqual({ kind: 'column', column: 'tenant_id' });
  expect(reachOf('log')).toEqual({ kind: 'column', column: 'tenant_id' });
});

test('a child belongs to the tenant of its parent, and its own children too', () => {
  expect(reachOf('items')).toEqual({ kind: 'path', parent: sales, columns: [{ own: 'sale_id', parent: 'id' }] });
  expect(reachOf('parts')).toEqual({ kind: 'path', parent: items, columns: [{ own: 'item_id', parent: 'id' }] });
});

test('a foreign key that may be null proves nothing: the table is shared', () => {
  expect(reachOf('notes')).toEqual({ kind: 'shared' });
  expect(reachOf('metals')).toEqual({ kind: 'shared' });
});

test('the key of a table with a row per tenant names no tenant elsewhere', () => {
  const [profiles, ratings] = [7, 8] as const;
  const more = [...tables, { oid: profiles, schema: 'shop', table: 'profiles' }];
  const withRatings = [...more, { oid: ratings, schema: 'shop', table: 'ratings' }];
  const found = reachTenants(
    withRatings,
    [
      ...columns,
      ...[sales, items, parts].map((oid) => column(oid, 'id', { isKey: true })),
      column(profiles, 'id', { isKey: true }),
      column(ratings, 'shop', { isKey: true }),
      column(5, 'id', { isKey: true }),
      column(5, 'shop'),
    ],
    [...keys, key(profiles, tenants, 'id'), key(ratings, tenants, 'shop')],
    tenants,
    'id',
  );
  const reaches = Object.fromEntries(found.map(({ table, reach }) => [table, reach]));
  expect(reaches.profiles).toEqual({ kind: 'column', column: 'id' });
  expect(reaches.ratings).toEqual({ kind: 'column', column: 'shop' });
  expect(reaches.metals).toEqual({ kind: 'shared' });
  expect(reaches.items).toEqual(reachOf('items'));
  expect(reaches.sales).toEqual(reachOf('sales'));
});

test('of two columns that refer to the tenant table the one that is called after it tells the owner', () => {
  const [transfers] = [7] as const;
  const found = reachTenants(
    [...tables, { oid: transfers, schema: 'shop', table: 'transfers' }],
    [...columns, column(transfers, 'from_shop'), column(transfers, 'tenant_id')],
    [...keys, key(transfers, tenants, 'from_shop'), key(transfers, tenants, 'tenant_id')],
    tenants,
    'id',
  );
  expect(found.at(-1)?.reach).toEqual({ kind: 'column', column: 'tenant_id' });
});

test.describe('a table from which two foreign keys lead to the tenant table', () => {
  const transfers = 7;
  const reach = (
    more: { tables?: string[]; keys?: ReturnType<typeof key>[]; owners?: Record<string, string> } = {},
  ) => {
    const named = ['transfers', ...(more.tables ?? [])].map((table, at) => ({
      oid: transfers + at,
      schema: 'shop',
      table,
    }));
    const both = [key(transfers, tenants, 'from_shop'), key(transfers, tenants, 'to_shop')];
    return reachTenants(
      [...tables, ...named],
      [...columns, column(transfers, 'from_shop'), column(transfers, 'to_shop')],
      [...keys, ...both, ...(more.keys ?? [])],
      tenants,
      'id',
      more.owners,
    ).find(({ oid }) => oid === transfers);
  };
  const [from, to] = [
    { kind: 'column', column: 'from_shop' },
    { kind: 'column', column: 'to_shop' },
  ];

  test('has a rival where no rule tells which is the owner', () => {
    expect(reach()).toMatchObject({ reach: from, rivals: [to] });
  });

  test('is told by the one that is called as the tenant column of another table', () => {
    const orders = key(transfers + 1, tenants, 'to_shop');
    expect(reach({ tables: ['orders'], keys: [orders] })).toMatchObject({ reach: to, rivals: [] });
  });

  test('is told by what a person has said', () => {
    expect(reach({ owners: { 'shop.transfers': 'to_shop' } })).toMatchObject({ reach: to, rivals: [] });
    expect(reach({ owners: { 'shop.transfers': 'nothing' } })).toMatchObject({ reach: { kind: 'shared' } });
  });
});

test('of two foreign keys to tables of tenants that are as near, the one that the row is a part of tells the owner, else none', () => {
  const moves = 7;
  const over = (own: string, belongs: boolean) => ({ ...key(moves, sales, own), belongs });
  const reach = (fromBelongs: boolean) =>
    reachTenants(
      [...tables, { oid: moves, schema: 'shop', table: 'moves' }],
      [...columns, column(moves, 'from_sale'), column(moves, 'to_sale')],
      [...keys, over('to_sale', false), over('from_sale', fromBelongs)],
      tenants,
      'id',
    ).at(-1);
  const path = (own: string) => ({ kind: 'path', parent: sales, columns: [{ own, parent: 'id' }] });
  expect(reach(true)).toMatchObject({ reach: path('from_sale'), rivals: [] });
  expect(reach(false)).toMatchObject({ reach: path('to_sale'), rivals: [path('from_sale')] });
});

test('a partition belongs to tenants as its whole does, and one of the tenant table by the id', () => {
  const [moves, part, seats, child] = [7, 8, 9, 10] as const;
  const partitioned = [
    { oid: part, schema: 'shop', table: 'moves_part', partitionOf: moves },
    { oid: seats, schema: 'shop', table: 'tenants_part', partitionOf: tenants },
    { oid: child, schema: 'shop', table: 'part_notes' },
    { oid: moves, schema: 'shop', table: 'moves' },
  ];
  const ends = [moves, part].flatMap((table) => ['from_shop', 'to_shop'].map((name) => ({ table, name })));
  const reached = reachTenants(
    [...tables, ...partitioned],
    [...columns, ...ends.map(({ table, name }) => column(table, name)), column(child, 'move_id')],
    [...keys, ...ends.map(({ table, name }) => key(table, tenants, name)), key(child, part, 'move_id')],
    tenants,
    'id',
    { 'shop.moves': 'to_shop', 'shop.moves_part': 'from_shop' },
  );
  const named = (name: string) => reached.find(({ table }) => table === name);
  const to = { reach: { kind: 'column', column: 'to_shop' }, rivals: [] };
  expect(named('moves')).toMatchObject(to);
  expect(named('moves_part')).toMatchObject(to);
  expect(named('tenants_part')).toMatchObject({ reach: { kind: 'column', column: 'id' } });
  expect(named('part_notes')).toMatchObject({ reach: { kind: 'path', parent: part } });
});
