import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { expectBlocked, merge, mergeInto, rowsByTenant, test, type MergeableShop } from '../../support/mergedShop.ts';
import { refused, succeed } from '../../support/strongroom.ts';

const mirror = ['--tenant', '2', '--policy', 'mirror'];

test('case 17: a primary key that tenant 3 owns now is refused, naming the table', async ({ mergeable, cluster }) => {
  await mergeable.shop.psql(
    `SET session_replication_role = replica;
     UPDATE shop.customers SET tenant_id = 3 WHERE id IN (SELECT id FROM shop.customers WHERE tenant_id = 2 ORDER BY id LIMIT 2);`,
  );
  await expectBlocked(mergeable, [{ kind: 'OTHER_TENANT', table: 'shop.customers', count: 2 }], ...mirror);
  expect(await scratchDatabases(cluster)).toEqual([]);
});

test('case 18: a lookup row that is gone is refused, with the count of the rows that need it', async ({
  mergeable,
}) => {
  await mergeable.shop.psql(
    `CREATE TABLE shop.colours (code text PRIMARY KEY);
     INSERT INTO shop.colours VALUES ('red'), ('blue');
     ALTER TABLE shop.customers ADD colour text REFERENCES shop.colours;
     UPDATE shop.customers SET colour = CASE WHEN id % 2 = 0 THEN 'red' ELSE 'blue' END;`,
  );
  const backup = await succeed<MergeableShop['backup']>(mergeable.cli, 'backup', 'full', 'shop');
  const { shop } = mergeable;
  const count = Number(await shop.psql(`SELECT count(*) FROM shop.customers WHERE tenant_id = 2 AND colour = 'blue'`));
  expect(count).toBeGreaterThan(0);
  await shop.psql(`UPDATE shop.customers SET colour = 'red'; DELETE FROM shop.colours WHERE code = 'blue';`);
  await expectBlocked(
    { ...mergeable, backup },
    [{ kind: 'PARENT_MISSING', table: 'shop.customers', count }],
    ...mirror,
  );
});

test('a row that was entered again under another id is refused, unless a mirror takes it away', async ({
  mergeable,
}) => {
  const { shop } = mergeable;
  await shop.psql(
    `SET session_replication_role = replica;
     UPDATE shop.customers SET id = 900000 WHERE id = (SELECT min(id) FROM shop.customers WHERE tenant_id = 2);`,
  );
  const overwrite = ['--tenant', '2', '--policy', 'overwrite'];
  await expectBlocked(mergeable, [{ kind: 'UNIQUE_TAKEN', table: 'shop.customers', count: 1 }], ...overwrite);
  const merged = await merge(mergeable, ...mirror);
  expect(merged.tables.find(({ name }) => name === 'shop.customers')).toMatchObject({ inserted: 1, deleted: 1 });
});

test('rows that exchanged a unique value are set back', async ({ mergeable }) => {
  const { shop } = mergeable;
  const before = await rowsByTenant(shop);
  const two = `(SELECT id FROM shop.products WHERE tenant_id = 2 ORDER BY id LIMIT 2)`;
  await shop.psql(
    `SET session_replication_role = replica;
     CREATE TEMP TABLE swapped AS SELECT id, sku FROM shop.products WHERE id IN ${two};
     UPDATE shop.products SET sku = sku || '-' WHERE id IN (SELECT id FROM swapped);
     UPDATE shop.products p SET sku = s.sku FROM swapped s WHERE p.id <> s.id AND p.id IN (SELECT id FROM swapped);`,
  );
  expect(await rowsByTenant(shop)).not.toEqual(before);
  await merge(mergeable, '--tenant', '2', '--policy', 'overwrite');
  expect(await rowsByTenant(shop)).toEqual(before);
});

test('a trigger that always fires is refused by its name', async ({ mergeable }) => {
  await mergeable.shop.psql('ALTER TABLE shop.products ENABLE ALWAYS TRIGGER products_touch');
  await expectBlocked(mergeable, [{ kind: 'TRIGGER_FIRES', table: 'shop.products' }], ...mirror);
});

test('a column that the live database has lost is refused by its name', async ({ mergeable }) => {
  await mergeable.shop.psql('ALTER TABLE shop.customers DROP COLUMN phone');
  const blocker = {
    kind: 'COLUMN_MISSING',
    table: 'shop.customers',
    sentence: expect.stringMatching(/phone/),
  } as const;
  await expectBlocked(mergeable, [blocker], ...mirror);
});

test('tables without a key, tables that are gone and values that nobody has are refused by name, each with its rows', async ({
  mergeable,
}) => {
  const { shop, cli } = mergeable;
  await shop.psql(
    `CREATE TABLE shop.visits (tenant_id int NOT NULL REFERENCES shop.tenants, at int);
     CREATE TABLE shop.labels (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants);
     CREATE TABLE shop.empty_labels (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants);
     INSERT INTO shop.visits VALUES (2, 1), (2, 1), (3, 1);
     INSERT INTO shop.labels VALUES (1, 2), (2, 2), (3, 3);`,
  );
  const backup = await succeed<MergeableShop['backup']>(cli, 'backup', 'full', 'shop');
  await shop.psql(
    `DROP TABLE shop.labels, shop.empty_labels;
     ALTER TABLE shop.customers ADD colour text; UPDATE shop.customers SET colour = 'red';
     ALTER TABLE shop.customers ALTER colour SET NOT NULL;`,
  );
  const customers = Number(await shop.psql('SELECT count(*) FROM shop.customers WHERE tenant_id = 2'));
  const blockers = [
    { kind: 'VALUE_NEEDED', table: 'shop.customers', count: customers, sentence: expect.stringMatching(/: colour$/) },
    { kind: 'TABLE_MISSING', table: 'shop.labels', count: 3 },
    { kind: 'NO_KEY', table: 'shop.visits', count: 4 },
  ];
  await expectBlocked({ ...mergeable, backup }, blockers, ...mirror);
});

test('a row that a mirror would delete while others refer to it is refused, naming both tables', async ({
  mergeable,
}) => {
  const { shop } = mergeable;
  await shop.psql(
    `CREATE TABLE shop.parcels (id int PRIMARY KEY, customer bigint NOT NULL REFERENCES shop.customers);
     INSERT INTO shop.customers (id, tenant_id, full_name, email) VALUES (900001, 2, 'Newer', 'newer@body.example');
     INSERT INTO shop.parcels VALUES (1, 900001), (2, 900001);`,
  );
  const blocker = {
    kind: 'STILL_REFERRED',
    table: 'shop.customers',
    count: 2,
    sentence: expect.stringMatching(/^shop\.customers: 2 rows of shop\.parcels /),
  };
  await expectBlocked(mergeable, [blocker], ...mirror);
});

test('a rule on some rows only is shown by a rehearsal, and nothing is changed', async ({ mergeable }) => {
  const { shop } = mergeable;
  await shop.psql(
    `DELETE FROM shop.events WHERE tenant_id = 2;
     ALTER TABLE shop.events ADD CHECK (tenant_id <> 2) NOT VALID;`,
  );
  const before = await rowsByTenant(shop);
  const failure = await refused(mergeable.cli, ...mergeInto(mergeable, ...mirror, '--rehearse'));
  expect(failure).toMatchObject({ code: 'MERGE_FAILED', details: { table: expect.stringMatching(/^shop\.events/) } });
  expect(await rowsByTenant(shop)).toEqual(before);
});

test('a tenant that nobody knows, and a policy for a table that is not there, are refused', async ({ mergeable }) => {
  const ask = (...more: string[]) => refused(mergeable.cli, ...mergeInto(mergeable, ...more));
  expect(await ask('--tenant', '77', '--policy', 'mirror')).toMatchObject({ code: 'TENANT_NOT_FOUND', status: 4 });
  expect(await ask(...mirror, '--table-policy', 'shop.nothing=skip')).toMatchObject({ code: 'USAGE', status: 2 });
  expect(await ask('--tenant', '2')).toMatchObject({ code: 'USAGE', status: 2 });
});

test('a merge is not undone where its rows were changed since, unless one says so', async ({ mergeable }) => {
  const { shop } = mergeable;
  await shop.psql(`UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = 2`);
  const before = await rowsByTenant(shop);
  const { restoreId } = await merge(mergeable, ...mirror);
  await shop.psql(
    `UPDATE shop.customers SET notes = 'newer' WHERE id = (SELECT min(id) FROM shop.customers WHERE tenant_id = 2)`,
  );
  const failure = await refused(mergeable.cli, 'rollback', restoreId);
  expect(failure).toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
    details: { changed: [{ table: 'shop.customers', count: 1 }] },
  });
  await succeed<RestoreAnswer>(mergeable.cli, 'rollback', restoreId, '--even-if-changed');
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await refused(mergeable.cli, 'rollback', restoreId)).toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' });
});
