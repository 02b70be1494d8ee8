import { expect } from '@playwright/test';
import pg from 'pg';
import { findExactPolicies } from '../../../main/postgres/policyPlan.ts';
import { findTenantScope } from '../../../main/postgres/tenantScope.ts';
import type { Cluster } from '../../support/cluster.ts';
import { shopTenants } from '../../support/shopTenants.ts';

const id = `current_setting('app.current_tenant')::int`;

const items = (condition: string) => `EXISTS (SELECT FROM shop.sales s WHERE s.id = sale_id AND ${condition})`;

/** A policy of a table, perhaps with a restrictive one beside it, and whether its plan tells enough. */
interface PolicyCase {
  table: string;
  using: string;
  exact: boolean;
  also?: string;
}

export const policies: PolicyCase[] = [
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

export const nameOf = ({ table, using, also }: PolicyCase) =>
  `${table} under the policy ${using}${also ? ` and ${also}` : ''}`;

/** Lends a session of the superuser, in a transaction that is undone. */
export async function inTransaction(
  cluster: Cluster,
  database: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url(database) });
  await client.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}

/**
 * Gives a table of the shop this policy, and looks whether the plan is said to tell enough; where it is, the tenant
 * sees exactly its own rows.
 */
export async function expectVerdict(client: pg.Client, { table, using, also, exact }: PolicyCase): Promise<void> {
  await client.query(`ALTER TABLE shop.${table} ENABLE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS one_tenant ON shop.${table}; CREATE POLICY other ON shop.${table} USING (${using});
    ${also ? `CREATE POLICY also ON shop.${table} AS RESTRICTIVE USING (${also});` : ''}
    SET LOCAL search_path = ''; SET LOCAL app.current_tenant = '2'`);
  const scope = await findTenantScope(client, shopTenants);
  const { oid } = scope.tables.find((known) => known.table === table)!;
  const own = scope.condition(oid, 't', '2') ?? 'true';
  const rowsWhere = `SELECT count(*)::int AS rows, bit_xor(hashtidextended(ctid, 0)) AS which FROM ONLY shop.${table} t WHERE`;
  const belong = await client.query(`${rowsWhere} ${own}`);
  await client.query('SET LOCAL ROLE shop_app');
  const found = await findExactPolicies(client, scope, '2', [oid]);
  expect(found.has(oid), using).toBe(exact);
  if (exact) expect((await client.query(`${rowsWhere} true`)).rows, using).toEqual(belong.rows);
}

/** Of every table of the shop the plan tells enough, and for any other tenant only that of what is shared. */
export async function expectOfEveryTable(client: pg.Client): Promise<void> {
  await client.query(`SET LOCAL search_path = ''; SET LOCAL app.current_tenant = '2'`);
  const scope = await findTenantScope(client, shopTenants);
  await client.query('SET LOCAL ROLE shop_app');
  const tables = scope.tables.filter(({ table }) => table !== 'events'); // has no rows of its own
  const oids = tables.map(({ oid }) => oid);
  expect(await findExactPolicies(client, scope, '2', oids)).toEqual(new Set(oids));
  const others = await findExactPolicies(client, scope, '3', oids);
  expect(tables.filter(({ oid }) => others.has(oid)).map(({ table }) => table)).toEqual(['metal_prices']);
}
