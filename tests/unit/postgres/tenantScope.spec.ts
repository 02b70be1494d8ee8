import { expect, test } from '@playwright/test';
import { reachTenants } from '../../../main/postgres/tenantScope.ts';

const tables = ['tenants', 'sales', 'items', 'notes', 'log', 'metals', 'parts'].map((table, oid) => ({
  oid,
  schema: 'shop',
  table,
}));
const [tenants, sales, items, notes, log, , parts] = [0, 1, 2, 3, 4, 5, 6] as const;
const column = (table: number, name: string, notNull = true) => ({ table, name, notNull });
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
  column(notes, 'sale_id', false),
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
