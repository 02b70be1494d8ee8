import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openConsole } from '../../../main/console.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { showBackup, type BackupAnswer } from '../../../main/requests/backups.ts';
import { examine } from '../../../main/requests/doctor.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { rolesOfSource } from '../../../main/requests/roles.ts';
import { setPassword, testSource } from '../../../main/requests/sources.ts';
import type { TenantModel } from '../../../shared/source.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { foreignDump } from '../../support/foreignDump.ts';
import { addSourceTo } from '../../support/readyHome.ts';
import { changeSchedules, localConsole, sourceUrl } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';
import { need } from '../../support/versions.ts';
import { test } from '../restore/oddShop.ts';

const oddId = String.raw`two words \ and 'quotes' of "all" kinds`;
const literal = `'${oddId.replaceAll("'", "''")}'`;
const tables = ['tenants', 'sales', 'events_2026', 'events_rest'];

/** Two tenants, a partitioned table, and an owner whom FORCE keeps from the rows as everybody else. */
const forcedShop = `
  CREATE TABLE tenants (id text PRIMARY KEY, name text);
  CREATE TABLE sales (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL REFERENCES tenants, total numeric, note text);
  CREATE TABLE events (id int, tenant text NOT NULL REFERENCES tenants, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE events_rest PARTITION OF events DEFAULT;
  INSERT INTO tenants VALUES (${literal}, 'odd'), ('plain', 'other');
  INSERT INTO sales (tenant, total, note) SELECT CASE WHEN n % 3 = 0 THEN ${literal} ELSE 'plain' END, n / 7.0, repeat('€', n % 5) FROM generate_series(1, 300) n;
  INSERT INTO events SELECT n, CASE WHEN n % 4 = 0 THEN ${literal} ELSE 'plain' END, date '2025-06-01' + n FROM generate_series(1, 400) n;
  DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['tenants', 'sales', 'events', 'events_2026', 'events_rest'] LOOP
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY; ALTER TABLE %I FORCE ROW LEVEL SECURITY', t, t);
      EXECUTE format('CREATE POLICY own ON %I TO forced_app USING (%I = current_setting(''app.shop''))', t, CASE t WHEN 'tenants' THEN 'id' ELSE 'tenant' END);
      EXECUTE format('ALTER TABLE %I OWNER TO forced_owner', t);
    END LOOP; END $$;`;

const model: TenantModel = {
  table: 'public.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.shop',
  contextSql: null,
  user: 'strongroom_tenant',
  sharedTables: [],
  owners: {},
};

/** Tests for a whole file whose server is of this major: row-level security, tenants, offered roles and imports. */
export function protectsTenants(major: number, dumpedBy: number): void {
  need(test, { servers: [major], clients: [17, 18] });
  test.use({ serverMajor: major });

  test(`server ${major}: by the offered roles one tenant is backed up exactly, where its owner is kept from it`, async ({
    cluster,
    database,
    folder,
    target,
  }) => {
    await cluster.psql('postgres', `CREATE ROLE forced_owner LOGIN PASSWORD 'made'; CREATE ROLE forced_app;`);
    try {
      await database.psql(forcedShop);
      const { home, cli } = await localConsole(folder);
      const url = (user: string) => sourceUrl(cluster, database.name).replace('postgres@', `${user}@`);
      await addSourceTo(home, { name: 'forced', url: url('forced_owner'), password: 'made' });
      await makeRoles(home, database.psql);
      await addSourceTo(home, { name: 'shop', url: url('strongroom_backup'), password: 'made', tenants: model });
      changeSchedules(home, 'UPDATE schedules SET enabled = 0');
      await inConsole(home, (console) => expectOnlyOwnerBlocked(console, major));

      const backup = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', oddId);
      await restore(cli, backup.id, target);
      for (const table of tables) {
        const theirs = `WHERE ${table === 'tenants' ? 'id' : 'tenant'} = ${literal}`;
        const rows = (where: string) => `SELECT * FROM ONLY ${table} ${where} ORDER BY id;`;
        expect(await cluster.psql(target, rows(''))).toBe(await database.psql(rows(theirs)));
      }
      await cluster.dropDatabase(target);

      const dump = await foreignDump(cluster, database.name, join(folder, 'old.dump'), ['-Fc'], {}, cluster.clientDir);
      const imported = await succeed<BackupAnswer>(cli, 'import', dump, '--format', 'pg_dump', '--source', 'shop');
      const { manifest } = await inConsole(home, (console) => showBackup(console, imported.id));
      expect(manifest).toMatchObject({ server: { major }, tool: { major: dumpedBy } });
      await restore(cli, imported.id, target);
      expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, database.name));
    } finally {
      await cluster.dropDatabase(target);
      await database.psql(dropRoles);
    }
  });
}

/** What `source role` prints, as it is but for the passwords. */
async function makeRoles(home: string, psql: (sql: string) => Promise<string>): Promise<void> {
  const { sql } = await inConsole(home, (console) => rolesOfSource(console, 'forced', 'all'));
  expect(sql).toContain('GRANT "forced_app" TO strongroom_tenant;');
  await psql(sql.replaceAll('change-me', 'made'));
}

/** The preflight as the owner, whom every table is kept from, and as the offered roles, whom nothing is kept from. */
async function expectOnlyOwnerBlocked(console: Console, major: number): Promise<void> {
  for (const purpose of ['tenant', 'wal', 'restore'] as const)
    await setPassword(console, { name: 'shop', purpose, password: 'made' });
  // Before 15 only a superuser may switch triggers off.
  const expected = major < 15 ? [{ mode: 'restore', severity: 'warn', relation: 'login strongroom_restore' }] : [];
  expect(await testSource(console, 'shop')).toMatchObject({ obstacles: [], findings: expected });
  const { checks } = await examine(console, null);
  const blocked = checks.filter(({ severity }) => severity === 'block');
  expect(blocked.map(({ id }) => id)).toEqual(['source:forced:row-security']);
  expect(blocked[0]!.findings!.map(({ relation }) => relation)).toEqual(
    expect.arrayContaining(tables.map((table) => `public.${table}`)),
  );
}

async function restore(cli: { home: string }, id: string, target: string): Promise<void> {
  const answer = await succeed<RestoreAnswer>(cli, 'restore', id, '--mode', 'full', '--into', target);
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
}

async function inConsole<T>(home: string, work: (console: Console) => Promise<T> | T): Promise<T> {
  const console = await openConsole(homeAt(home), { owner: true });
  try {
    return await work(console);
  } finally {
    console.close();
  }
}

/** Those of this test that there are; the live database still holds what they own. */
const dropRoles = `DO $$ DECLARE r name; BEGIN
  FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ '^(strongroom|forced)_' LOOP
    EXECUTE format('DROP OWNED BY %I; DROP ROLE %I', r, r);
  END LOOP; END $$;`;
