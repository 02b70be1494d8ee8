import { expect } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import type { Drill } from '../../../shared/drill.ts';
import { pictureOf, propertiesOf, scratchDatabases } from '../../support/databasePicture.ts';
import { backUpTwice, test, type BackedUpShop } from '../../support/restoredShop.ts';
import { halfMade, sourceUrl } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

async function drills({ cli }: BackedUpShop): Promise<Drill[]> {
  return (await succeed<{ drills: Drill[] }>(cli, 'drills')).drills;
}

/** Folders of clusters that were made for a test restore: beside the state where nobody is root, else where all may go. */
async function clusters(shop: BackedUpShop): Promise<string[]> {
  const ours = (await drills(shop)).map(({ id }) => `strongroom-drill-${id.toLowerCase()}`);
  return [shop.home, tmpdir()].flatMap((dir) => readdirSync(dir)).filter((name) => ours.includes(name));
}

const holding = ['--name', 'sales are there', '--sql', 'SELECT count(*) > 0 FROM shop.sales'];

test.afterEach(async ({ backedUp, cluster }) => {
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(halfMade(backedUp)).toEqual([]);
  expect(await clusters(backedUp)).toEqual([]);
});

test('a test restore on the server of the source passes, is reported with its steps, and is gone', async ({
  backedUp,
}) => {
  await succeed(backedUp.cli, 'source', 'assert', 'shop', ...holding);
  const drill = await succeed<Drill>(backedUp.cli, 'drill', 'shop');
  expect(drill).toMatchObject({
    source: 'shop',
    backupId: backedUp.backup.id,
    place: 'source',
    status: 'PASSED',
    failure: null,
    removed: true,
    report: {
      verification: { ok: true, indexes: { problems: [] }, foreignKeys: { problems: [] }, sequences: { problems: [] } },
      assertions: [{ name: 'sales are there', found: 'true', ok: true, reason: null }],
    },
  });
  expect(drill.report?.steps.map(({ name }) => name)).toEqual([
    'checking',
    'fetching',
    'making the tables',
    'loading rows',
    'building indexes and keys',
    'verifying',
    'analyzing',
    'checking the assertions',
  ]);
  expect((await drills(backedUp))[0]).toEqual(drill);
  expect(await succeed<Drill>(backedUp.cli, 'drills', drill.id)).toEqual(drill);
  // It is no restore that somebody could swap in.
  expect(await succeed(backedUp.cli, 'restores')).toEqual({ restores: [] });
  await succeed(backedUp.cli, 'source', 'assert', 'shop', '--remove', 'sales are there');
});

test('the live database is as before, and whoever works in it is not disturbed', async ({ backedUp, cluster }) => {
  const { database } = backedUp;
  const before = { picture: await pictureOf(cluster, database), properties: await propertiesOf(cluster, database) };
  const seller = new pg.Client({ connectionString: cluster.url(database) });
  await seller.connect();
  try {
    const { rows } = await seller.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // In the middle of a sale, with its row locked.
    await seller.query(
      'BEGIN; CREATE TEMP TABLE basket AS SELECT 1 AS item; SELECT * FROM shop.sales LIMIT 1 FOR UPDATE;',
    );
    expect(await succeed<Drill>(backedUp.cli, 'drill', 'shop')).toMatchObject({ status: 'PASSED' });
    const after = await seller.query<{ pid: number }>('SELECT pg_backend_pid() AS pid FROM basket');
    expect(after.rows, 'the same session, in the same transaction').toEqual(rows);
    await seller.query('ROLLBACK');
  } finally {
    await seller.end();
  }
  expect({ picture: await pictureOf(cluster, database), properties: await propertiesOf(cluster, database) }).toEqual(
    before,
  );
});

test('what is asserted and not true makes it a mismatch, told by name', async ({ backedUp }) => {
  const { cli } = backedUp;
  const assert = (name: string, sql: string, ...more: string[]) =>
    succeed(cli, 'source', 'assert', 'shop', '--name', name, '--sql', sql, ...more);
  await assert('no sales', 'SELECT count(*) FROM shop.sales', '--expect', '0');
  await assert('two values', 'SELECT 1, 2');
  await assert('fails later', `SELECT 1 / (count(*) - count(*)) FROM shop.sales`, '--expect', '1');
  await assert('writes', `SELECT setval(pg_get_serial_sequence('shop.sales', 'id'), 1)`, '--expect', '1');
  const run = await strongroom(cli, 'drill', 'shop');
  const drill = run.json as Drill;
  expect({ exit: run.status, status: drill.status }).toEqual({ exit: 6, status: 'MISMATCH' });
  expect(drill.report?.verification).toMatchObject({ ok: true });
  expect(drill.report?.assertions).toMatchObject([
    { name: 'no sales', ok: false, found: expect.stringMatching(/^\d+$/), reason: null },
    { name: 'two values', ok: false, reason: expect.stringMatching(/2 columns/) },
    { name: 'fails later', ok: false, reason: expect.stringMatching(/division by zero/) },
    { name: 'writes', ok: false, reason: expect.stringMatching(/read-only transaction/) },
  ]);
  for (const name of ['no sales', 'two values', 'fails later', 'writes'])
    await succeed(cli, 'source', 'assert', 'shop', '--remove', name);
});

test('an assertion that the database does not understand, or that is more than a query, is not saved', async ({
  backedUp,
}) => {
  const before = await succeed(backedUp.cli, 'source', 'assert', 'shop');
  for (const sql of [
    'SELECT nothing FROM nowhere.at_all',
    'SELEC 1',
    'DELETE FROM shop.sales',
    'SELECT 1) x; DELETE FROM shop.sales; SELECT * FROM (SELECT 1',
    'WITH gone AS (DELETE FROM shop.sales RETURNING 1) SELECT count(*) FROM gone',
  ])
    expect(await refused(backedUp.cli, 'source', 'assert', 'shop', '--name', 'x', '--sql', sql)).toMatchObject({
      code: 'ASSERTION_WRONG',
      status: 2,
    });
  expect(await succeed(backedUp.cli, 'source', 'assert', 'shop')).toEqual(before);
});

test('an assertion is tried in the live database, which it cannot change, and is not saved by that', async ({
  backedUp,
}) => {
  const { cli } = backedUp;
  const before = await succeed(cli, 'source', 'assert', 'shop');
  expect(await succeed(cli, 'source', 'assert', 'shop', ...holding, '--try')).toMatchObject({
    found: 'true',
    ok: true,
  });
  const writes = `SELECT setval(pg_get_serial_sequence('shop.sales', 'id'), 1)`;
  const tried = await strongroom(cli, 'source', 'assert', 'shop', '--name', 'writes', '--sql', writes, '--try');
  expect({ status: tried.status, json: tried.json }).toMatchObject({
    status: 6,
    json: { ok: false, reason: expect.stringMatching(/read-only transaction/) },
  });
  expect(await succeed(cli, 'source', 'assert', 'shop')).toEqual(before);
});

test('in a cluster of its own it passes, and neither its server nor its folder is left', async ({ backedUp }) => {
  const drill = await succeed<Drill>(backedUp.cli, 'drill', 'shop', '--scratch');
  expect(drill).toMatchObject({ place: 'scratch', server: 'this machine', status: 'PASSED', removed: true });
  expect(drill.report?.steps[1]?.name).toBe('starting a PostgreSQL cluster');
});

test('on another server it passes, and the roles that were lacking there are gone', async ({ backedUp, cluster }) => {
  const on = sourceUrl(cluster, 'postgres');
  const cli = { ...backedUp.cli, stdin: cluster.password };
  const roles = () => cluster.psql('postgres', 'SELECT string_agg(rolname, $$,$$ ORDER BY rolname) FROM pg_roles;');
  const before = await roles();
  const drill = await succeed<Drill>(cli, 'drill', 'shop', '--on', on, '--password-stdin');
  expect(drill).toMatchObject({ place: 'server', status: 'PASSED', removed: true });
  expect(await roles()).toBe(before);
});

test('the schedule makes it where that was said: in a cluster of its own, or on another server', async ({
  backedUp,
  cluster,
}) => {
  const { cli } = backedUp;
  const scheduled = async () => (await succeed<{ result: Drill }>(cli, 'run', 'test-restore', 'shop')).result;
  await succeed(cli, 'source', 'prove', 'shop', '--scratch');
  expect(await scheduled()).toMatchObject({
    place: 'scratch',
    server: 'this machine',
    status: 'PASSED',
    removed: true,
  });
  const on = sourceUrl(cluster, 'postgres');
  const placed = ['source', 'prove', 'shop', '--on', on, '--password-stdin'];
  expect(await succeed({ ...cli, stdin: cluster.password }, ...placed)).toMatchObject({ place: 'server' });
  expect(await scheduled()).toMatchObject({ place: 'server', status: 'PASSED', removed: true });
  expect(await refused(cli, 'source', 'prove', 'shop', '--scratch', '--on-source')).toMatchObject({ code: 'USAGE' });
  await succeed(cli, 'source', 'prove', 'shop', '--on-source');
  expect(await succeed(cli, 'source', 'assert', 'shop')).toMatchObject({ place: 'source', on: null });
});

test('it follows every full backup where that is asked for, and never harms the backup', async ({
  cluster,
  folder,
  shopTemplate,
}) => {
  const shop = await backUpTwice(folder, cluster, shopTemplate);
  const { cli } = shop;
  await succeed(cli, 'source', 'prove', 'shop', '--after-every-backup', 'on');
  const { id } = await succeed<{ id: string }>(cli, 'backup', 'full', 'shop');
  expect(await drills(shop)).toMatchObject([{ backupId: id, status: 'PASSED' }]);
  await succeed(cli, 'source', 'prove', 'shop', '--after-every-backup', 'off');
});

test('a source, a backup or a place that there is not is refused before anything is made', async ({ backedUp }) => {
  const { cli } = backedUp;
  const count = (await drills(backedUp)).length;
  expect(await refused(cli, 'drill', 'moon')).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  expect(await refused(cli, 'drill', 'shop', '--backup', '01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({
    code: 'BACKUP_NOT_FOUND',
  });
  expect(await refused(cli, 'drill', 'shop', '--scratch', '--on', 'postgresql://a@b/c')).toMatchObject({
    code: 'USAGE',
  });
  expect(await refused(cli, 'drills', '01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({ code: 'DRILL_NOT_FOUND' });
  expect(await drills(backedUp)).toHaveLength(count);
});
