import { expect } from '@playwright/test';
import type { CrashPoint } from '../../../shared/job.ts';
import { startCluster, type Cluster } from '../../support/cluster.ts';
import { scratchDatabases, tablesOf } from '../../support/databasePicture.ts';
import {
  backUpTwice,
  expectNothingLeft,
  lastRestore,
  restoreInto,
  test,
  type BackedUpShop,
} from '../../support/restoredShop.ts';
import { halfMade, sourceUrl, type Shop } from '../../support/shopConsole.ts';
import { strongroom, succeed, type CliOptions } from '../../support/strongroom.ts';

/** Cuts the power at a named point of a restore. */
async function crash(cli: CliOptions, at: CrashPoint, ...args: string[]): Promise<void> {
  const run = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: at } }, ...args);
  expect({ signal: run.signal, stdout: run.stdout }, `at ${at}`).toEqual({ signal: 'SIGKILL', stdout: '' });
}

/** Any verb that owns the state folder cleans up first. */
const nextStart = (cli: CliOptions) => succeed(cli, 'replicate');

for (const point of [
  'restore-begun',
  'restore-created',
  'restore-loading',
  'restore-loaded',
  'restore-verified',
] as const)
  test(`after a kill -9 at ${point}, the next start drops what was half-made and says so in the log`, async ({
    backedUp,
    cluster,
    target,
  }) => {
    await crash(backedUp.cli, point, ...restoreInto(backedUp, target));
    expect((await scratchDatabases(cluster)).length).toBe(point === 'restore-begun' ? 0 : 1);
    expect(await lastRestore(backedUp.cli)).toMatchObject({ status: 'IN_PROGRESS', target });

    await nextStart(backedUp.cli);
    await expectNothingLeft(backedUp, cluster, target);
    expect(await lastRestore(backedUp.cli)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INTERRUPTED' },
      target,
    });
  });

test('after a kill -9 when the database has its name already, the next start finds the restore complete', async ({
  backedUp,
  cluster,
  target,
}) => {
  await crash(backedUp.cli, 'restore-named', ...restoreInto(backedUp, target));
  await nextStart(backedUp.cli);
  expect(await lastRestore(backedUp.cli)).toMatchObject({ status: 'COMPLETED', target, verification: { ok: true } });
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, backedUp.database));
});

test('after a kill -9 of a restore to another server, the next start cleans up there, with the password of then', async ({
  backedUp,
  cluster,
  target,
}) => {
  await cluster.psql('postgres', `CREATE ROLE restorer SUPERUSER LOGIN PASSWORD 'quite another';`);
  const on = ['--on', `postgresql://restorer@${cluster.host}:${cluster.port}/postgres`, '--password-stdin'];
  await crash({ ...backedUp.cli, stdin: 'quite another' }, 'restore-loaded', ...restoreInto(backedUp, target, ...on));
  await nextStart(backedUp.cli);
  await expectNothingLeft(backedUp, cluster, target);
  expect(await lastRestore(backedUp.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
  await cluster.psql('postgres', 'DROP ROLE restorer;');
});

test('while the server is down, a start puts the cleaning up off to a later one', async ({
  cluster,
  folder,
  shopTemplate,
}) => {
  const shop = await backUpTwice(folder, cluster, shopTemplate);
  const server = await startCluster();
  const on = ['--on', sourceUrl(server, 'postgres'), '--password-stdin'];
  await crash({ ...shop.cli, stdin: server.password }, 'restore-loaded', ...restoreInto(shop, 'copy', ...on));
  await server.stop('immediate');
  await nextStart(shop.cli);
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'IN_PROGRESS' });
  await server.start();
  expect(await scratchDatabases(server)).toHaveLength(1);
  await nextStart(shop.cli);
  await expectNothingLeft(shop, server, 'copy');
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
  await server.remove();
});

async function expectNotSwapped(backedUp: BackedUpShop, cluster: Cluster, shop: Pick<Shop, 'psql'>): Promise<void> {
  await nextStart(backedUp.cli);
  expect(await shop.psql(`SELECT to_regclass('live_marker')`)).toBe('live_marker');
  const { restoreId, ...restore } = await lastRestore(backedUp.cli);
  expect(restore).toMatchObject({ status: 'COMPLETED', swapped: false, replaced: null });
  expect(restore.notes.at(-1)).toContain(`is kept as strongroom_${restoreId.toLowerCase()}`);
  expect(halfMade(backedUp)).toEqual([]);
  // What was restored and verified stays, under the name that it had.
  const kept = `strongroom_${restoreId.toLowerCase()}`;
  expect(await tablesOf(cluster, kept)).toEqual(await tablesOf(cluster, backedUp.database));
  await cluster.dropDatabase(kept);
}

test('after a kill -9 between the verification and the swap, the live database is as it was and the restored one is kept', async ({
  backedUp,
  cluster,
  shop,
}) => {
  await shop.psql('CREATE TABLE live_marker ()');
  await crash(backedUp.cli, 'restore-completed', ...restoreInto(backedUp, shop.name, '--swap'));
  await expectNotSwapped(backedUp, cluster, shop);
});

test('after a kill -9 just before the names change, the live database is as it was and takes connections again', async ({
  backedUp,
  cluster,
  shop,
}) => {
  await shop.psql('CREATE TABLE live_marker ()');
  await crash(backedUp.cli, 'swap-blocked', ...restoreInto(backedUp, shop.name, '--swap'));
  await expect(shop.psql('SELECT')).rejects.toThrow('not currently accepting connections');
  await expectNotSwapped(backedUp, cluster, shop);
});

test('after a kill -9 just after the names changed, the swap is known and can be undone', async ({
  backedUp,
  cluster,
  shop,
}) => {
  await shop.psql('CREATE TABLE live_marker ()');
  const before = await tablesOf(cluster, shop.name);
  await crash(backedUp.cli, 'swap-done', ...restoreInto(backedUp, shop.name, '--swap'));
  expect(await tablesOf(cluster, shop.name)).toEqual(await tablesOf(cluster, backedUp.database));
  await nextStart(backedUp.cli);
  const { restoreId, ...restore } = await lastRestore(backedUp.cli);
  expect(restore).toMatchObject({ status: 'COMPLETED', swapped: true });

  // A crash in the middle of the undoing leaves the restored one live, and open.
  await crash(backedUp.cli, 'swap-blocked', 'rollback', restoreId);
  await nextStart(backedUp.cli);
  expect(await tablesOf(cluster, shop.name)).toEqual(await tablesOf(cluster, backedUp.database));
  expect(await lastRestore(backedUp.cli)).toMatchObject({ status: 'COMPLETED', swapped: true });

  // One after the names changed back is a rollback that was done.
  await crash(backedUp.cli, 'rollback-exchanged', 'rollback', restoreId);
  await nextStart(backedUp.cli);
  const undone = await lastRestore(backedUp.cli);
  expect(undone).toMatchObject({ status: 'ROLLED_BACK', swapped: false, target: shop.name });
  expect(undone.notes).toEqual(restore.notes);
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  const kept = `strongroom_${restoreId.toLowerCase()}`;
  expect(await tablesOf(cluster, kept)).toEqual(await tablesOf(cluster, backedUp.database));
  await cluster.dropDatabase(kept);
});
