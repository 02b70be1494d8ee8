import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Manifest } from '../../../shared/manifest.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { Cluster } from '../../support/cluster.ts';
import { pictureOf, tablesOf } from '../../support/databasePicture.ts';
import { foreignDump } from '../../support/foreignDump.ts';
import { backUpTwice, expectNothingLeft, lastRestore, restoreInto, test as base } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { refused, succeed } from '../../support/strongroom.ts';
import { clientPrograms, need, startServer } from '../../support/versions.ts';

// Archives of pg_dump 15 into a server 15, by nothing but the programs 17.
need(base, { servers: [15], clients: [15, 17] });
base.use({ serverMajor: 15 });

const byTools17 = ['--tools', clientPrograms(17)];
const newerThanServer = /^pg_restore 17\.\d+ is newer than the server 15\.\d+: .* harmless$/;

const test = base.extend<{ germanServer: Cluster; bareServer: Cluster }>({
  germanServer: async ({}, use) => {
    // Of a locale that every system has, whose messages are then chosen by the environment.
    const server = await startServer(15, {
      settings: { lc_messages: 'C.UTF-8' },
      environment: { LANGUAGE: 'de', LC_ALL: 'C.UTF-8' },
    });
    await use(server);
    await server.remove();
  },
  bareServer: async ({}, use) => {
    const server = await startServer(15);
    await use(server);
    await server.remove();
  },
});

test('archive 15, tool 17, server 15: restored, all rows, a note', async ({ backedUp, cluster, target }) => {
  const { manifest } = backedUp;
  expect(manifest).toMatchObject({ server: { major: 15 }, tool: { major: 15 } });
  expect(archiveVersions(manifest)).toEqual(['1.14']);
  const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target, ...byTools17));
  expect(answer).toMatchObject({
    status: 'COMPLETED',
    verification: { ok: true },
    notes: [expect.stringMatching(newerThanServer)],
  });
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, backedUp.database));
});

/** A policy for a role that a restore without the rights of a superuser does not make. */
const shopOfRole = `CREATE TABLE sales (id int PRIMARY KEY, total numeric);
  INSERT INTO sales SELECT g, g FROM generate_series(1, 100) g;
  ALTER TABLE sales ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON sales TO version_clerk USING (id > 0);`;

for (const language of ['English', 'German'] as const)
  test(`archive 15, tool 17, server 15, and a missing role, told in ${language}: FAILED`, async ({
    cluster,
    database,
    folder,
    germanServer,
    bareServer,
    target,
  }) => {
    const server = language === 'German' ? germanServer : bareServer;
    await cluster.psql('postgres', 'CREATE ROLE version_clerk;');
    await database.psql(shopOfRole);
    const shop = await backUpTwice(folder, cluster, database.name);
    await server.psql('postgres', `CREATE ROLE restorer LOGIN CREATEDB BYPASSRLS PASSWORD 'restorer';`);
    const on = ['--on', `postgresql://restorer@${server.host}:${server.port}/postgres`, '--password-stdin'];
    const failure = await refused(
      { ...shop.cli, stdin: 'restorer' },
      ...restoreInto(shop, target, ...on, ...byTools17),
    );
    const inItsWords = {
      English: 'role "version_clerk" does not exist',
      German: 'Rolle »version_clerk« existiert nicht',
    }[language];
    expect(failure).toMatchObject({ code: 'TOOL_FAILED', status: 1, message: expect.stringContaining(inItsWords) });
    expect(String(failure.details.stderr)).toContain('Command was: SET transaction_timeout = 0;');
    expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED' });
    await expectNothingLeft(shop, server, target);
    await database.psql('DROP POLICY own ON sales;');
    await cluster.psql('postgres', 'DROP ROLE version_clerk;');
  });

/** A line of its own wherever a script of pg_restore can hold one. */
const notesThatHold = (line: string) => `
    CREATE FUNCTION patient() RETURNS text LANGUAGE sql AS $f$
SELECT '
${line}
';
$f$;
    CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text DEFAULT '
${line}
');
    COMMENT ON TABLE notes IS '
${line}
';
    INSERT INTO notes (note) VALUES (DEFAULT), ('${line}'), (E'\\n${line}\\n');`;

test('a dump whose function body, literal, comment and COPY data contain the SET line: all unchanged', async ({
  cluster,
  database,
  folder,
  target,
}) => {
  const line = 'SET transaction_timeout = 0;';
  await database.psql(notesThatHold(line));
  const shop = await backUpTwice(folder, cluster, database.name);
  const answer = await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, target, ...byTools17));
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, database.name));
  const places = `SELECT patient(), obj_description('notes'::regclass), (SELECT note FROM notes WHERE id = 1);`;
  expect((await cluster.psql(target, places)).split(line)).toHaveLength(4);
});

test('server messages in German: the same verdict, restored with all rows and a note', async ({
  backedUp,
  cluster,
  germanServer,
  target,
}) => {
  await expect(germanServer.psql('postgres', 'SET transaction_timeout = 0;')).rejects.toThrow(
    /FEHLER: .*unbekannter Konfigurationsparameter/i,
  );
  const on = ['--on', sourceUrl(germanServer, 'postgres'), '--password-stdin'];
  const answer = await succeed<RestoreAnswer>(
    { ...backedUp.cli, stdin: germanServer.password },
    ...restoreInto(backedUp, target, ...on, ...byTools17),
  );
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(answer.notes).toContainEqual(expect.stringMatching(newerThanServer));
  expect(await tablesOf(germanServer, target)).toEqual(await tablesOf(cluster, backedUp.database));
});

const archiveVersions = ({ objects }: Manifest) => [
  ...new Set(objects.map(({ archiveVersion }) => archiveVersion).filter((version) => version !== null)),
];

test('an archive of pg_dump 17 is taken in where it is packed with zstd, and refused with what to do where with lz4', async ({
  backedUp: { cli, database },
  cluster,
  folder,
  target,
}) => {
  const packed = (method: string) =>
    foreignDump(cluster, database, join(folder, method), ['-Fc', `--compress=${method}`], {}, clientPrograms(17));
  const take = async (method: string) => ['import', await packed(method), '--format', 'pg_dump', '--source', 'shop'];
  const failure = await refused(cli, ...(await take('lz4')));
  expect(failure).toMatchObject({
    code: 'IMPORT_REFUSED',
    status: 3,
    message: 'the archive cannot be imported: it is compressed with lz4',
    hint: expect.stringContaining('Make the dump again with pg_dump -Fc'),
  });
  const imported = await succeed<{ id: string }>(cli, ...(await take('zstd')));
  await succeed(cli, 'restore', imported.id, '--mode', 'full', '--into', target, ...byTools17);
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, database));
});

/** pg_restore as a version to come may be: it begins with a setting more, in its script as with the server itself. */
const futureRestore = (own: string) => `#!/bin/bash
set -o pipefail
case " $* " in
*" --file=- "*) ${own} "$@" | LC_ALL=C sed '0,/^SET lock_timeout/s//SET future_timeout = 0;\\n&/' ;;
*) ${own} "$@"
  echo 'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "future_timeout"' >&2
  echo 'Command was: SET future_timeout = 0;' >&2
  exit 1 ;;
esac
`;

function toolsOfFuture(folder: string): string {
  const tools = join(folder, 'future');
  mkdirSync(tools);
  for (const name of ['pg_dump', 'pg_dumpall', 'psql', 'pg_restore']) {
    const own = join(clientPrograms(17), name);
    const script = name === 'pg_restore' ? futureRestore(own) : `#!/bin/sh\nexec ${own} "$@"\n`;
    writeFileSync(join(tools, name), script, { mode: 0o755 });
  }
  return tools;
}

test('a pg_restore that begins with a setting which nobody knows: left out there alone, all else unchanged, and a note', async ({
  cluster,
  database,
  folder,
  target,
}) => {
  const line = 'SET future_timeout = 0;';
  await database.psql(`${notesThatHold(line)}
    CREATE INDEX by_note ON notes (note) WHERE note <> '
${line}
';
    SELECT lo_from_bytea(0, '${line}');`);
  const shop = await backUpTwice(folder, cluster, database.name);
  const tools = ['--tools', toolsOfFuture(folder)];
  const answer = await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, target, ...tools));
  expect(answer).toMatchObject({
    status: 'COMPLETED',
    verification: { ok: true },
    notes: [expect.stringMatching(/which does not know future_timeout and transaction_timeout: .* left out/)],
  });
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, database.name));
  const places = `SELECT patient(), obj_description('notes'::regclass), pg_get_indexdef('by_note'::regclass), (SELECT note FROM notes WHERE id = 1);`;
  expect((await cluster.psql(target, places)).split(line)).toHaveLength(5);
});

test('a pg_restore that begins with a setting which nobody knows, and a missing role: FAILED', async ({
  cluster,
  database,
  folder,
  target,
}) => {
  await cluster.psql('postgres', `CREATE ROLE version_clerk; CREATE ROLE restorer LOGIN CREATEDB PASSWORD 'restorer';`);
  await database.psql(shopOfRole);
  const shop = await backUpTwice(folder, cluster, database.name);
  await database.psql('DROP POLICY own ON sales;');
  await cluster.psql('postgres', 'DROP ROLE version_clerk;');
  const on = ['--on', sourceUrl(cluster, 'postgres').replace('postgres@', 'restorer@'), '--password-stdin'];
  const tools = ['--tools', toolsOfFuture(folder)];
  const failure = await refused({ ...shop.cli, stdin: 'restorer' }, ...restoreInto(shop, target, ...on, ...tools));
  expect(failure).toMatchObject({ code: 'TOOL_FAILED', status: 1, details: { program: 'psql', status: 3 } });
  expect(failure.message).toContain('role "version_clerk" does not exist');
  await expectNothingLeft(shop, cluster, target);
  await cluster.psql('postgres', 'DROP ROLE restorer;');
});
