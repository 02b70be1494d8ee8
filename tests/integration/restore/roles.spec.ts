import { expect } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../../main/postgres/connect.ts';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { connectionOf } from '../../../main/requests/sources.ts';
import { createMissingRoles } from '../../../main/restore/createMissingRoles.ts';
import type { RestorePlan } from '../../../main/restore/preflight.ts';
import { runNoted } from '../../../main/restore/runNoted.ts';
import { settingStatement } from '../../../main/restore/settingStatement.ts';
import type { CrashPoint } from '../../../shared/job.ts';
import {
  backUpTwice,
  expectNothingLeft,
  lastRestore,
  restoreInto,
  test as base,
  type BackedUpShop,
} from '../../support/restoredShop.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

/** `till` and `readers` are lost together with their database; `clerk` is not. A restore can be told to fail. */
const rolesSql = `
CREATE ROLE readers NOLOGIN;
CREATE ROLE till LOGIN CREATEDB CONNECTION LIMIT 5 VALID UNTIL '2031-02-03 04:05:06+00';
COMMENT ON ROLE till IS E'the till\\nat the door';
CREATE ROLE clerk LOGIN;
GRANT readers, pg_read_all_data TO till;
GRANT readers TO clerk WITH ADMIN OPTION;`;
const tablesSql = `
CREATE FUNCTION fine() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  IF current_database() ~ '^strongroom' AND current_setting('app.fail', true) = 'on' THEN RAISE 'not fine'; END IF;
  RETURN true;
END $$;
CREATE TABLE sold (id int PRIMARY KEY CHECK (public.fine()));
INSERT INTO sold VALUES (1), (2);
ALTER TABLE sold OWNER TO till;
GRANT SELECT ON sold TO readers;`;
const lostRoles = 'DROP ROLE IF EXISTS till, readers;';
const rolesThere = `SELECT rolname FROM pg_roles WHERE rolname IN ('till', 'readers', 'clerk') ORDER BY 1;`;
const commentOfTill = `SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'till';`;

const test = base.extend<{ copy: string }, { lost: BackedUpShop }>({
  lost: [
    async ({ cluster }, use) => {
      const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'roles-'));
      await cluster.createDatabase('sold_to_all');
      await cluster.psql('postgres', rolesSql);
      await cluster.psql('sold_to_all', tablesSql);
      const shop = await backUpTwice(folder, cluster, 'sold_to_all');
      await cluster.psql('sold_to_all', 'DROP OWNED BY till, readers;');
      // A template does not count as a database that a test has left behind.
      await cluster.psql('postgres', `${lostRoles} ALTER DATABASE sold_to_all IS_TEMPLATE true;`);
      await use(shop);
      await cluster.psql('postgres', 'ALTER DATABASE sold_to_all IS_TEMPLATE false;');
      await cluster.dropDatabase('sold_to_all');
      await cluster.psql('postgres', `${lostRoles} DROP ROLE clerk;`);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  copy: async ({ cluster }, use) => {
    await use('sold_copy');
    await cluster.dropDatabase('sold_copy');
    await cluster.psql('postgres', lostRoles);
  },
});

async function killedAt(point: CrashPoint, shop: BackedUpShop, copy: string): Promise<void> {
  const env = { STRONGROOM_CRASH_AT: point };
  expect(await strongroom({ ...shop.cli, env }, ...restoreInto(shop, copy))).toMatchObject({ signal: 'SIGKILL' });
}

test('roles that are missing are made with everything but their passwords, memberships of others in them included', async ({
  lost,
  copy,
  cluster,
}) => {
  const { notes } = await succeed<RestoreAnswer>(lost.cli, ...restoreInto(lost, copy));
  const roles = `SELECT rolname, rolcanlogin, rolcreatedb, rolconnlimit, rolvaliduntil AT TIME ZONE 'UTC', replace(shobj_description(oid, 'pg_authid'), E'\\n', '/')
    FROM pg_roles WHERE rolname IN ('till', 'readers') ORDER BY 1;
    SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members WHERE member::regrole::text IN ('till', 'clerk') ORDER BY roleid::regrole::text, member::regrole::text;`;
  expect((await cluster.psql('postgres', roles)).split('\n')).toEqual([
    'readers|f|f|-1||',
    'till|t|t|5|2031-02-03 04:05:06|the till/at the door',
    'pg_read_all_data|till|f',
    'readers|clerk|t',
    'readers|till|f',
  ]);
  expect(notes).toEqual([
    'clerk, which existed, was made a member of readers',
    expect.stringMatching(/^made the roles readers, till, without passwords/),
  ]);
});

test('a restore that fails takes the roles away that it made, and no other', async ({ lost, copy, cluster }) => {
  await cluster.psql('postgres', `ALTER ROLE postgres SET app.fail = 'on';`);
  const failure = await refused(lost.cli, ...restoreInto(lost, copy));
  await cluster.psql('postgres', 'ALTER ROLE postgres RESET app.fail;');
  expect(failure).toMatchObject({ code: 'RESTORE_FAILED' });
  await expectNothingLeft(lost, cluster, copy);
  expect(await cluster.psql('postgres', rolesThere)).toBe('clerk');
});

for (const point of ['restore-roles-made', 'restore-loaded'] as const)
  test(`after a kill -9 at ${point}, the next start takes the roles away that the restore made`, async ({
    lost,
    copy,
    cluster,
  }) => {
    await killedAt(point, lost, copy);
    expect(await cluster.psql('postgres', rolesThere)).toBe('clerk\nreaders\ntill');
    await succeed(lost.cli, 'replicate');
    await expectNothingLeft(lost, cluster, copy);
    expect(await cluster.psql('postgres', rolesThere)).toBe('clerk');
    expect(await lastRestore(lost.cli)).toMatchObject({ status: 'FAILED', notes: [] });
  });

test('a role that somebody uses by now is kept, and the log of restores says so', async ({ lost, copy, cluster }) => {
  await killedAt('restore-loaded', lost, copy);
  await cluster.psql('sold_to_all', 'CREATE TABLE of_readers (); ALTER TABLE of_readers OWNER TO readers;');
  await cluster.psql('postgres', `ALTER ROLE till PASSWORD 'set by hand';`);
  await succeed(lost.cli, 'replicate');
  await expectNothingLeft(lost, cluster, copy);
  expect(await cluster.psql('postgres', rolesThere)).toBe('clerk\nreaders\ntill');
  expect(await cluster.psql('postgres', commentOfTill)).toBe('the till\nat the door');
  const { status, notes } = await lastRestore(lost.cli);
  expect({ status, notes }).toEqual({
    status: 'FAILED',
    notes: [
      expect.stringMatching(/^the role readers, which the restore had made, was kept: .*some objects depend on it/),
      'the role till, which the restore had made, was kept: it has a password by now',
    ],
  });
  await cluster.psql('sold_to_all', 'DROP TABLE of_readers;');
});

test('after a kill -9 when the restore is complete, the next start leaves the roles as the backup has them', async ({
  lost,
  copy,
  cluster,
}) => {
  await killedAt('restore-completed', lost, copy);
  expect(await cluster.psql('postgres', commentOfTill)).toContain('is not finished');
  await succeed(lost.cli, 'replicate');
  expect(await lastRestore(lost.cli)).toMatchObject({ status: 'COMPLETED' });
  expect(await cluster.psql('postgres', commentOfTill)).toBe('the till\nat the door');
});

test('a role that may make roles makes plain ones, and says what a superuser has to give', async ({
  lost,
  copy,
  cluster,
}) => {
  await cluster.psql('postgres', `CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'maker';`);
  const on = ['--on', `postgresql://maker@${cluster.host}:${cluster.port}/postgres`, '--password-stdin'];
  const { notes } = await succeed<RestoreAnswer>({ ...lost.cli, stdin: 'maker' }, ...restoreInto(lost, copy, ...on));
  expect(notes).toContain('till was made without CREATEDB, which a superuser has to give');
  const till = `SELECT rolcanlogin, rolcreatedb, rolvaliduntil IS NOT NULL, pg_has_role('till', 'readers', 'MEMBER') FROM pg_roles WHERE rolname = 'till';`;
  expect(await cluster.psql('postgres', till)).toBe('t|f|t|t');
  await cluster.dropDatabase(copy);
  await cluster.psql('postgres', 'DROP ROLE maker;');
});

test('a setting that the server refuses is noted without its value, which may be a secret', async ({
  lost,
  copy,
  cluster,
}) => {
  await cluster.psql(
    'postgres',
    `CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'maker';
     CREATE ROLE app LOGIN; ALTER ROLE app SET app.jwt_secret TO 'hush-hush';
     ALTER DATABASE sold_to_all SET app.api_token TO 'token-of-the-shop';`,
  );
  try {
    const backup = await succeed<BackupAnswer>(lost.cli, 'backup', 'full', 'shop');
    await cluster.psql('postgres', 'DROP ROLE app;');
    const on = ['--on', `postgresql://maker@${cluster.host}:${cluster.port}/postgres`, '--password-stdin'];
    const restore = restoreInto({ backup }, copy, ...on);
    const { notes } = await succeed<RestoreAnswer>({ ...lost.cli, stdin: 'maker' }, ...restore);
    expect(notes).toContainEqual(
      expect.stringMatching(/^not restored: ALTER ROLE "app" SET "app"\."jwt_secret" TO … \(permission denied/),
    );
    expect(notes).toContainEqual(
      expect.stringMatching(/^not restored: ALTER DATABASE sold_to_all SET "app"\."api_token" TO …/),
    );
    const { notes: kept } = await lastRestore(lost.cli);
    expect(JSON.stringify([notes, kept])).not.toMatch(/hush-hush|token-of-the-shop/);
  } finally {
    await cluster.dropDatabase(copy);
    await cluster.psql('postgres', 'ALTER DATABASE sold_to_all RESET app.api_token; DROP ROLE IF EXISTS app, maker;');
  }
});

test('a server that repeats the value of a setting does not bring it into a note', async ({ cluster }) => {
  const notes: string[] = [];
  const login = {
    connection: connectionOf(sourceUrl(cluster, 'postgres')),
    password: cluster.password,
    passfile: undefined,
  };
  const setting = settingStatement('ROLE postgres', { name: 'work_mem', value: 'hush-hush' });
  await withClient(login, (client) => runNoted(client, [setting], (sentence) => notes.push(sentence)));
  expect(notes).toEqual([
    'not restored: ALTER ROLE postgres SET "work_mem" TO … (invalid value for parameter "work_mem": "…")',
  ]);
});

test('a membership is told once the server has given it, and one that it refuses only as refused', async ({
  cluster,
}) => {
  const notes: string[] = [];
  const role = { superuser: false, createRole: false, createDb: false, replication: false, bypassRls: false };
  const plain = { ...role, login: false, inherit: true, connectionLimit: -1, settings: [], memberOf: [] };
  const manifest = sampleManifest({
    roles: [
      { ...plain, name: 'guild' },
      { ...plain, name: 'postgres', memberOf: ['guild'] },
      // It was there when the restore looked, and has been dropped since.
      { ...plain, name: 'gone', memberOf: ['guild'] },
    ],
  });
  const server = { major: 15, full: '15' };
  const plan = { server, superuser: true, missingRoles: ['guild'], makesRoles: true } as unknown as RestorePlan;
  const login = {
    connection: connectionOf(sourceUrl(cluster, 'postgres')),
    password: cluster.password,
    passfile: undefined,
  };
  try {
    await createMissingRoles('01KRESTORE', manifest, plan, login, (sentence) => notes.push(sentence));
    expect(notes).toEqual([
      'not restored: GRANT "guild" TO "gone" (role "gone" does not exist)',
      'postgres, which existed, was made a member of guild',
      expect.stringMatching(/^made the roles guild/),
    ]);
  } finally {
    await cluster.psql('postgres', 'DROP ROLE IF EXISTS guild;');
  }
});
