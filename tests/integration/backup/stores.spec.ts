import { expect } from '@playwright/test';
import { DeleteBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Backup } from '../../../shared/backup.ts';
import { startFaultyProxy, type Fault, type FaultyProxy } from '../../support/faultyProxy.ts';
import { freePort } from '../../support/freePort.ts';
import { testS3 } from '../../support/radosgw.ts';
import { mountScratchDisk, type ScratchDisk } from '../../support/scratchDisk.ts';
import { addS3Store, filesBelow, halfMade, s3StoreArguments, test as base } from '../../support/shopConsole.ts';
import { refused, start, strongroom, succeed } from '../../support/strongroom.ts';
import { emptyBucket, expectFailedBackup, holdDumpBack, keysIn, listed, newBucket, noise } from './backups.ts';

interface Fixtures {
  bucket: string;
  /** Stands before the real server; the store `cloud` is reached through it. */
  faulty: FaultyProxy;
  cloud: void;
}

const test = base.extend<Fixtures>({
  bucket: async ({}, use) => use(await newBucket()),
  faulty: async ({}, use) => {
    const faulty = await startFaultyProxy(testS3().endpoint);
    await use(faulty);
    await faulty.close();
  },
  cloud: async ({ shopConsole, bucket, faulty }, use) => {
    await addS3Store(shopConsole.cli, 'cloud', { bucket, endpoint: faulty.endpoint });
    await use();
  },
});

test.describe('a backup into a local store', () => {
  test('is refused where there are only clouds, since it has to begin somewhere', async ({
    shopConsole,
    cloud: _cloud,
  }) => {
    await succeed(shopConsole.cli, 'store', 'remove', 'local');
    const failure = await refused(shopConsole.cli, 'backup', 'full', 'shop');
    expect(failure).toMatchObject({
      code: 'STORE_LOCAL_NEEDED',
      status: 3,
      hint: expect.stringContaining('store add'),
    });
  });

  test('is refused when the folder is missing, which is not made anew', async ({ shopConsole }) => {
    renameSync(shopConsole.store, `${shopConsole.store}-unplugged`);
    await expectFailedBackup(shopConsole, { code: 'STORE_FOLDER_MISSING', status: 1 });
    expect(filesBelow(shopConsole.store)).toEqual([]);
    renameSync(`${shopConsole.store}-unplugged`, shopConsole.store);
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });

  test('leaves nothing half-made when the disk was unplugged during the dump and comes back', async ({
    shopConsole,
    cluster,
    shop,
  }) => {
    const { store, cli } = shopConsole;
    const gate = await holdDumpBack(cluster, shop.name);
    const backup = start(cli, 'backup', 'full', 'shop');
    await gate.reached();
    renameSync(store, `${store}-unplugged`);
    await gate.open();
    const { status, json } = await backup.ended;
    expect({ status, json }).toMatchObject({ status: 1, json: { error: { code: 'STORE_FOLDER_MISSING' } } });
    renameSync(`${store}-unplugged`, store);
    expect(halfMade(shopConsole)).not.toEqual([]);
    await succeed(cli, 'backup', 'full', 'shop');
    expect(halfMade(shopConsole)).toEqual([]);
    const failed = { status: 'FAILED', failure: { code: 'STORE_FOLDER_MISSING' } };
    expect(await listed(shopConsole)).toMatchObject([{ status: 'COMPLETED' }, failed]);
  });

  test('is refused when the disk is read-only', async ({ shopConsole }) => {
    await withDisk(shopConsole.store, 16, async (disk) => {
      await disk.makeReadOnly();
      await expectFailedBackup(shopConsole, { code: 'STORE_READ_ONLY', status: 1 });
    });
  });

  test('is refused before it begins when the disk is too small', async ({ shopConsole, shop }) => {
    await shop.psql(noise(8));
    await withDisk(shopConsole.store, 2, async () => {
      const failure = await expectFailedBackup(shopConsole, { code: 'DISK_TOO_SMALL', status: 3 });
      expect(failure.details.freeBytes).toBeLessThan(Number(failure.details.expectedBytes));
    });
  });

  test('leaves nothing when the disk fills while it dumps', async ({ shopConsole, shop }) => {
    await shop.psql(noise(10));
    await withDisk(shopConsole.store, 8, async () => {
      await expectFailedBackup(shopConsole, { code: 'STORE_FULL', status: 1 });
      await shop.psql('DROP TABLE noise;');
      await succeed(shopConsole.cli, 'backup', 'full', 'shop');
    });
  });
});

test('a copy that cannot fit is not begun, and not tried again every hour', async ({ shopConsole, shop, folder }) => {
  const { cli } = shopConsole;
  const usb = join(folder, 'usb');
  await succeed(cli, 'store', 'add', 'usb', '--kind', 'local', '--path', usb);
  await shop.psql(noise(8));
  await withDisk(usb, 4, async () => {
    const { json } = await strongroom(cli, 'backup', 'full', 'shop');
    const inUsb = (json as Backup).copies.find(({ store }) => store === 'usb');
    expect(inUsb).toMatchObject({ state: 'FAILED' });
    expect(inUsb?.reason).toMatch(/too little room for this copy: \d.* are needed, \d.* are left/);
    expect(
      filesBelow(usb).filter((file) => !/^(README|format|keys)/.test(file)),
      'nothing was begun',
    ).toEqual([]);
    await succeed(cli, 'alerts', 'check');
    expect(await succeed(cli, 'run', 'replicate'), 'nothing to do').toMatchObject({ result: { backups: [] } });
  });
});

test.describe('a store is not added', () => {
  test('when its secret is wrong', async ({ shopConsole, bucket }) => {
    const failure = await refused({ ...shopConsole.cli, stdin: 'wrong' }, ...s3StoreArguments('cloud', { bucket }));
    expect(failure).toMatchObject({ code: 'STORE_ACCESS_DENIED', status: 1 });
    expect(failure.message).toContain('the secret access key is wrong');
    expect(await keysIn(bucket)).toEqual([]);
    expect(await storeNames(shopConsole.cli)).toEqual(['local']);
  });

  test('when its bucket is missing', async ({ shopConsole }) => {
    const args = s3StoreArguments('cloud', { bucket: 'no-such-bucket' });
    const failure = await refused({ ...shopConsole.cli, stdin: testS3().secretKey }, ...args);
    expect(failure).toMatchObject({ code: 'STORE_BUCKET_MISSING', status: 1 });
    expect(await storeNames(shopConsole.cli)).toEqual(['local']);
  });

  test('when nobody listens at its endpoint', async ({ shopConsole }) => {
    const args = s3StoreArguments('cloud', { bucket: 'any', endpoint: `http://127.0.0.1:${await freePort()}` });
    const failure = await refused({ ...shopConsole.cli, stdin: testS3().secretKey }, ...args);
    expect(failure).toMatchObject({ code: 'STORE_UNREACHABLE', status: 1 });
    expect(failure.hint).not.toBe('');
    expect(await storeNames(shopConsole.cli)).toEqual(['local']);
  });

  test('when its bucket is in another region', async ({ shopConsole, bucket, faulty }) => {
    faulty.faultFor = () => ({ kind: 'status', status: 301, code: 'PermanentRedirect' });
    const args = s3StoreArguments('cloud', { bucket, endpoint: faulty.endpoint });
    const failure = await refused({ ...shopConsole.cli, stdin: testS3().secretKey }, ...args);
    expect(failure).toMatchObject({ code: 'STORE_WRONG_REGION', status: 1 });
    expect(await storeNames(shopConsole.cli)).toEqual(['local']);
  });

  test('when it belongs to another repository', async ({ shopConsole, folder, bucket }) => {
    await succeed({ ...shopConsole.cli, stdin: testS3().secretKey }, ...s3StoreArguments('cloud', { bucket }));
    const other = { home: `${folder}/other-home` };
    await succeed(other, 'init', '--recovery-kit', `${folder}/other-kit.txt`);
    const foreign = { code: 'STORE_FOREIGN', status: 3 };
    const here = ['store', 'add', 'local', '--kind', 'local', '--path', shopConsole.store];
    expect(await refused(other, ...here)).toMatchObject(foreign);
    const args = s3StoreArguments('cloud', { bucket });
    expect(await refused({ ...other, stdin: testS3().secretKey }, ...args)).toMatchObject(foreign);
  });
});

test('README.txt, which tells how to restore by hand, lies in an S3 store as in a folder', async ({
  shopConsole,
  bucket,
  cloud: _cloud,
}) => {
  const { Body } = await testS3().client.send(new GetObjectCommand({ Bucket: bucket, Key: 'README.txt' }));
  const text = (await Body?.transformToString()) ?? '';
  expect(text).toBe(readFileSync(`${shopConsole.store}/README.txt`, 'utf8'));
  expect(text).toContain('age -d -i key.txt');
});

test.describe('a backup is complete in the local store, though its copy fails, and is copied later', () => {
  const denied: Fault = { kind: 'status', status: 403, code: 'SignatureDoesNotMatch' };
  const moved: Fault = { kind: 'status', status: 301, code: 'PermanentRedirect' };
  for (const { when, fault, reason } of [
    { when: 'the secret was changed', fault: denied, reason: /the secret access key is wrong/ },
    { when: 'the bucket has moved to another region', fault: moved, reason: /is in another region/ },
  ])
    test(`when ${when}`, async ({ shopConsole, bucket, faulty, cloud: _cloud }) => {
      faulty.faultFor = () => fault;
      await expectLocalOnly(shopConsole.cli, reason);
      faulty.faultFor = () => undefined;
      await expectReplicated(shopConsole.cli, bucket);
    });

  test('when the bucket was deleted', async ({ shopConsole, bucket, cloud: _cloud }) => {
    await emptyBucket(bucket);
    await testS3().client.send(new DeleteBucketCommand({ Bucket: bucket }));
    await expectLocalOnly(shopConsole.cli, /the bucket of the store "cloud" does not exist/);
    await testS3().createBucket(bucket);
    await expectReplicated(shopConsole.cli, bucket);
  });

  test('when the endpoint is dead', async ({ shopConsole, bucket, faulty, cloud: _cloud }) => {
    // It hangs up on everybody, and can come back to life.
    faulty.faultFor = () => ({ kind: 'resetUpload', afterBytes: 0 });
    await expectLocalOnly(shopConsole.cli, /does not answer/);
    faulty.faultFor = () => undefined;
    await expectReplicated(shopConsole.cli, bucket);
  });
});

test.describe('a backup is copied', () => {
  test('through a storm of 503', async ({ shopConsole, bucket, faulty, cloud: _cloud }) => {
    const asked = new Map<string, number>();
    faulty.faultFor = ({ method, path }) => {
      const times = (asked.get(`${method} ${path}`) ?? 0) + 1;
      asked.set(`${method} ${path}`, times);
      return times <= 2 ? { kind: 'status', status: 503, code: 'SlowDown' } : undefined;
    };
    await expectCopied(shopConsole.cli, bucket);
    expect(faulty.seen.filter(({ status }) => status === 503).length).toBeGreaterThan(5);
  });

  test('although its connection is reset in the middle of the upload', async ({
    shopConsole,
    bucket,
    faulty,
    cloud: _cloud,
  }) => {
    let resets = 0;
    faulty.faultFor = ({ method, path }) =>
      method === 'PUT' && path.includes('.data.') && resets++ < 2
        ? { kind: 'resetUpload', afterBytes: 10_000 }
        : undefined;
    await expectCopied(shopConsole.cli, bucket);
    expect(faulty.seen.filter(({ fault }) => fault === 'resetUpload')).toHaveLength(2);
  });
});

/** Puts a small disk in the place of the store's folder, with what lies there, for as long as `work` takes. */
async function withDisk(store: string, mebibytes: number, work: (disk: ScratchDisk) => Promise<void>): Promise<void> {
  const below = `${store}-below`;
  renameSync(store, below);
  mkdirSync(store);
  const mounted = await mountScratchDisk(store, mebibytes);
  test.skip(mounted.disk === null, mounted.disk === null ? mounted.reason : '');
  if (mounted.disk === null) return;
  try {
    await work(mounted.disk);
  } finally {
    await mounted.disk.unplug();
  }
}

type Cli = { home: string };

async function storeNames(cli: Cli): Promise<string[]> {
  const { stores } = await succeed<{ stores: { name: string }[] }>(cli, 'store', 'list');
  return stores.map(({ name }) => name);
}

async function expectLocalOnly(cli: Cli, reason: RegExp): Promise<void> {
  const { status, json } = await strongroom(cli, 'backup', 'full', 'shop');
  const [local, cloud] = [
    { store: 'local', state: 'STORED' },
    { store: 'cloud', state: 'FAILED' },
  ];
  expect({ status, json }).toMatchObject({
    status: 1,
    json: { status: 'COMPLETED', failure: null, copies: [local, cloud] },
  });
  expect((json as Backup).copies[1]?.reason).toMatch(reason);
}

async function expectReplicated(cli: Cli, bucket: string): Promise<void> {
  const { backups } = await succeed<{ backups: Backup[] }>(cli, 'replicate');
  expect(backups).toHaveLength(1);
  await expectGoodCopy(cli, bucket, backups[0]?.id ?? '');
}

async function expectCopied(cli: Cli, bucket: string): Promise<void> {
  const { id, copies } = await succeed<Backup>(cli, 'backup', 'full', 'shop');
  expect(copies).toMatchObject([{ state: 'STORED' }, { store: 'cloud', state: 'STORED', reason: null }]);
  await expectGoodCopy(cli, bucket, id);
}

async function expectGoodCopy(cli: Cli, bucket: string, id: string): Promise<void> {
  expect(await keysIn(bucket)).toContain(`m/${id}.json.age`);
  const { results } = await succeed<{ results: unknown[] }>(cli, 'verify', id, '--store', 'cloud');
  expect(results).toMatchObject([{ store: 'cloud', ok: true, reason: null }]);
}
