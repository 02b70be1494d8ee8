import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { startCluster, type Cluster } from '../../support/cluster.ts';
import { pictureOf, tablesOf } from '../../support/databasePicture.ts';
import { backUpTwice, expectNothingLeft, restoreInto, test as base } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { refused, succeed } from '../../support/strongroom.ts';

/** A server that knows one extension more than the others: a table that it fills itself, and that its users add to. */
const test = base.extend<{ richer: Cluster }>({
  richer: async ({ cluster, folder }, use) => {
    // The account of the server passes through it.
    chmodSync(folder, 0o755);
    const server = await startCluster({
      binDir: await installationWithExtension(cluster, join(folder, 'installation')),
    });
    await use(server);
    await server.remove();
  },
});

test('an extension that the server lacks is named before anything is made', async ({
  richer,
  cluster,
  folder,
  target,
}) => {
  await richer.createDatabase('shop');
  await richer.psql('shop', 'CREATE EXTENSION karats');
  const shop = await backUpTwice(join(folder, 'state'), richer, 'shop');
  const on = ['--on', sourceUrl(cluster, 'postgres'), '--password-stdin'];
  const failure = await refused({ ...shop.cli, stdin: cluster.password }, ...restoreInto(shop, target, ...on));
  expect(failure).toMatchObject({ code: 'EXTENSION_MISSING', status: 3, details: { missing: ['karats'] } });
  await expectNothingLeft(shop, cluster, target);
});

test('a table that an extension fills keeps its rows, and gets those that were added to it', async ({
  richer,
  folder,
}) => {
  await richer.createDatabase('shop');
  await richer.psql('shop', `CREATE EXTENSION karats; INSERT INTO karats VALUES (15, 'added by the shop');`);
  const shop = await backUpTwice(join(folder, 'state'), richer, 'shop');
  const answer = await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, 'copy'));
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(await richer.psql('copy', 'SELECT * FROM karats ORDER BY 1')).toBe(
    '9|built in\n15|added by the shop\n18|built in',
  );
  expect(await pictureOf(richer, 'copy')).toEqual(await pictureOf(richer, 'shop'));
});

test('a role that is no superuser restores everything into a database of its own, and says what it left out', async ({
  backedUp,
  cluster,
  target,
}) => {
  await cluster.psql('postgres', `CREATE ROLE restorer LOGIN CREATEDB BYPASSRLS PASSWORD 'restorer';`);
  const on = ['--on', `postgresql://restorer@${cluster.host}:${cluster.port}/postgres`, '--password-stdin'];
  const answer = await succeed<RestoreAnswer>(
    { ...backedUp.cli, stdin: 'restorer' },
    ...restoreInto(backedUp, target, ...on),
  );
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(answer.notes).toContain(
    'restorer is no superuser: owners and grants are not restored, everything belongs to it',
  );
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, backedUp.database));
  await cluster.dropDatabase(target);
  await cluster.psql('postgres', 'DROP ROLE restorer;');
});

test('a database in an encoding of old, with names in it, comes back as it was', async ({
  cluster,
  folder,
  target,
}) => {
  const name = 'shop_in_latin1';
  await cluster.psql('postgres', `CREATE DATABASE ${name} TEMPLATE template0 ENCODING LATIN1 LOCALE 'C';`);
  await cluster.psql(
    name,
    `CREATE TABLE customers (name text); INSERT INTO customers VALUES (chr(196) || 'nne M' || chr(252) || 'ller' || chr(133)), (chr(255));
     DO $$ BEGIN
       EXECUTE format('CREATE TABLE %I (%I text)', 'Stra' || chr(223) || 'e', 'gr' || chr(246) || chr(223) || 'e');
       EXECUTE format('INSERT INTO %I VALUES (chr(228))', 'Stra' || chr(223) || 'e');
     END $$;`,
  );
  const shop = await backUpTwice(folder, cluster, name);
  const answer = await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, target));
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, name));
  expect(await cluster.psql(target, 'SHOW server_encoding')).toBe('LATIN1');
  await cluster.dropDatabase(name);
});

test('an empty database comes back empty', async ({ cluster, database, folder, target }) => {
  const shop = await backUpTwice(folder, cluster, database.name);
  const answer = await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, target));
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true, tables: [] } });
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, database.name));
});

/**
 * PostgreSQL looks for its files from where its programs lie: copies of these, beside links to the files and an
 * extension more, are an installation of their own. Nothing of the machine's own one is changed.
 */
async function installationWithExtension(cluster: Cluster, root: string): Promise<string> {
  const shown = await cluster.psql(
    'postgres',
    `SELECT setting FROM pg_config WHERE name IN ('BINDIR', 'PKGLIBDIR', 'SHAREDIR') ORDER BY name`,
  );
  const [bin, lib, share] = shown.split('\n') as [string, string, string];
  const inRoot = (path: string) => join(root, path.replace(/^\/usr\//, ''));
  for (const folder of [inRoot(bin), dirname(inRoot(lib)), join(inRoot(share), 'extension')])
    mkdirSync(folder, { recursive: true });
  for (const program of ['initdb', 'postgres', 'psql', 'pg_dump'])
    cpSync(join(bin, program), join(inRoot(bin), program), { dereference: true });
  symlinkSync(lib, inRoot(lib));
  for (const [from, to] of [
    [share, inRoot(share)],
    [join(share, 'extension'), join(inRoot(share), 'extension')],
  ] as const)
    for (const name of readdirSync(from)) if (name !== 'extension') symlinkSync(join(from, name), join(to, name));
  const extension = join(inRoot(share), 'extension', 'karats');
  writeFileSync(`${extension}.control`, `default_version = '1.0'\nrelocatable = true\n`);
  writeFileSync(
    `${extension}--1.0.sql`,
    `CREATE TABLE karats (karat int, origin text);
     INSERT INTO karats VALUES (9, 'built in'), (18, 'built in');
     SELECT pg_extension_config_dump('karats', $$WHERE origin <> 'built in'$$);`,
  );
  return inRoot(bin);
}
