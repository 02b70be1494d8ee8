import { expect } from '@playwright/test';
import pg from 'pg';
import { findTenantScope } from '../../../main/postgres/tenantScope.ts';
import { test } from '../../support/shopConsole.ts';

const model = {
  table: 'shop.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.current_tenant',
  contextSql: null,
  user: 'shop_tenant',
  sharedTables: [],
};

test('columns and foreign keys tell the same rows of a tenant as the policies of the shop', async ({
  shop,
  cluster,
}) => {
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  try {
    const { tables, condition } = await findTenantScope(client, model);
    await client.query('SET ROLE shop_app');
    await client.query(`SET app.current_tenant = '2'`);
    for (const { oid, schema, table, reach } of tables) {
      const where = condition(oid, 't', '2');
      if (where === null) continue;
      const seen = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${schema}.${table}`);
      await client.query('RESET ROLE');
      const proven = await client.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${schema}.${table} t WHERE ${where}`,
      );
      await client.query('SET ROLE shop_app');
      expect({ table, ...proven.rows[0] }).toEqual({ table, ...seen.rows[0] });
      if (table === 'sales') expect(proven.rows[0]!.count).toBeGreaterThan(0);
      if (table === 'sale_items') expect(reach.kind).toBe('path');
      if (table === 'events_rest') expect(reach.kind).toBe('column');
    }
    expect(tables.filter(({ reach }) => reach.kind === 'shared').map(({ table }) => table)).toEqual(['metal_prices']);
  } finally {
    await client.end();
  }
});

test('a tenant table that is not there is refused by name', async ({ shop, cluster }) => {
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  try {
    await expect(findTenantScope(client, { ...model, table: 'shop.shops' })).rejects.toMatchObject({
      code: 'TENANT_MODEL_WRONG',
    });
  } finally {
    await client.end();
  }
});
