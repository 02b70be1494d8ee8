import { expect } from '@playwright/test';
import pg from 'pg';
import { findTenantScope } from '../../../main/postgres/tenantScope.ts';
import { test } from '../../support/shopConsole.ts';
import { shopTenants } from '../../support/shopTenants.ts';

test('columns and foreign keys tell the same rows of a tenant as the policies of the shop', async ({
  shop,
  cluster,
}) => {
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  try {
    const { tables, condition } = await findTenantScope(client, shopTenants);
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
    await expect(findTenantScope(client, { ...shopTenants, table: 'shop.shops' })).rejects.toMatchObject({
      code: 'TENANT_MODEL_WRONG',
    });
  } finally {
    await client.end();
  }
});

test('a foreign key to a partitioned table leads to all of it, and an unproven one nowhere', async ({
  database,
  cluster,
}) => {
  await database.psql(`CREATE SCHEMA shop; CREATE TABLE shop.tenants (id int PRIMARY KEY, name text);
    CREATE TABLE shop.orders (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants) PARTITION BY RANGE (id);
    CREATE TABLE shop.orders_a PARTITION OF shop.orders FOR VALUES FROM (0) TO (50);
    CREATE TABLE shop.orders_b PARTITION OF shop.orders FOR VALUES FROM (50) TO (100);
    CREATE TABLE shop.lines (order_id int NOT NULL REFERENCES shop.orders, line int, PRIMARY KEY (order_id, line));
    CREATE TABLE shop.doubtful (order_id int NOT NULL);
    INSERT INTO shop.doubtful VALUES (7000);
    ALTER TABLE shop.doubtful ADD FOREIGN KEY (order_id) REFERENCES shop.orders_a NOT VALID;
    CREATE TABLE shop.users (id int PRIMARY KEY); CREATE TABLE shop.log (tenant_id int REFERENCES shop.users);
    INSERT INTO shop.tenants VALUES (1), (2);
    INSERT INTO shop.orders SELECT n, 1 + n % 2 FROM generate_series(0, 99) n;
    INSERT INTO shop.lines SELECT n, line FROM generate_series(0, 99) n, generate_series(1, 3) line;`);
  const client = new pg.Client({ connectionString: cluster.url(database.name) });
  await client.connect();
  try {
    const scope = await findTenantScope(client, shopTenants);
    const named = (name: string) => scope.tables.find(({ table }) => table === name)!;
    const lines = named('lines');
    expect(lines.reach).toMatchObject({ kind: 'path', parent: named('orders').oid });
    const both = [
      `SELECT count(*)::int AS count FROM shop.lines t WHERE ${scope.condition(lines.oid, 't', '2')}`,
      `SELECT count(*)::int AS count FROM ${scope.owned(lines.oid, 't')!.from} WHERE ${scope.owned(lines.oid, 't')!.tenant} = 2`,
    ];
    for (const sql of both) expect((await client.query<{ count: number }>(sql)).rows[0]).toEqual({ count: 150 });
    expect(named('doubtful').reach.kind).toBe('shared');
    expect(named('log').reach.kind, 'a column of the usual name that leads elsewhere').toBe('shared');
    expect(named('orders_b').reach).toEqual({ kind: 'column', column: 'tenant_id' });
  } finally {
    await client.end();
  }
});
