import { expect, test } from '@playwright/test';
import { tenantRows } from '../../../main/postgres/tenantRows.ts';
import type { ScopedTable, TenantReach } from '../../../main/postgres/tenantReach.ts';
import type { TenantScope } from '../../../main/postgres/tenantScope.ts';
import { chooseRows } from '../../../main/restore/chooseRows.ts';
import type { Manifest } from '../../../shared/manifest.ts';

const table = (oid: number, name: string, reach: TenantReach): ScopedTable => ({
  oid,
  schema: 'shop',
  table: name,
  reach,
  rivals: [],
});
const root = table(1, 'tenants', { kind: 'root' });
const scope = {
  root,
  idColumn: 'id',
  tables: [
    root,
    table(2, 'sales', { kind: 'column', column: 'Tenant "no"' }),
    table(3, 'sale_items', { kind: 'path', parent: 2, columns: [{ own: 'sale_id', parent: 'id' }] }),
    table(4, 'metal_prices', { kind: 'shared' }),
    table(5, 'notes', { kind: 'column', column: 'tenant' }),
  ],
} as unknown as TenantScope;
const manifest = {
  tables: [
    { schema: 'shop', table: 'tenants', copyTarget: 'shop.tenants (id, name)' },
    { schema: 'shop', table: 'sales', copyTarget: 'shop.sales (id, total, "Tenant ""no""")' },
    { schema: 'shop', table: 'sale_items', copyTarget: 'shop.sale_items (sale_id, line)' },
    { schema: 'shop', table: 'metal_prices', copyTarget: 'shop.metal_prices (metal)' },
    { schema: 'shop', table: 'notes', copyTarget: 'shop.notes (id)' },
    { schema: 'shop', table: 'gone', copyTarget: 'shop.gone (id)' },
  ],
} as unknown as Manifest;

test('of tables with the tenant’s column its rows are loaded, of shared ones none, and whole what only the server can tell', () => {
  const rows = tenantRows(scope, () => 'text', 'ring\t& stone');
  expect(chooseRows(rows, manifest)).toEqual({
    'shop.tenants': { field: 0, value: 'ring\\t& stone' },
    'shop.sales': { field: 2, value: 'ring\\t& stone' },
    'shop.metal_prices': 'none',
  });
});

test('a column of another type than the tenant’s id is no text to compare', () => {
  const rows = tenantRows(scope, ({ table: name }) => (name === 'sales' ? 'text' : 'integer'), '7');
  expect(Object.keys(chooseRows(rows, manifest))).toEqual(['shop.tenants', 'shop.metal_prices']);
});

test('where the texts of ids do not tell them apart every table of tenants is loaded whole', () => {
  expect(
    chooseRows(
      tenantRows(scope, () => null, '7'),
      manifest,
    ),
  ).toEqual({ 'shop.metal_prices': 'none' });
});
