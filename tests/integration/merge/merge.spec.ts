import { expect } from '@playwright/test';
import pg from 'pg';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import {
  expectAsPlanned,
  merge,
  mergeInto,
  plan,
  rowsByTenant,
  splitByTenant,
  test,
} from '../../support/mergedShop.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { refused, start, succeed } from '../../support/strongroom.ts';

/** What may happen to tenant 2 in a week that somebody regrets; the other tenants go on selling. */
const badWeek = `
  SET session_replication_role = replica;
  DELETE FROM shop.sale_items WHERE sale_id IN (SELECT id FROM shop.sales WHERE tenant_id = 2 AND id / 12 % 3 = 0);
  DELETE FROM shop.payments WHERE sale_id IN (SELECT id FROM shop.sales WHERE tenant_id = 2 AND id / 12 % 3 = 0);
  DELETE FROM shop.sales WHERE tenant_id = 2 AND id / 12 % 3 = 0;
  UPDATE shop.products SET price = price + 1, description = 'hacked' WHERE tenant_id = 2 AND id / 12 % 3 = 0;
  UPDATE shop.customers SET notes = NULL, full_name = 'nobody' WHERE tenant_id = 2 AND id / 12 % 5 = 0;
  DELETE FROM shop.events WHERE tenant_id = 2 AND id / 12 % 4 = 0;
  INSERT INTO shop.sales (tenant_id, status, sold_at, total) SELECT 2, 'open', now(), n FROM generate_series(1, 7) n;
  INSERT INTO shop.sales (tenant_id, status, sold_at, total) SELECT 3, 'paid', now(), n FROM generate_series(1, 5) n;
  UPDATE shop.products SET price = price + 5 WHERE tenant_id = 1;`;

test('case 16: a mirror of tenant 2 equals the archive, and the fingerprints of the others are equal', async ({
  mergeable,
  cluster,
}) => {
  const { shop } = mergeable;
  const backedUp = splitByTenant(await rowsByTenant(shop), '2');
  await shop.psql(badWeek);
  const before = splitByTenant(await rowsByTenant(shop), '2');
  expect(before.own).not.toEqual(backedUp.own);
  expect(before.others).not.toEqual(backedUp.others);

  const planned = await plan(mergeable, '--tenant', '2', '--policy', 'mirror');
  expect(planned.blockers).toEqual([]);
  expect(planned.tables.find(({ name }) => name === 'shop.sales')).toMatchObject({ extra: 7, conflicts: 0 });
  const products = planned.tables.find(({ name }) => name === 'shop.products');
  expect(products?.samples[0]?.columns.map(({ name }) => name)).toEqual(['description', 'price']);
  expect(products?.samples[0]?.columns[0]).toMatchObject({ live: 'hacked' });
  expect(await rowsByTenant(shop)).toEqual([...before.own, ...before.others].toSorted());

  const merged = await merge(mergeable, '--tenant', '2', '--policy', 'mirror');
  expect(merged).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true });
  expectAsPlanned(planned, merged);
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual({ own: backedUp.own, others: before.others });
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(halfMade(mergeable)).toEqual([]);

  const undone = await succeed<RestoreAnswer>(mergeable.cli, 'rollback', merged.restoreId);
  expect(undone).toMatchObject({ status: 'ROLLED_BACK', merge: { undoUntil: null } });
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual(before);
});

test('a rehearsal does everything and leaves every row as it was', async ({ mergeable, cluster }) => {
  const { shop } = mergeable;
  await shop.psql(badWeek);
  const before = await rowsByTenant(shop);
  const rehearsed = await merge(mergeable, '--tenant', '2', '--policy', 'overwrite', '--rehearse');
  expect(rehearsed).toMatchObject({ status: 'REHEARSED', outsideUnchanged: true, merge: { undoUntil: null } });
  expect(rehearsed.tables.find(({ name }) => name === 'shop.sales')).toMatchObject({ deleted: 0 });
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await scratchDatabases(cluster)).toEqual([]);
});

test('a whole backup is merged back, and rows of it are skipped where the policy says so', async ({ mergeable }) => {
  const { shop } = mergeable;
  const backedUp = await rowsByTenant(shop);
  await shop.psql(badWeek);
  const policies = ['--policy', 'mirror', '--table-policy', 'shop.audit_log=skip'];
  const merged = await merge(mergeable, ...policies);
  expect(merged.status).toBe('COMPLETED');
  expect(await rowsByTenant(shop)).toEqual(backedUp);
});

test('case 19: a writer that holds a lock for longer than 5 seconds ends the merge cleanly', async ({
  mergeable,
  cluster,
}) => {
  const { shop } = mergeable;
  await shop.psql(badWeek);
  const before = await rowsByTenant(shop);
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  await client.query('BEGIN; UPDATE shop.products SET price = price WHERE id = 1');
  const failure = await refused(mergeable.cli, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
  expect(failure.code).toBe('LOCK_TIMEOUT');
  await client.query('ROLLBACK');
  await client.end();
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await scratchDatabases(cluster)).toEqual([]);
});

test('what others write while the rows are compared is compared again, and what they write of other tenants stays', async ({
  mergeable,
  cluster,
}) => {
  const { shop, cli } = mergeable;
  const backedUp = splitByTenant(await rowsByTenant(shop), '2');
  await shop.psql(badWeek);
  const client = new pg.Client({ connectionString: cluster.url(shop.name) });
  await client.connect();
  await client.query(`BEGIN;
    UPDATE shop.customers SET notes = 'written meanwhile' WHERE tenant_id IN (2, 3);
    INSERT INTO shop.sales (tenant_id, status, sold_at, total) VALUES (2, 'open', now(), 77), (3, 'open', now(), 78);`);
  const merging = start(cli, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'), '--json');
  await expect
    .poll(() => shop.psql(`SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareRowExclusiveLock'`), {
      timeout: 60_000,
      intervals: [50],
    })
    .toBe('1');
  await client.query('COMMIT');
  await client.end();
  const run = await merging.ended;
  expect(JSON.parse(run.stdout)).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true });
  expect(splitByTenant(await rowsByTenant(shop), '2').own).toEqual(backedUp.own);
  const customers = await shop.psql(
    `SELECT DISTINCT tenant_id FROM shop.customers WHERE notes = 'written meanwhile'
     UNION ALL SELECT tenant_id FROM shop.sales WHERE total = 78 AND customer_id IS NULL AND sold_at::date = now()::date`,
  );
  expect(customers).toBe('3\n3');
});
