import { expect } from '@playwright/test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { exportSnapshot } from '../../../main/backup/exportSnapshot.ts';
import type { CrashPoint } from '../../../shared/job.ts';
import type { Backup } from '../../../shared/backup.ts';
import { startFaultyProxy, type FaultyProxy, type SeenRequest } from '../../support/faultyProxy.ts';
import { testS3 } from '../../support/radosgw.ts';
import { addS3Store, halfMade, orphansAmong, test as base, type ShopConsole } from '../../support/shopConsole.ts';
import { start, strongroom, succeed } from '../../support/strongroom.ts';
import { holdDumpBack, keysIn, listed, newBucket, noise, openUploadsIn } from './backups.ts';

interface Fixtures {
  /** A shop with 20 MB that cannot be compressed, so that it is uploaded in two parts. */
  largeShop: void;
  bucket: string;
  /** Stands before the real server; the store `cloud` is reached through it. */
  faulty: FaultyProxy;
}

const test = base.extend<Fixtures>({
  largeShop: async ({ shop }, use) => {
    await shop.psql(noise(20));
    await use();
  },
  bucket: async ({}, use) => use(await newBucket()),
  faulty: async ({ shopConsole, bucket }, use) => {
    const faulty = await startFaultyProxy(testS3().endpoint);
    await addS3Store(shopConsole.cli, 'cloud', { bucket, endpoint: faulty.endpoint });
    await use(faulty);
    await faulty.close();
  },
});

test.describe('a backup that is killed', () => {
  for (const point of ['backup-begun', 'dump-running', 'dump-sealed', 'proof-running', 'data-committed'] as const)
    test(`at ${point} is removed by the next command`, async ({ shopConsole }) => {
      await killedAt(point, shopConsole.cli, 'backup', 'full', 'shop');
      await succeed(shopConsole.cli, 'replicate');
      expect(halfMade(shopConsole)).toEqual([]);
      expect(await listed(shopConsole)).toMatchObject([{ status: 'FAILED', failure: { code: 'INTERRUPTED' } }]);
      const { id } = await succeed<Backup>(shopConsole.cli, 'backup', 'full', 'shop');
      await succeed(shopConsole.cli, 'verify', id);
    });

  test('at manifest-committed is kept by the next command', async ({ shopConsole }) => {
    await killedAt('manifest-committed', shopConsole.cli, 'backup', 'full', 'shop');
    await succeed(shopConsole.cli, 'replicate');
    expect(halfMade(shopConsole)).toEqual([]);
    const kept = await listed(shopConsole);
    expect(kept).toMatchObject([{ status: 'COMPLETED', failure: null, copies: [{ state: 'STORED' }] }]);
    await succeed(shopConsole.cli, 'verify', kept[0]?.id ?? '');
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });

  for (const point of ['upload-begun', 'upload-part-done', 'upload-data-done', 'upload-done'] as const)
    test(`at ${point} is complete, and the next replicate ends the upload`, async ({
      shopConsole,
      largeShop: _large,
      bucket,
      faulty,
    }) => {
      await killedAt(point, shopConsole.cli, 'backup', 'full', 'shop');
      await expectUploadEnds(shopConsole, bucket, faulty);
    });

  test('after the first part of its upload never sends that part again', async ({
    shopConsole,
    largeShop: _large,
    bucket,
    faulty,
  }) => {
    const { signal } = await interruptedAfterFirstPart(shopConsole, faulty, 'SIGKILL');
    expect(signal).toBe('SIGKILL');
    await expectUploadEnds(shopConsole, bucket, faulty);
  });
});

test.describe('a backup that is cancelled with Ctrl-C', () => {
  test('in the middle of the dump leaves only a FAILED row', async ({ shopConsole, cluster, shop }) => {
    const gate = await holdDumpBack(cluster, shop.name);
    const backup = start(shopConsole.cli, 'backup', 'full', 'shop');
    await gate.reached();
    backup.kill('SIGINT');
    const { status, json } = await backup.ended;
    await gate.open();
    expect({ status, json }).toMatchObject({ status: 130, json: { error: { code: 'CANCELLED' } } });
    expect(halfMade(shopConsole)).toEqual([]);
    expect(await listed(shopConsole)).toMatchObject([{ status: 'FAILED', failure: { code: 'CANCELLED' } }]);
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });

  test('while it waits for a table that somebody has locked leaves no session that waits on', async ({
    shopConsole,
    cluster,
    shop,
  }) => {
    const locker = new pg.Client({ connectionString: cluster.url(shop.name) });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE shop.sales IN ACCESS EXCLUSIVE MODE');
    const waiting = `SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'shop.sales'::regclass;`;
    const backup = start(shopConsole.cli, 'backup', 'full', 'shop');
    while ((await shop.psql(waiting)) === '0') await sleep(20);
    backup.kill('SIGINT');
    const { status, json } = await backup.ended;
    expect({ status, json }).toMatchObject({ status: 130, json: { error: { code: 'CANCELLED' } } });
    expect(await shop.psql(waiting)).toBe('0');

    // Also where the table was locked after the backup had begun.
    const { host, port, user, password } = cluster;
    const connection = { host, port, user, database: shop.name, sslmode: 'disable' as const };
    const cancel = new AbortController();
    const snapshot = exportSnapshot({ connection, password, passfile: undefined }, cancel.signal);
    const refused = expect(snapshot).rejects.toThrow('This operation was aborted');
    while ((await shop.psql(waiting)) === '0') await sleep(20);
    cancel.abort();
    await refused;
    expect(await shop.psql(waiting)).toBe('0');
    await locker.end();
    expect(halfMade(shopConsole)).toEqual([]);
    expect(await listed(shopConsole)).toMatchObject([{ status: 'FAILED', failure: { code: 'CANCELLED' } }]);
  });

  test('in the middle of the upload is complete, and the next replicate goes on by part', async ({
    shopConsole,
    largeShop: _large,
    bucket,
    faulty,
  }) => {
    const { status, json } = await interruptedAfterFirstPart(shopConsole, faulty, 'SIGINT');
    expect({ status, json }).toMatchObject({ status: 130, json: { error: { code: 'CANCELLED' } } });
    expect(halfMade(shopConsole)).toEqual([]);
    const copies = [{ state: 'STORED' }, { store: 'cloud', state: 'PENDING', reason: 'the upload was cancelled' }];
    expect(await listed(shopConsole)).toMatchObject([{ status: 'COMPLETED', copies }]);
    await expectUploadEnds(shopConsole, bucket, faulty);
  });
});

async function killedAt(point: CrashPoint, cli: ShopConsole['cli'], ...args: string[]): Promise<void> {
  const { signal, stdout } = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: point } }, ...args);
  expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '' });
}

const isPart = ({ method, query }: SeenRequest) => method === 'PUT' && query.has('partNumber');
/** Parts of which the client knows that the store has them. */
const confirmedParts = ({ seen }: FaultyProxy) =>
  seen
    .filter((request) => isPart(request) && request.status === 200)
    .map(({ path, query }) => `${path} ${query.get('partNumber')}`);

/** Takes a backup, and sends it a signal when the store has confirmed the first part and will never take the next. */
async function interruptedAfterFirstPart({ cli }: ShopConsole, faulty: FaultyProxy, signal: NodeJS.Signals) {
  faulty.faultFor = (request) =>
    isPart(request) && request.query.get('partNumber') !== '1' ? { kind: 'blackhole' } : undefined;
  const backup = start(cli, 'backup', 'full', 'shop');
  while (confirmedParts(faulty).length === 0) await sleep(20);
  backup.kill(signal);
  const ended = await backup.ended;
  faulty.faultFor = () => undefined;
  return ended;
}

/** The next `replicate` brings the copy to its end without sending again what was confirmed, and it is good. */
async function expectUploadEnds({ cli, home, store }: ShopConsole, bucket: string, faulty: FaultyProxy): Promise<void> {
  const { backups } = await succeed<{ backups: Backup[] }>(cli, 'replicate');
  const copies = [
    { store: 'local', state: 'STORED' },
    { store: 'cloud', state: 'STORED', reason: null },
  ];
  for (const backup of backups) expect(backup).toMatchObject({ status: 'COMPLETED', copies });
  const [newest] = await listed({ cli });
  expect(newest).toMatchObject({ status: 'COMPLETED', copies });
  const parts = confirmedParts(faulty);
  expect(parts.length).toBeGreaterThan(1);
  expect(new Set(parts).size).toBe(parts.length);
  expect(await openUploadsIn(bucket)).toEqual([]);
  expect(orphansAmong(await keysIn(bucket))).toEqual([]);
  expect(halfMade({ home, store })).toEqual([]);
  await succeed(cli, 'verify', newest?.id ?? '');
}
