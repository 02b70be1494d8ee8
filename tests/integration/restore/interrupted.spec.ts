import { expect } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { startCluster, type Cluster } from '../../support/cluster.ts';
import { scratchDatabases, tablesOf } from '../../support/databasePicture.ts';
import { gatedDatabase, shutGate } from '../../support/gate.ts';
import { descendantsOf } from '../../support/processes.ts';
import { backUpTwice, expectNothingLeft, lastRestore, restoreInto, test as base } from '../../support/restoredShop.ts';
import type { BackedUpShop } from '../../support/restoredShop.ts';
import { mountScratchDisk, type ScratchDisk } from '../../support/scratchDisk.ts';
import { refused, start, succeed, type CliRun, type RunningCli } from '../../support/strongroom.ts';

interface Mortal {
  server: Cluster;
  shop: BackedUpShop;
}

interface SmallServer extends Mortal {
  disk: ScratchDisk;
  /** Leaves so many bytes free; returns what empties it again. */
  fill(leaving: number): () => void;
}

/** A server that may die: of this file alone, with a backed-up database whose restore can be held still. */
async function makeMortal(folder: string, dir?: string): Promise<Mortal> {
  const server = await startCluster({ dir, settings: { max_wal_size: '32MB', min_wal_size: '32MB' } });
  await server.createDatabase('live');
  await server.psql('live', gatedDatabase);
  return { server, shop: await backUpTwice(folder, server, 'live') };
}

const test = base.extend<{ small: SmallServer }, { mortal: Mortal }>({
  mortal: [
    async ({}, use) => {
      const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'mortal-'));
      const mortal = await makeMortal(folder);
      await use(mortal);
      await mortal.server.remove();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  small: async ({ folder }, use, testInfo) => {
    const path = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'small-'));
    const { disk, ...no } = await mountScratchDisk(path, 220);
    if (!disk) return testInfo.skip(true, 'reason' in no ? no.reason : '');
    const mortal = await makeMortal(folder, join(path, 'cluster'));
    const ballast = join(path, 'ballast');
    const fill = (leaving: number) => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaving)));
      return () => rmSync(ballast);
    };
    await use({ ...mortal, disk, fill });
    await mortal.server.remove();
    await disk.unplug();
  },
});

const failureOf = ({ json }: CliRun) => (json as { error?: { code: string } }).error?.code;

async function expectCancelled(run: RunningCli, shop: BackedUpShop, server: Cluster): Promise<void> {
  const ended = await run.ended;
  expect({ status: ended.status, code: failureOf(ended) }).toEqual({ status: 130, code: 'CANCELLED' });
  await expectNothingLeft(shop, server, 'copy');
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'CANCELLED' } });
}

for (const stage of ['loading rows', 'building indexes'] as const)
  test(`Ctrl-C while it is ${stage} ends with 130 and drops what was half-made`, async ({
    mortal: { server, shop },
  }) => {
    const gate = await shutGate(server, stage);
    const run = start(shop.cli, ...restoreInto(shop, 'copy'));
    await gate.reached();
    run.kill('SIGINT');
    await run.ended;
    gate.open();
    await expectCancelled(run, shop, server);
  });

test('after a kill -9 while it is building indexes, the next start ends them and drops what was half-made', async ({
  mortal: { server, shop },
}) => {
  const gate = await shutGate(server, 'building indexes');
  const run = start(shop.cli, ...restoreInto(shop, 'copy'));
  await gate.reached();
  run.kill('SIGKILL');
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
  // Its pg_restore goes on, until its sessions are ended.
  await succeed(shop.cli, 'replicate');
  gate.open();
  await expectNothingLeft(shop, server, 'copy');
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
});

test('Ctrl-C while the server gathers statistics ends with 130 and drops what was half-made', async ({
  mortal: { server, shop },
}) => {
  const gate = await shutGate(server, 'building indexes');
  const run = start(shop.cli, ...restoreInto(shop, 'copy'));
  await gate.reached();
  const [scratch = ''] = await scratchDatabases(server);
  const locker = new pg.Client({ connectionString: server.url(scratch) });
  locker.on('error', () => undefined); // it is thrown out with the database
  await locker.connect();
  // Granted when the index is there, and before anybody looks for statistics.
  const locked = locker.query('BEGIN; LOCK TABLE gated IN SHARE UPDATE EXCLUSIVE MODE');
  const waiting = (query: string) =>
    `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = '${scratch}' AND wait_event_type = 'Lock' AND query ~ '${query}';`;
  await expect.poll(() => server.psql('postgres', waiting('LOCK TABLE gated'))).toBe('t');
  gate.open();
  await locked;
  await expect.poll(() => server.psql('postgres', waiting('^ANALYZE$')), { timeout: 60_000 }).toBe('t');
  run.kill('SIGINT');
  await run.ended;
  await locker.end().catch(() => undefined); // it was thrown out
  await expectCancelled(run, shop, server);
});

test('a pg_restore that is killed fails the restore, and nothing is left', async ({ mortal: { server, shop } }) => {
  const gate = await shutGate(server, 'building indexes');
  const run = start(shop.cli, ...restoreInto(shop, 'copy'));
  await gate.reached();
  for (const pid of descendantsOf(run.pid))
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('pg_restore')) process.kill(pid, 'SIGKILL');
  const ended = await run.ended;
  gate.open();
  expect({ status: ended.status, code: failureOf(ended) }).toEqual({ status: 1, code: 'TOOL_FAILED' });
  await expectNothingLeft(shop, server, 'copy');
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'TOOL_FAILED' } });
});

for (const stage of ['loading rows', 'building indexes'] as const)
  test(`a server that dies while it is ${stage} fails the restore, and the next start cleans up`, async ({
    mortal: { server, shop },
  }) => {
    const before = await tablesOf(server, 'live');
    const gate = await shutGate(server, stage);
    const run = start(shop.cli, ...restoreInto(shop, 'copy'));
    await gate.reached();
    await server.kill9();
    const ended = await run.ended;
    gate.open();
    expect({ status: ended.status, code: failureOf(ended) }).toEqual({ status: 1, code: 'SOURCE_CONNECTION_LOST' });
    expect(ended.stderr).toContain('will be dropped at the next start');

    await server.start();
    expect(await scratchDatabases(server)).toHaveLength(1);
    await succeed(shop.cli, 'replicate');
    await expectNothingLeft(shop, server, 'copy');
    expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
    expect(await tablesOf(server, 'live')).toEqual(before);
    expect(await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, 'copy'))).toMatchObject({ status: 'COMPLETED' });
    await server.dropDatabase('copy');
  });

test('a disk of the server that is too small is found before anything is made', async ({
  small: { server, shop, fill },
}) => {
  const empty = fill(4_000_000);
  const failure = await refused(shop.cli, ...restoreInto(shop, 'copy'));
  expect(failure).toMatchObject({ code: 'DISK_TOO_SMALL', status: 3 });
  expect(failure.details.neededBytes).toBeGreaterThan(failure.details.freeBytes as number);
  await expectNothingLeft(shop, server, 'copy');
  empty();
  expect(await succeed<RestoreAnswer>(shop.cli, ...restoreInto(shop, 'copy'))).toMatchObject({ status: 'COMPLETED' });
});

test('a disk of the server that fills up while rows are loaded fails the restore, and the live database stays', async ({
  small: { server, shop, fill },
}) => {
  const before = await tablesOf(server, 'live');
  const gate = await shutGate(server, 'loading rows');
  const run = start(shop.cli, ...restoreInto(shop, 'copy'));
  await gate.reached();
  const empty = fill(0);
  gate.open();
  const ended = await run.ended;
  expect({ status: ended.status, code: failureOf(ended) }).toEqual({ status: 3, code: 'DISK_TOO_SMALL' });
  empty();
  expect(await tablesOf(server, 'live')).toEqual(before);
  await succeed(shop.cli, 'replicate');
  await expectNothingLeft(shop, server, 'copy');
  expect(await lastRestore(shop.cli)).toMatchObject({ status: 'FAILED' });
});
