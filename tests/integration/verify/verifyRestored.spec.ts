import { expect } from '@playwright/test';
import { restoreTools } from '../../../main/console/assemble.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { parseConnectionUrl } from '../../../main/postgres/connectionUrl.ts';
import { verifyRestored } from '../../../main/restore/verifyRestored.ts';
import type { Verification } from '../../../shared/restore.ts';
import { test as base } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';

/** Compares the shop, a copy of what was backed up, with the manifest, after something was done to it. */
const test = base.extend<{ verification: (change: string) => Promise<Verification> }>({
  verification: async ({ backedUp, cluster, shop }, use) => {
    const console = await openConsole(homeAt(backedUp.home), { owner: false });
    const tools = await restoreTools(console);
    const server = parseConnectionUrl(sourceUrl(cluster, 'postgres'));
    const { manifest } = backedUp;
    const { password } = cluster;
    const { signal } = new AbortController();
    await use(async (change) => {
      await shop.psql(change);
      return tools.withLogin(server, password, (login) =>
        console.run({ kind: 'test', subject: '', signal }, (job) =>
          verifyRestored(manifest, shop.name, login, tools, job),
        ),
      );
    });
    console.close();
  },
});

test('what was not changed equals the manifest', async ({ verification, backedUp }) => {
  const found = await verification('SELECT');
  expect(found).toMatchObject({ ok: true, indexes: { expected: backedUp.manifest.indexes.length } });
  expect(found.tables).toHaveLength(backedUp.manifest.tables.length);
});

/** Changes of rows, and by how many rows the table then differs from the manifest. */
const changesOfRows: { name: string; change: string; table: string; more: number | 'gone' }[] = [
  { name: 'a changed row', change: 'UPDATE shop.sales SET total = 1 WHERE id = 7', table: 'sales', more: 0 },
  { name: 'a missing row', change: 'DELETE FROM shop.payments WHERE id = 7', table: 'payments', more: -1 },
  {
    name: 'a row too many',
    change: `INSERT INTO shop.metal_prices VALUES ('tin', '2026-01-01', 1)`,
    table: 'metal_prices',
    more: 1,
  },
  { name: 'a row of a partition', change: `DELETE FROM shop.events_2026_q2`, table: 'events_2026_q2', more: 'gone' },
  { name: 'a table', change: 'DROP TABLE shop.metal_prices', table: 'metal_prices', more: 'gone' },
];

for (const { name, change, table, more } of changesOfRows)
  test(`the comparison finds ${name}`, async ({ verification, backedUp }) => {
    const { ok, tables } = await verification(`SET session_replication_role = replica; ${change};`);
    const expectedRows = backedUp.manifest.tables.find((one) => one.table === table)!.rows;
    expect(expectedRows).toBeGreaterThan(1);
    const rows = more === 'gone' ? 0 : expectedRows + more;
    expect(ok).toBe(false);
    expect(tables.filter(({ match }) => !match)).toEqual([{ name: `shop.${table}`, expectedRows, rows, match: false }]);
  });

/** Changes of what stands beside the rows, and what is said of it. */
const changesBeside: {
  name: string;
  change: string;
  part: 'indexes' | 'foreignKeys' | 'sequences' | 'materializedViews' | 'largeObjects';
  problem: string | RegExp;
}[] = [
  {
    name: 'a dropped index',
    change: 'DROP INDEX shop.customers_name',
    part: 'indexes',
    problem: 'shop.customers_name is missing or invalid',
  },
  {
    name: 'an invalid index',
    change: `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.sales_time'::regclass`,
    part: 'indexes',
    problem: 'shop.sales_time is missing or invalid',
  },
  {
    name: 'a dropped foreign key',
    change: 'ALTER TABLE shop.audit_log DROP CONSTRAINT audit_log_tenant',
    part: 'foreignKeys',
    problem: 'shop.audit_log: audit_log_tenant is missing or not validated',
  },
  {
    name: 'a foreign key that was not validated',
    change: `ALTER TABLE shop.audit_log DROP CONSTRAINT audit_log_tenant;
      ALTER TABLE shop.audit_log ADD CONSTRAINT audit_log_tenant FOREIGN KEY (tenant_id) REFERENCES shop.tenants NOT VALID`,
    part: 'foreignKeys',
    problem: 'shop.audit_log: audit_log_tenant is missing or not validated',
  },
  {
    name: 'a sequence that is behind',
    change: `SELECT setval('shop.customers_id_seq', 2)`,
    part: 'sequences',
    problem: /^shop.customers_id_seq is at 2, behind \d+$/,
  },
  {
    name: 'a materialized view that was not filled',
    change: 'REFRESH MATERIALIZED VIEW shop.sales_by_month WITH NO DATA',
    part: 'materializedViews',
    problem: 'shop.sales_by_month was not filled',
  },
  {
    name: 'a missing large object',
    change: 'SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata',
    part: 'largeObjects',
    problem: /^\d+ large objects in the place of \d+$/,
  },
  {
    name: 'changed content of a large object',
    change: `SELECT lo_put(min(oid), 3, 'X') FROM pg_largeobject_metadata`,
    part: 'largeObjects',
    problem: 'the content of a large object differs',
  },
  {
    name: 'a large object that is longer by a zero',
    change: `SELECT lo_put(min(oid), octet_length(lo_get(min(oid))), '\\x00') FROM pg_largeobject_metadata`,
    part: 'largeObjects',
    problem: 'the content of a large object differs',
  },
];

for (const { name, change, part, problem } of changesBeside)
  test(`the comparison finds ${name}`, async ({ verification }) => {
    const found = await verification(`${change};`);
    expect(found.ok).toBe(false);
    const told = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(found[part]).toEqual({ expected: expect.any(Number), ok: found[part].expected - 1, problems: [told] });
    expect(found.tables.filter(({ match }) => !match)).toEqual([]);
  });

test('a sequence that has run on and a foreign key that was added are no difference', async ({ verification }) => {
  const found = await verification(`SELECT nextval('shop.customers_id_seq'); CREATE TABLE more (id int PRIMARY KEY);`);
  expect(found.ok).toBe(true);
});
