import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { DoctorAnswer } from '../../../main/requests/doctor.ts';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import { expectBlocked, merge, rowsByTenant, test, type MergeableShop } from '../../support/mergedShop.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

const mirror = ['--tenant', '2', '--policy', 'mirror'];

/** The shop with one more table, and a backup of it. */
async function withTable(mergeable: MergeableShop, sql: string): Promise<MergeableShop> {
  await mergeable.shop.psql(sql);
  return { ...mergeable, backup: await succeed<BackupAnswer>(mergeable.cli, 'backup', 'full', 'shop') };
}

/** Why `source test` warns of a table. */
async function warned({ cli }: MergeableShop, relation: string): Promise<string | undefined> {
  const { json } = await strongroom(cli, 'source', 'test', 'shop');
  return (json as SourceAnswer).findings.find((found) => found.severity === 'warn' && found.relation === relation)
    ?.reason;
}

test('of two foreign keys to the tenants that nothing tells apart none is guessed: rows that are of both wait for a person', async ({
  mergeable,
}) => {
  const { shop, cli } = mergeable;
  const both = await withTable(
    mergeable,
    `CREATE TABLE shop.transfers (id int PRIMARY KEY, from_shop int NOT NULL REFERENCES shop.tenants,
       to_shop int NOT NULL REFERENCES shop.tenants, amount int);
     CREATE TABLE shop.transfer_notes (transfer int PRIMARY KEY REFERENCES shop.transfers, note text);
     INSERT INTO shop.transfers VALUES (1, 2, 3, 10), (2, 3, 2, 20), (3, 2, 2, 30);
     INSERT INTO shop.transfer_notes VALUES (1, 'from'), (2, 'to'), (3, 'own');`,
  );
  expect(await warned(mergeable, 'shop.transfers')).toContain('--owner shop.transfers=from_shop');
  const { checks } = (await strongroom(cli, 'doctor', 'shop')).json as DoctorAnswer;
  const doubt = { relation: 'shop.transfers', reason: expect.stringContaining('--owner') };
  expect(checks.find(({ id }) => id === 'source:shop:tenants-warn')).toMatchObject({
    severity: 'warn',
    findings: [doubt],
  });
  const rows = () =>
    shop.psql(`SELECT t.*, note FROM shop.transfers t LEFT JOIN shop.transfer_notes ON transfer = id ORDER BY id`);
  await shop.psql(`UPDATE shop.transfer_notes SET note = 'changed';
    DELETE FROM shop.transfer_notes WHERE transfer = 1; DELETE FROM shop.transfers WHERE id = 1;
    UPDATE shop.transfers SET amount = 99;`);
  const before = await rows();
  const unclear = (table: string) => [
    { kind: 'OWNER_UNCLEAR', table, count: 2, sentence: expect.stringMatching(/of the backup.*from_shop and to_shop/) },
    { kind: 'OWNER_UNCLEAR', table, count: 1, sentence: expect.stringMatching(/of the live database/) },
  ];
  const [[archived, live], [archivedNotes, liveNotes]] = [unclear('shop.transfers'), unclear('shop.transfer_notes')];
  const failure = await expectBlocked(both, [archivedNotes!, archived!, liveNotes!, live!], ...mirror);
  expect(failure.hint).toContain('--owner TABLE=COLUMN');
  expect(await rows()).toBe(before);

  const say = (owner: string) => ['source', 'tenants', 'shop', '--owner', `shop.transfers=${owner}`];
  expect(await refused(cli, ...say('nothing'))).toMatchObject({ code: 'TENANT_MODEL_WRONG' });
  await succeed(cli, ...say('from_shop'));
  expect(await warned(mergeable, 'shop.transfers')).toBeUndefined();
  await merge(both, ...mirror);
  expect(await rows()).toBe('1|2|3|10|from\n2|3|2|99|changed\n3|2|2|30|own');
});

test('a table whose policies look at another column than the merge waits until a person says which it is', async ({
  mergeable,
}) => {
  const { shop, cli } = mergeable;
  const held = await withTable(
    mergeable,
    `CREATE TABLE shop.consignments (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants, held_by int, note text);
     ALTER TABLE shop.consignments ENABLE ROW LEVEL SECURITY;
     CREATE POLICY held ON shop.consignments USING (held_by = current_setting('app.current_tenant')::int);
     INSERT INTO shop.consignments VALUES (1, 2, 3, 'a'), (2, 3, 2, 'b');
     CREATE TABLE shop.leaflets (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants, published bool);
     ALTER TABLE shop.leaflets ENABLE ROW LEVEL SECURITY;
     CREATE POLICY published ON shop.leaflets USING (published);
     CREATE POLICY own ON shop.leaflets USING (current_setting('app.current_tenant') <> '');`,
  );
  expect(await warned(mergeable, 'shop.consignments')).toContain('--owner shop.consignments=held_by');
  await shop.psql(`UPDATE shop.consignments SET note = 'changed'`);
  const blocker = {
    kind: 'POLICY_DIFFERS',
    table: 'shop.consignments',
    sentence: expect.stringMatching(/held_by, the merge at tenant_id/),
  };
  await expectBlocked(held, [blocker], ...mirror);
  await succeed(cli, 'source', 'tenants', 'shop', '--owner', 'shop.consignments=held_by');
  await merge(held, ...mirror);
  expect(await shop.psql('SELECT id, note FROM shop.consignments ORDER BY id')).toBe('1|changed\n2|b');
});

test('a column that holds what is no tenant is neither offered nor accepted as the owner', async ({ mergeable }) => {
  const { shop, cli } = mergeable;
  const own = `tenant_id = current_setting('app.current_tenant')::int`;
  await shop.psql(`
    CREATE TABLE shop.stock (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants, quantity int, held_by text);
    ALTER TABLE shop.stock ENABLE ROW LEVEL SECURITY;
    CREATE POLICY there ON shop.stock USING (quantity > 0);
    CREATE POLICY own ON shop.stock AS RESTRICTIVE USING (${own});
    INSERT INTO shop.stock VALUES (1, 2, 7000001, '2'), (2, 3, NULL, NULL);
    CREATE TABLE shop.offers (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants, active bool);
    ALTER TABLE shop.offers ENABLE ROW LEVEL SECURITY;
    CREATE POLICY active ON shop.offers USING (active);
    CREATE TABLE shop.signs (id int PRIMARY KEY, tenant_id numeric NOT NULL, active bool);
    ALTER TABLE shop.signs ENABLE ROW LEVEL SECURITY;
    CREATE POLICY active ON shop.signs USING (active);`);
  expect(await warned(mergeable, 'shop.stock'), 'the restrictive policy tells the tenant').toBeUndefined();
  expect(await warned(mergeable, 'shop.offers')).toMatch(/--owner shop\.offers=tenant_id$/);
  expect(await warned(mergeable, 'shop.signs')).toMatch(/no column of it can hold a tenant$/);

  const say = (owner: string) => ['source', 'tenants', 'shop', '--owner', owner];
  expect(await refused(cli, ...say('shop.stock=quantity'))).toMatchObject({
    code: 'TENANT_MODEL_WRONG',
    message: expect.stringContaining('quantity of shop.stock cannot tell the tenant'),
  });
  await succeed(cli, ...say('shop.stock=held_by'));
  await shop.psql(`UPDATE shop.stock SET held_by = 'nobody'`);
  await succeed(cli, ...say('shop.offers=tenant_id'));
  await succeed(cli, ...say('shop.stock=tenant_id'));
  expect(await refused(cli, ...say('shop.stock=held_by'))).toMatchObject({ code: 'TENANT_MODEL_WRONG' });
});

test('policies of the tenant table that look elsewhere are told, and no owner is asked for its rows', async ({
  mergeable,
}) => {
  const { shop, cli } = mergeable;
  await shop.psql(`DO $$ DECLARE p name; BEGIN
      FOR p IN SELECT polname FROM pg_policy WHERE polrelid = 'shop.tenants'::regclass LOOP
        EXECUTE format('DROP POLICY %I ON shop.tenants', p); END LOOP; END $$;
    ALTER TABLE shop.tenants ENABLE ROW LEVEL SECURITY;
    CREATE POLICY named ON shop.tenants USING (name <> '');`);
  const reason = await warned(mergeable, 'shop.tenants');
  expect(reason).toContain('choose rows by name, but the tenants are told apart by id');
  expect(reason).not.toContain('--owner');
  expect(await refused(cli, 'source', 'tenants', 'shop', '--owner', 'shop.tenants=name')).toMatchObject({
    code: 'TENANT_MODEL_WRONG',
    message: expect.stringContaining('is the table of the tenants'),
  });
});

test('rows that are left without their parent are told as nobody’s, and are merged once it is back', async ({
  mergeable,
}) => {
  const { shop } = mergeable;
  const before = await rowsByTenant(shop);
  await shop.psql(
    `SET session_replication_role = replica; DELETE FROM shop.payments WHERE tenant_id = 2;
     DELETE FROM shop.sales WHERE tenant_id = 2;`,
  );
  const count = Number(
    await shop.psql('SELECT count(*) FROM shop.sale_items WHERE sale_id NOT IN (SELECT id FROM shop.sales)'),
  );
  expect(count).toBeGreaterThan(0);
  await expectBlocked(mergeable, [{ kind: 'OWNER_LOST', table: 'shop.sale_items', count }], ...mirror);
  await merge(mergeable, ...mirror, '--table-policy', 'shop.sale_items=leave');
  await merge(mergeable, ...mirror);
  expect(await rowsByTenant(shop)).toEqual(before);
});
