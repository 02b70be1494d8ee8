import { expect } from '@playwright/test';
import { restoreTools } from '../../../main/console/assemble.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { parseConnectionUrl } from '../../../main/postgres/connectionUrl.ts';
import { ReadBack } from '../../../main/restore/readBack.ts';
import { verifyRestored } from '../../../main/restore/verifyRestored.ts';
import type { TableDigest } from '../../../main/streams/digest.ts';
import type { Verification } from '../../../shared/restore.ts';
import { test as base } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';

interface Fixtures {
  /** Compares the shop, a copy of what was backed up, with the manifest. @param begin what is read before that. */
  comparison: (begin: (readBack: ReadBack) => Promise<void>) => Promise<Verification>;
  /** Reads all tables as a restore does that still has something to do. */
  earlyReading: (readBack: ReadBack) => Promise<Map<string, TableDigest>>;
  /** The comparison after something was done to the shop. */
  verification: (change: string) => Promise<Verification>;
}

const test = base.extend<Fixtures>({
  comparison: async ({ backedUp, cluster, shop }, use) => {
    const console = await openConsole(homeAt(backedUp.home), { owner: false });
    const tools = await restoreTools(console);
    const server = parseConnectionUrl(sourceUrl(cluster, 'postgres'));
    const { manifest } = backedUp;
    const { signal } = new AbortController();
    await use((begin) =>
      tools.withLogin(server, cluster.password, (login) =>
        console.run({ kind: 'test', subject: '', signal }, async (job) => {
          const readBack = new ReadBack(manifest, shop.name, login, job);
          try {
            await begin(readBack);
            return await verifyRestored(manifest, shop.name, login, readBack, tools, job);
          } finally {
            await readBack.close();
          }
        }),
      ),
    );
    console.close();
  },

  earlyReading: async ({ backedUp, shop }, use) => {
    await use(async (readBack) => {
      const tables = backedUp.manifest.tables.filter(({ comparable }) => comparable);
      const loaded = tables.map(async ({ schema, table, copyTarget }) => {
        const xid = await shop.psql(`SELECT xmin FROM ${schema}.${table} LIMIT 1`);
        return { copyTarget, xid: xid.trim() || '3' };
      });
      readBack.begin(await Promise.all(loaded));
      await expect.poll(() => readBack.digests.size).toBe(tables.length);
      return new Map(readBack.digests);
    });
  },

  verification: async ({ comparison, shop }, use) => {
    await use(async (change) => {
      await shop.psql(change);
      return comparison(async () => undefined);
    });
  },
});

test('what was not changed equals the manifest', async ({ verification, backedUp }) => {
  const found = await verification('SELECT');
  expect(found).toMatchObject({ ok: true, indexes: { expected: backedUp.manifest.indexes.length } });
  expect(found.tables).toHaveLength(backedUp.manifest.tables.length);
});

test('a table whose key is being built is waited for, whatever the database says of waiting', async ({
  comparison,
  shop,
}) => {
  await shop.psql(`ALTER DATABASE ${shop.name} SET lock_timeout = '100ms'`);
  const building = shop.psql('BEGIN; LOCK TABLE shop.metal_prices; SELECT pg_sleep(2); COMMIT;');
  const isLocked = `SELECT count(*) FROM pg_locks WHERE relation = 'shop.metal_prices'::regclass AND mode = 'AccessExclusiveLock'`;
  await expect.poll(() => shop.psql(isLocked)).toContain('1');
  expect((await comparison(async () => undefined)).ok).toBe(true);
  await building;
});

test('what could not be read while others were loaded is an error of the comparison', async ({
  comparison,
  backedUp,
  shop,
}) => {
  const { copyTarget } = backedUp.manifest.tables.find(({ table }) => table === 'metal_prices')!;
  await shop.psql('DROP TABLE shop.metal_prices');
  const comparing = comparison(async (readBack) => readBack.begin([{ copyTarget, xid: '3' }]));
  await expect(comparing).rejects.toMatchObject({ message: expect.stringContaining('metal_prices') });
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

for (const { name, change, table } of changesOfRows)
  test(`the comparison finds ${name} also if it is changed after its table was read`, async ({
    comparison,
    earlyReading,
    shop,
  }) => {
    const { ok, tables } = await comparison(async (readBack) => {
      await earlyReading(readBack);
      await shop.psql(`SET session_replication_role = replica; ${change};`);
    });
    expect(ok).toBe(false);
    expect(tables.filter(({ match }) => !match).map((one) => one.name)).toEqual([`shop.${table}`]);
  });

test('a table that was read early is read again only if something has changed in it', async ({
  comparison,
  earlyReading,
  shop,
}) => {
  let read: ReadBack;
  let early: Map<string, TableDigest>;
  const found = await comparison(async (readBack) => {
    read = readBack;
    early = await earlyReading(readBack);
    // The same rows in the same order, by another transaction.
    await shop.psql(`CREATE TABLE kept AS TABLE shop.metal_prices; TRUNCATE shop.metal_prices;
      INSERT INTO shop.metal_prices TABLE kept; DROP TABLE kept;`);
  });
  expect(found.ok).toBe(true);
  const again = [...early!].filter(([copyTarget, digest]) => read!.digests.get(copyTarget) !== digest);
  expect(again.map(([copyTarget]) => copyTarget)).toEqual([expect.stringContaining('metal_prices')]);
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
