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

test('a whole backup is merged back as planned, rows are skipped where the policy says so, and the undo puts everything back', async ({
  mergeable,
}) => {
  const { shop, cli } = mergeable;
  const backedUp = await rowsByTenant(shop);
  await shop.psql(`${badWeek} DELETE FROM shop.audit_log WHERE id % 7 = 0;`);
  const before = await rowsByTenant(shop);
  const policies = ['--policy', 'mirror', '--table-policy', 'shop.audit_log=skip'];
  const planned = await plan(mergeable, ...policies);
  expect(planned.blockers).toEqual([]);
  const merged = await merge(mergeable, ...policies);
  expect(merged).toMatchObject({ status: 'COMPLETED', merge: { tenant: null } });
  expectAsPlanned(planned, merged);
  expect(await rowsByTenant(shop)).toEqual(backedUp);
  await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
  expect(await rowsByTenant(shop)).toEqual(before);
});

test('each table is merged by its own policy', async ({ mergeable }) => {
  const { shop } = mergeable;
  const change = `SET session_replication_role = replica;
    UPDATE shop.%s SET tenant_id = tenant_id, %c WHERE tenant_id = 2;
    DELETE FROM shop.sale_items WHERE sale_id = (SELECT min(id) FROM shop.%s WHERE tenant_id = 2 AND '%s' = 'sales');
    DELETE FROM shop.%s WHERE id = (SELECT min(id) FROM shop.%s WHERE tenant_id = 2);`;
  for (const [table, set] of [
    ['customers', `notes = 'changed'`],
    ['products', `description = 'changed'`],
    ['payments', 'amount = amount + 1'],
    ['sales', 'total = total + 1'],
  ] as const)
    await shop.psql(change.replaceAll('%s', table).replace('%c', set));
  await shop.psql(`SET session_replication_role = replica;
    INSERT INTO shop.customers (tenant_id, full_name, email) VALUES (2, 'Somebody', 'some@body.example');`);
  const policies = ['customers=skip', 'products=overwrite', 'payments=leave'];
  const merged = await merge(
    mergeable,
    '--tenant',
    '2',
    '--policy',
    'mirror',
    ...policies.flatMap((one) => ['--table-policy', `shop.${one}`]),
  );
  const changed = (table: string, where: string) =>
    shop.psql(`SELECT count(*) FROM shop.${table} WHERE tenant_id = 2 AND ${where}`);
  expect(merged.tables.map(({ name }) => name)).not.toContain('shop.payments');
  const outcome = (table: string) => merged.tables.find(({ name }) => name === `shop.${table}`);
  expect(outcome('customers')).toMatchObject({ inserted: 1, updated: 0, deleted: 0 });
  expect(await changed('customers', `notes = 'changed'`)).not.toBe('0');
  expect(await changed('customers', `full_name = 'Somebody'`)).toBe('1');
  expect(outcome('products')).toMatchObject({ inserted: 1, deleted: 0 });
  expect(outcome('products')!.updated).toBeGreaterThan(0);
  expect(await changed('products', `description = 'changed'`)).toBe('0');
  expect(outcome('sales')).toMatchObject({ inserted: 1 });
});

test('what a merge would write beside it, by a check that no plan sees through, is found, and nothing is changed', async ({
  mergeable,
}) => {
  const { shop } = mergeable;
  await shop.psql(badWeek);
  await shop.psql(
    `CREATE TABLE shop.noticed (id int);
     CREATE FUNCTION shop.notice(id bigint) RETURNS bool LANGUAGE sql AS
       'INSERT INTO shop.noticed VALUES (id); SELECT true';
     ALTER TABLE shop.products ADD CHECK (shop.notice(id)) NOT VALID;`,
  );
  const before = await rowsByTenant(shop);
  const failure = await refused(mergeable.cli, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
  expect(failure).toMatchObject({ code: 'MERGE_OUTSIDE_CHANGED', details: { changed: ['shop.noticed'] } });
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await shop.psql('SELECT count(*) FROM shop.noticed')).toBe('0');
});

test('a sequence is moved beyond the ids that were put back, and never back', async ({ mergeable }) => {
  const { shop } = mergeable;
  const of = (table: string) => shop.psql(`SELECT last_value FROM shop.${table}_id_seq`);
  const highest = await shop.psql('SELECT max(id) FROM shop.customers');
  await shop.psql(
    `SET session_replication_role = replica;
     DELETE FROM shop.customers WHERE tenant_id = 2;
     SELECT setval('shop.customers_id_seq', 5), setval('shop.products_id_seq', 9000000);`,
  );
  await merge(mergeable, '--policy', 'overwrite');
  expect(await of('customers')).toBe(highest);
  expect(await of('products')).toBe('9000000');
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
