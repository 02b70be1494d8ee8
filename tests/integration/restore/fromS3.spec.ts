import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { VerifyAnswer } from '../../../main/requests/verifyAnswer.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { startFaultyProxy, type FaultyProxy } from '../../support/faultyProxy.ts';
import { testS3 } from '../../support/radosgw.ts';
import { expectNothingLeft, lastRestore, restoreInto, test as base } from '../../support/restoredShop.ts';
import { mountScratchDisk } from '../../support/scratchDisk.ts';
import { addS3Store, halfMade } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { noise } from '../backup/backups.ts';

/** The way to the S3 server, on which something can be broken. */
const test = base.extend<{ way: FaultyProxy; inCloud: BackupAnswer }>({
  way: async ({}, use) => {
    const way = await startFaultyProxy(testS3().endpoint);
    await use(way);
    await way.close();
  },
  /** A backup in `local` and in the bucket behind the proxy; then the local folder is lost. */
  inCloud: async ({ way, shopConsole }, use) => {
    const bucket = `restore-${randomBytes(6).toString('hex')}`;
    await testS3().createBucket(bucket);
    await addS3Store(shopConsole.cli, 'cloud', { bucket, endpoint: way.endpoint });
    const backup = await succeed<BackupAnswer>(shopConsole.cli, 'backup', 'full', 'shop');
    rmSync(join(shopConsole.store, 'b'), { recursive: true });
    rmSync(join(shopConsole.store, 'm'), { recursive: true });
    await use(backup);
  },
});

const isData = (path: string) => path.includes('/b/') && path.endsWith('.age');

test('with the local store gone, a shop comes back from S3, through downloads that break off', async ({
  inCloud,
  shopConsole,
  shop,
  way,
  cluster,
  target,
}) => {
  const cut = new Set<string>();
  way.faultFor = ({ method, path }) => {
    if (method !== 'GET' || !isData(path) || cut.has(path)) return undefined;
    cut.add(path);
    return { kind: 'cutDownload', afterBytes: 1000 };
  };
  const answer = await succeed<RestoreAnswer>(shopConsole.cli, ...restoreInto({ backup: inCloud }, target));
  expect(cut.size).toBeGreaterThan(1);
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(answer.notes).toEqual([
    expect.stringContaining('no good copy in local: the manifest of this backup is not in'),
  ]);
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, shop.name));
  expect(halfMade(shopConsole)).toEqual([]);
});

test('a download that ends too early each time is no good copy, and nothing reaches the server', async ({
  inCloud,
  shopConsole,
  way,
  cluster,
  target,
}) => {
  way.faultFor = ({ method, path }) =>
    method === 'GET' && path.endsWith('.data.zst.age') ? { kind: 'shortDownload', afterBytes: 1000 } : undefined;
  const failure = await refused(shopConsole.cli, ...restoreInto({ backup: inCloud }, target, '--store', 'cloud'));
  expect(failure).toMatchObject({ code: 'NO_GOOD_COPY', status: 1 });
  expect(failure.details.reasons).toEqual({ cloud: expect.any(String) });
  await expectNothingLeft(shopConsole, cluster, target);
});

test('after a kill -9 while it fetches from S3, the next start removes what was downloaded', async ({
  inCloud,
  shopConsole,
  cluster,
  target,
}) => {
  const { cli } = shopConsole;
  const crash = { ...cli, env: { STRONGROOM_CRASH_AT: 'restore-fetching' } };
  const run = await strongroom(crash, ...restoreInto({ backup: inCloud }, target));
  expect(run).toMatchObject({ signal: 'SIGKILL', stdout: '' });
  expect(halfMade(shopConsole)).toContainEqual(expect.stringMatching(/^home\/spool\/restore-.*\.cloud$/));
  await succeed(cli, 'source', 'test', 'shop'); // any verb that owns the state folder
  await expectNothingLeft(shopConsole, cluster, target);
  expect(await lastRestore(cli)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
});

test('a disk of this machine that is too small for the download is found before it begins', async ({
  inCloud,
  shopConsole,
  shop,
  cluster,
  target,
}) => {
  const { cli, home, store } = shopConsole;
  expect(inCloud.copies).toHaveLength(2);
  await shop.psql(noise(6));
  const backup = await succeed<BackupAnswer>(cli, 'backup', 'full', 'shop');
  for (const folder of ['b', 'm']) rmSync(join(store, folder), { recursive: true });
  renameSync(home, `${home}-below`);
  mkdirSync(home);
  const { disk, ...no } = await mountScratchDisk(home, 12);
  if (!disk) return test.skip(true, 'reason' in no ? no.reason : '');
  try {
    cpSync(`${home}-below`, home, { recursive: true });
    const { bavail, bsize } = statfsSync(home);
    writeFileSync(join(home, 'ballast'), Buffer.alloc(bavail * bsize - 4_000_000));
    const failure = await refused(cli, ...restoreInto({ backup }, target));
    expect(failure).toMatchObject({ code: 'DISK_TOO_SMALL', status: 3 });
    expect(failure.message).toContain('to download the backup');
    expect(failure.details.neededBytes).toBeGreaterThan(failure.details.freeBytes as number);
    await expectNothingLeft(shopConsole, cluster, target);
  } finally {
    await disk.unplug();
  }
});

test('verify reads the copy in S3 to its end, and a replication brings the lost local one back', async ({
  inCloud,
  shopConsole,
}) => {
  const run = await strongroom(shopConsole.cli, 'verify', inCloud.id);
  expect(run.status).toBe(6);
  expect((run.json as VerifyAnswer).results).toMatchObject([
    { store: 'local', ok: false, code: 'MANIFEST_MISSING' },
    { store: 'cloud', ok: true },
  ]);
  await succeed(shopConsole.cli, 'replicate');
  const again = await succeed<VerifyAnswer>(shopConsole.cli, 'verify', inCloud.id, '--deep');
  expect(again).toMatchObject({ ok: true, restored: { ok: true } });
  expect(halfMade(shopConsole)).toEqual([]);
});
