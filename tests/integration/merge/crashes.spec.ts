import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { CrashPoint } from '../../../shared/job.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { merge, mergeInto, rowsByTenant, splitByTenant, test, type MergeableShop } from '../../support/mergedShop.ts';
import { lastRestore } from '../../support/restoredShop.ts';
import { filesBelow, halfMade } from '../../support/shopConsole.ts';
import { strongroom, succeed } from '../../support/strongroom.ts';
import { join } from 'node:path';

const garbled = `
  UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = 2;
  DELETE FROM shop.events WHERE tenant_id = 2;
  INSERT INTO shop.sales (tenant_id, status, sold_at, total) VALUES (2, 'open', now(), 1);`;

async function crash({ cli }: MergeableShop, at: CrashPoint, ...args: string[]): Promise<void> {
  const run = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: at } }, ...args);
  expect({ signal: run.signal, stdout: run.stdout }, `at ${at}`).toEqual({ signal: 'SIGKILL', stdout: '' });
}

const undoFiles = ({ home }: MergeableShop) => filesBelow(join(home, 'undo'));

const pointsBefore: CrashPoint[] = [
  'restore-begun',
  'restore-loaded',
  'merge-staged',
  'merge-locked',
  'merge-writing',
  'merge-applied',
  'merge-undo-written',
  'merge-marked',
];

test('a kill -9 anywhere before the commit leaves every row as before, and the next start cleans up', async ({
  mergeable,
  cluster,
}) => {
  test.setTimeout(600_000);
  const { shop, cli } = mergeable;
  await shop.psql(garbled);
  const before = await rowsByTenant(shop);
  for (const point of pointsBefore) {
    await crash(mergeable, point, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
    await succeed(cli, 'replicate');
    expect(await rowsByTenant(shop), point).toEqual(before);
    expect(await lastRestore(cli), point).toMatchObject({
      status: 'FAILED',
      merge: null,
      failure: { code: 'INTERRUPTED' },
    });
    expect(await scratchDatabases(cluster), point).toEqual([]);
    expect([...halfMade(mergeable), ...undoFiles(mergeable)], point).toEqual([]);
  }
});

test('for a tenant’s merge no row of another is restored where its column can tell, and none that all share', async ({
  mergeable,
  cluster,
}) => {
  const { shop, cli } = mergeable;
  const sales = await shop.psql('SELECT count(*) FROM shop.sales WHERE tenant_id = 2');
  await crash(mergeable, 'restore-loaded', ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
  const [scratch = ''] = await scratchDatabases(cluster);
  const found = await cluster.psql(
    scratch,
    `SELECT (SELECT count(*) FROM shop.sales WHERE tenant_id = 2), (SELECT count(*) FROM shop.sales WHERE tenant_id <> 2),
       (SELECT count(DISTINCT tenant_id) FROM shop.events), (SELECT count(*) FROM shop.metal_prices)`,
  );
  expect(found).toBe(`${sales}|0|1|0`);
  await succeed(cli, 'replicate');
});

test('a kill -9 just after the commit leaves every row merged, and the next start knows it and can undo it', async ({
  mergeable,
  cluster,
}) => {
  const { shop, cli } = mergeable;
  const backedUp = await rowsByTenant(shop);
  await shop.psql(garbled);
  const before = await rowsByTenant(shop);
  await crash(mergeable, 'merge-committed', ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
  expect(splitByTenant(await rowsByTenant(shop), '2').own).toEqual(splitByTenant(backedUp, '2').own);
  await succeed(cli, 'replicate');
  const last = await lastRestore(cli);
  expect(last).toMatchObject({ status: 'COMPLETED', merge: { outsideUnchanged: true } });
  expect(await scratchDatabases(cluster)).toEqual([]);
  await succeed<RestoreAnswer>(cli, 'rollback', last.restoreId);
  expect(await rowsByTenant(shop)).toEqual(before);
});

test('a kill -9 in the middle of an undo leaves the merge or undoes it, and the next start knows which', async ({
  mergeable,
}) => {
  test.setTimeout(300_000);
  const { shop, cli } = mergeable;
  await shop.psql(garbled);
  const before = await rowsByTenant(shop);
  const { restoreId } = await merge(mergeable, '--tenant', '2', '--policy', 'mirror');
  const merged = await rowsByTenant(shop);
  for (const point of ['undo-staged', 'merge-writing', 'undo-marked'] as const) {
    await crash(mergeable, point, 'rollback', restoreId);
    await succeed(cli, 'replicate');
    expect(await rowsByTenant(shop), point).toEqual(merged);
    expect(await lastRestore(cli), point).toMatchObject({ status: 'COMPLETED' });
  }
  await crash(mergeable, 'undo-committed', 'rollback', restoreId);
  await succeed(cli, 'replicate');
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await lastRestore(cli)).toMatchObject({ status: 'ROLLED_BACK', merge: { undoUntil: null } });
  expect(undoFiles(mergeable)).toEqual([]);
});

test('a session that the server ends in the middle of a merge leaves every row as before', async ({
  mergeable,
  cluster,
}) => {
  const { shop, cli } = mergeable;
  await shop.psql(garbled);
  const before = await rowsByTenant(shop);
  // A rule that only ends the session of whoever writes: the merge has deleted and changed rows by then.
  await shop.psql(
    `CREATE FUNCTION end_session() RETURNS boolean LANGUAGE sql AS 'SELECT pg_terminate_backend(pg_backend_pid())';
     ALTER TABLE shop.events ADD CHECK (tenant_id <> 2 OR public.end_session()) NOT VALID;`,
  );
  const run = await strongroom(cli, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
  expect(run.json).toMatchObject({ error: { code: 'SOURCE_CONNECTION_LOST' } });
  expect(await rowsByTenant(shop)).toEqual(before);
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(await lastRestore(cli)).toMatchObject({ status: 'FAILED', merge: null });
});
