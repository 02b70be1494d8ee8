import { expect } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFaultyProxy, type FaultyProxy, type SeenRequest } from '../../support/faultyProxy.ts';
import { testS3 } from '../../support/radosgw.ts';
import { initHome } from '../../support/readyHome.ts';
import { addS3Store, changeSchedules, halfMade, s3StoreArguments, test as base } from '../../support/shopConsole.ts';
import { startSilentServer, type SilentServer } from '../../support/silentServer.ts';
import { refused, start, succeed, type CliOptions, type RunningCli } from '../../support/strongroom.ts';
import { keysIn, newBucket } from '../backup/backups.ts';

interface Fixtures {
  silent: SilentServer;
  bucket: string;
  faulty: FaultyProxy;
}

const test = base.extend<Fixtures>({
  silent: async ({}, use) => {
    const silent = await startSilentServer();
    await use(silent);
    await silent.close();
  },
  bucket: async ({}, use) => use(await newBucket()),
  faulty: async ({}, use) => {
    const faulty = await startFaultyProxy(testS3().endpoint);
    await use(faulty);
    await faulty.close();
  },
});

/** What is asked goes on without an answer, so that only the signal can end it. */
async function expectCancelled(run: RunningCli): Promise<void> {
  run.kill('SIGINT');
  const { status, json } = await run.ended;
  expect({ status, json }).toMatchObject({ status: 130, json: { error: { code: 'CANCELLED' } } });
}

const names = async (cli: CliOptions, kind: 'source' | 'store') => {
  const listed = await succeed<Record<string, { name: string }[]>>(cli, kind, 'list');
  return listed[`${kind}s`]?.map(({ name }) => name);
};

test('Ctrl-C while a source is added whose server never answers adds nothing', async ({ shopConsole, silent }) => {
  const { cli } = shopConsole;
  const url = `postgresql://postgres@127.0.0.1:${silent.port}/shop`;
  const run = start({ ...cli, stdin: 'secret' }, 'source', 'add', 'other', '--url', url, '--password-stdin');
  await silent.asked();
  await expectCancelled(run);
  expect(await names(cli, 'source')).toEqual(['shop']);
  expect(halfMade(shopConsole)).toEqual([]);
});

test('Ctrl-C while a password is awaited on stdin adds nothing', async ({ shopConsole }) => {
  const { cli } = shopConsole;
  const url = 'postgresql://postgres@127.0.0.1:1/shop';
  const run = start({ ...cli, stdin: null }, 'source', 'add', 'other', '--url', url, '--password-stdin');
  // It waits for what comes on the file descriptor 0.
  const waits = () =>
    readdirSync(`/proc/${run.pid}/fdinfo`).some((fd) =>
      /^tfd:\s+0 /m.test(readFileSync(`/proc/${run.pid}/fdinfo/${fd}`, 'utf8')),
    );
  await expect.poll(waits).toBe(true);
  await expectCancelled(run);
  expect(await names(cli, 'source')).toEqual(['shop']);
});

for (const verb of [['source', 'test', 'shop'], ['doctor']])
  test(`Ctrl-C ends \`${verb.join(' ')}\` while the server never answers`, async ({ shopConsole, silent }) => {
    changeSchedules(shopConsole.home, `UPDATE sources SET port = ${silent.port}`);
    const run = start(shopConsole.cli, ...verb);
    await silent.asked();
    await expectCancelled(run);
    expect(halfMade(shopConsole)).toEqual([]);
  });

test('Ctrl-C while a store is added whose endpoint never answers adds nothing', async ({ shopConsole, silent }) => {
  const { cli } = shopConsole;
  const args = s3StoreArguments('cloud', { bucket: 'any', endpoint: `http://127.0.0.1:${silent.port}` });
  const run = start({ ...cli, stdin: testS3().secretKey }, ...args);
  await silent.asked();
  await expectCancelled(run);
  expect(await names(cli, 'store')).toEqual(['local']);
});

/** Never answers these requests; `met` waits until one was asked. */
function holdBack(faulty: FaultyProxy, held: (request: SeenRequest) => boolean): { met(): Promise<void> } {
  faulty.faultFor = (request) => (held(request) ? { kind: 'blackhole' } : undefined);
  return {
    async met() {
      while (!faulty.seen.some(({ fault }) => fault === 'blackhole')) await sleep(20);
    },
  };
}

test('Ctrl-C while a store is made part of the repository leaves it empty, and it can be added again', async ({
  shopConsole,
  bucket,
  faulty,
}) => {
  const { cli } = shopConsole;
  const secret = { ...cli, stdin: testS3().secretKey };
  const add = s3StoreArguments('cloud', { bucket, endpoint: faulty.endpoint });
  const hold = holdBack(faulty, ({ method, path }) => method === 'PUT' && path.endsWith('README.txt'));
  const run = start(secret, ...add);
  await hold.met();
  expect(await keysIn(bucket)).toContain('format.json');
  await expectCancelled(run);
  expect(await keysIn(bucket)).toEqual([]);
  expect(await names(cli, 'store')).toEqual(['local']);
  faulty.faultFor = () => undefined;
  await succeed(secret, ...add);
});

test('a store that another machine adds to its repository meanwhile is refused and keeps what is theirs', async ({
  shopConsole,
  folder,
  bucket,
  faulty,
}) => {
  const theirs = join(folder, 'their-home');
  await initHome(theirs, join(folder, 'their-kit.txt'));
  let added: Promise<void> | undefined;
  faulty.faultFor = ({ method, query }) => {
    if (added || method !== 'GET' || !query.has('list-type') || query.get('prefix')?.startsWith('probe/')) return;
    added = addS3Store({ home: theirs }, 'cloud', { bucket });
    return { kind: 'wait', until: added };
  };
  const secret = { ...shopConsole.cli, stdin: testS3().secretKey };
  const failure = await refused(secret, ...s3StoreArguments('cloud', { bucket, endpoint: faulty.endpoint }));
  expect(failure).toMatchObject({ code: 'STORE_FOREIGN' });
  expect(await keysIn(bucket)).toEqual(expect.arrayContaining(['README.txt', 'format.json']));
  expect(await keysIn(bucket)).toHaveLength(3);
  await succeed({ home: theirs }, 'store', 'test', 'cloud');
});

for (const verb of [['store', 'test', 'cloud'], ['doctor']])
  test(`Ctrl-C in the middle of \`${verb.join(' ')}\` leaves no probe in the store`, async ({
    shopConsole,
    bucket,
    faulty,
  }) => {
    await addS3Store(shopConsole.cli, 'cloud', { bucket, endpoint: faulty.endpoint });
    const before = await keysIn(bucket);
    const hold = holdBack(faulty, ({ method, path }) => method === 'GET' && path.includes('/probe/'));
    const run = start(shopConsole.cli, ...verb);
    await hold.met();
    expect((await keysIn(bucket)).filter((key) => key.startsWith('probe/'))).toHaveLength(1);
    await expectCancelled(run);
    expect(await keysIn(bucket)).toEqual(before);
  });
