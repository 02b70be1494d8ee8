import { expect } from '@playwright/test';
import pg from 'pg';
import { findExactPolicies } from '../../../main/postgres/policyPlan.ts';
import { findTenantScope } from '../../../main/postgres/tenantScope.ts';
import { test } from '../../support/shopConsole.ts';

const model = {
  table: 'shop.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.current_tenant',
  contextSql: null,
  user: 'shop_app',
  sharedTables: [],
};
const id = `current_setting('app.current_tenant')::int`;

test('of every table of the shop the server’s plan tells that it shows just the tenant’s rows', async ({
  shop,
  cluster,
}) => {
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  try {
    await client.query(`BEGIN; SET LOCAL search_path = ''; SET LOCAL app.current_tenant = '2'`);
    const scope = await findTenantScope(client, model);
    await client.query('SET LOCAL ROLE shop_app');
    const tables = scope.tables.filter(({ table }) => table !== 'events'); // has no rows of its own
    const oids = tables.map(({ oid }) => oid);
    expect(await findExactPolicies(client, scope, '2', oids)).toEqual(new Set(oids));
    // For anybody else they are the wrong rows, and only what is shared is right.
    const others = await findExactPolicies(client, scope, '3', oids);
    expect(tables.filter(({ oid }) => others.has(oid)).map(({ table }) => table)).toEqual(['metal_prices']);
  } finally {
    await client.end();
  }
});

const items = (condition: string) => `EXISTS (SELECT FROM shop.sales s WHERE s.id = sale_id AND ${condition})`;

/** Policies by the table that they are for, and whether their plan tells enough. */
const policies: { table: string; using: string; exact: boolean; also?: string }[] = [
  { table: 'sales', using: `${id} = tenant_id`, exact: false }, // right, but the other way round
  { table: 'sales', using: `tenant_id::text = current_setting('app.current_tenant', true)`, exact: true },
  { table: 'sales', using: `tenant_id = nullif(current_setting('app.current_tenant', true), '')::int`, exact: true },
  { table: 'sales', using: `tenant_id = ${id} AND total > 100000`, exact: false },
  { table: 'sales', using: `tenant_id = ${id} OR total > 100000`, exact: false },
  { table: 'sales', using: `tenant_id = ${id}`, also: 'note IS NULL', exact: false },
  { table: 'sales', using: `tenant_id = ${id} % 12 + 1`, exact: false },
  { table: 'sales', using: `customer_id = ${id}`, exact: false },
  { table: 'sales', using: `tenant_id = (${id} + 0 * random())::int`, exact: false },
  { table: 'sales', using: `tenant_id = coalesce(total - total, 0) + ${id}`, exact: false },
  { table: 'sales', using: `tenant_id IN (${id}, 3)`, exact: false },
  { table: 'sales', using: `tenant_id >= ${id}`, exact: false },
  { table: 'sales', using: 'true', exact: false },
  { table: 'sales', using: 'false', exact: false },
  { table: 'metal_prices', using: 'true', exact: true },
  { table: 'metal_prices', using: `metal = 'gold'`, exact: false },
  { table: 'sale_items', using: `EXISTS (SELECT FROM shop.sales s WHERE s.id = sale_id)`, exact: true },
  { table: 'sale_items', using: items(`s.tenant_id = ${id}`), exact: true },
  { table: 'sale_items', using: `NOT ${items(`s.tenant_id = ${id}`)}`, exact: false },
  { table: 'sale_items', using: items(`s.tenant_id = ${id} AND s.total > 100000`), exact: false },
  { table: 'sale_items', using: `${items(`s.tenant_id = ${id}`)} AND line = 1`, exact: false },
  { table: 'sale_items', using: `EXISTS (SELECT FROM shop.sales s WHERE s.id = product_id)`, exact: false },
  { table: 'sale_items', using: `(SELECT s.total > 100000 FROM shop.sales s WHERE s.id = sale_id)`, exact: false },
  {
    table: 'sale_items',
    using: `line <> ALL (SELECT s.customer_id FROM shop.sales s WHERE s.id = sale_id AND s.tenant_id = ${id})`,
    exact: false,
  },
  { table: 'sale_items', using: `EXISTS (SELECT FROM shop.products p WHERE p.id = product_id)`, exact: false },
];

for (const { table, using, also, exact } of policies)
  test(`whether the rows of ${table} need counting under the policy ${using}${also ? ` and ${also}` : ''}`, async ({
    shop,
    cluster,
  }) => {
    const client = new pg.Client({ connectionString: cluster.url(shop.name) });
    await client.connect();
    try {
      await client.query(`BEGIN; ALTER TABLE shop.${table} ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS one_tenant ON shop.${table}; CREATE POLICY other ON shop.${table} USING (${using});
        ${also ? `CREATE POLICY also ON shop.${table} AS RESTRICTIVE USING (${also});` : ''}
        SET LOCAL search_path = ''; SET LOCAL app.current_tenant = '2'`);
      const scope = await findTenantScope(client, model);
      const { oid } = scope.tables.find((known) => known.table === table)!;
      const own = scope.condition(oid, 't', '2') ?? 'true';
      const rowsWhere = `SELECT count(*)::int AS rows, bit_xor(hashtidextended(ctid, 0)) AS which FROM ONLY shop.${table} t WHERE`;
      const belong = await client.query(`${rowsWhere} ${own}`);
      await client.query('SET LOCAL ROLE shop_app');
      const found = await findExactPolicies(client, scope, '2', [oid]);
      expect(found.has(oid)).toBe(exact);
      if (exact) expect((await client.query(`${rowsWhere} true`)).rows).toEqual(belong.rows);
    } finally {
      await client.end();
    }
  });
