import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from '@playwright/test';
import { ulid } from 'ulid';
import { openConsole } from '../../../main/console.ts';
import { namedStore } from '../../../main/console/assemble.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { expiryTools } from '../../../main/console/retention.ts';
import { evaluateAfterJob } from '../../../main/console/watch.ts';
import { backupFull, namedBackup, showBackup } from '../../../main/requests/backups.ts';
import { replicateMissing } from '../../../main/requests/replicas.ts';
import { cleanUp, previewExpiry } from '../../../main/requests/retention.ts';
import { verify } from '../../../main/requests/verify.ts';
import { collectOrphans } from '../../../main/retention/collectOrphans.ts';
import { uploadJournal } from '../../../main/state/uploadJournal.ts';
import type { Job } from '../../../shared/job.ts';
import { machineKeyKey, manifestKey } from '../../../shared/repositoryFormat.ts';
import { startFaultyProxy, type FaultyProxy } from '../../support/faultyProxy.ts';
import { testS3 } from '../../support/radosgw.ts';
import { addStoreTo } from '../../support/readyHome.ts';
import { filesBelow, halfMade, test as base } from '../../support/shopConsole.ts';
import { keysIn, openUploadsIn } from '../backup/backups.ts';
import { newPlace } from '../storage/s3Places.ts';

/** A bucket that keeps its versions, as those of B2 do, and one that does not. */
type Buckets = Record<'r2' | 'b2', string>;

const test = base.extend<{ way: FaultyProxy; buckets: Buckets; console: Console }>({
  /** The way to both buckets, on which something can be broken. */
  way: async ({}, use) => {
    const way = await startFaultyProxy(testS3().endpoint);
    await use(way);
    await way.close();
  },
  buckets: async ({ shopConsole, way: { endpoint } }, use) => {
    const { accessKey, secretKey } = testS3();
    const buckets = { r2: '', b2: '' };
    // Added in the other order than that in which they are cleaned up.
    for (const kind of ['b2', 'r2'] as const) {
      const { bucket, region } = (await newPlace(kind)).settings;
      await addStoreTo(shopConsole.home, kind, { kind, endpoint, bucket, region, accessKey }, secretKey);
      buckets[kind] = bucket;
    }
    await use(buckets);
  },
  console: async ({ shopConsole, buckets: _stores }, use) => {
    const console = await openConsole(homeAt(shopConsole.home), { owner: true });
    await use(console);
    console.close();
  },
});

const { signal } = new AbortController();
const dayMs = 86_400_000;

/** Takes backups of the shop that were made so many days ago, oldest first. @returns their ids */
async function backupsOfAge(console: Console, ...ages: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const days of ages) {
    const { id } = await backupFull(console, { source: 'shop', note: null, pinned: false }, { signal });
    madeDaysAgo(console, id, days);
    ids.push(id);
  }
  return ids;
}

function madeDaysAgo({ state }: Console, id: string, days: number): void {
  const at = new Date(Date.now() - days * dayMs).toISOString();
  state.prepare('UPDATE backups SET created_at = ? WHERE id = ?').run(at, id);
}

/** Everything that a bucket still keeps and is paid for: all versions, and the markers that hide them. */
async function keptIn(bucket: string): Promise<{ versions: string[]; markers: string[] }> {
  const { Versions, DeleteMarkers } = await testS3().client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  const keys = (found: { Key?: string }[] | undefined) => (found ?? []).map(({ Key }) => Key ?? '');
  return { versions: keys(Versions), markers: keys(DeleteMarkers) };
}

const ofBackup = (keys: readonly string[], id: string) => keys.filter((key) => key.includes(id));
const copiesOf = (console: Console, id: string) =>
  console.catalogue.find(id)!.copies.map(({ store, state }) => `${store} ${state}`);
const dataKey = (console: Console, id: string) =>
  console.catalogue.manifest(id)!.objects.find(({ role }) => role === 'data')!.key;

test('copies go from the folder after a month and from the clouds after a year, of B2 with every version, but the newest good one never', async ({
  shopConsole,
  console,
  buckets,
}) => {
  const [year, month, today] = (await backupsOfAge(console, 400, 40, 0)) as [string, string, string];
  // One object was made again and an older version of it is hidden; another was deleted by somebody in a plain way.
  const { client } = testS3();
  const hidden = { Bucket: buckets.b2, Key: manifestKey(year) };
  await client.send(new PutObjectCommand({ Bucket: buckets.b2, Key: dataKey(console, year), Body: 'damage' }));
  await client.send(new DeleteObjectCommand(hidden));
  expect(ofBackup((await keptIn(buckets.b2)).markers, year)).toHaveLength(1);

  const going = [
    { id: year, store: 'local', reason: 'older than 30 days' },
    { id: month, store: 'local', reason: 'older than 30 days' },
    { id: year, store: 'r2', reason: 'older than 365 days' },
    { id: year, store: 'b2', reason: 'older than 365 days' },
  ];
  expect(previewExpiry(console, null).delete).toMatchObject(going);
  const stages: string[] = [];
  const onProgress = ({ stage }: { stage: string }) => stages.at(-1) !== stage && stages.push(stage);
  const done = await cleanUp(console, null, { signal, watcher: { onProgress } });
  expect(done.delete).toMatchObject(going);
  expect(done.stores).toMatchObject([
    { store: 'local', deleted: 2, failure: null },
    { store: 'r2', deleted: 1, failure: null },
    { store: 'b2', deleted: 1, failure: null },
  ]);
  expect(stages).toEqual(['planning', 'cleaning up local', 'cleaning up r2', 'cleaning up b2']);

  const inB2 = await keptIn(buckets.b2);
  expect(inB2.markers, 'also not of what was probed there').toEqual([]);
  for (const keys of [filesBelow(shopConsole.store), await keysIn(buckets.r2), inB2.versions]) {
    expect(ofBackup(keys, year)).toEqual([]);
    expect(ofBackup(keys, today)).not.toEqual([]);
  }
  expect(ofBackup(filesBelow(shopConsole.store), month)).toEqual([]);
  expect(halfMade(shopConsole)).toEqual([]);

  // What is known of it stays, and nothing is sent there again.
  expect(console.catalogue.get(year)).toBeNull();
  expect(showBackup(console, year)).toMatchObject({ deletedAt: expect.any(String), tables: expect.any(Array) });
  expect(copiesOf(console, month)).toEqual(['local DELETED', 'b2 STORED', 'r2 STORED']);
  expect(await replicateMissing(console, { signal })).toEqual({ backups: [] });
  expect((await verify(console, { id: month, store: null, deep: false }, { signal })).results).toMatchObject([
    { store: 'r2', ok: true },
    { store: 'b2', ok: true },
  ]);
  expect((await cleanUp(console, null, { signal })).delete).toEqual([]);

  // Both that are left are too old for every store now, and of the newer one R2 has lost a part.
  madeDaysAgo(console, month, 500);
  madeDaysAgo(console, today, 400);
  await client.send(new DeleteObjectCommand({ Bucket: buckets.r2, Key: dataKey(console, today) }));
  await verify(console, { id: today, store: 'r2', deep: false }, { signal });
  const { stores, keep } = await cleanUp(console, null, { signal });
  expect(stores).toMatchObject([{ failure: null }, { failure: null }, { failure: null }]);
  const newestGood = { local: today, r2: month, b2: today };
  expect(Object.fromEntries(keep.map(({ id, store }) => [store, id]))).toEqual(newestGood);
  for (const [store, id] of Object.entries(newestGood))
    expect(await verify(console, { id, store, deep: false }, { signal })).toMatchObject({ ok: true });
});

test('a cloud that is away, or keeps what it was told to delete, is told once and catches up when it is itself again', async ({
  console,
  buckets,
  way,
}) => {
  const [old, today] = (await backupsOfAge(console, 400, 0)) as [string, string];
  const alerts = () => {
    evaluateAfterJob(console);
    return console.alerts.list({}, 100).filter(({ type }) => type === 'CLEANUP_FAILURE');
  };
  const inB2 = ({ path }: { path: string }) => path.startsWith(`/${buckets.b2}`);

  way.faultFor = (request) => (inB2(request) ? { kind: 'status', status: 503, code: 'ServiceUnavailable' } : undefined);
  expect((await cleanUp(console, null, { signal })).stores).toMatchObject([
    { store: 'local', deleted: 1, failure: null },
    { store: 'r2', deleted: 1, failure: null },
    { store: 'b2', deleted: 0, failure: { code: 'STORE_UNREACHABLE' } },
  ]);
  expect(copiesOf(console, old)).toEqual(['local DELETED', 'b2 STORED', 'r2 DELETED']);
  expect(namedBackup(console, old).deletedAt).toBeUndefined();
  expect(alerts()).toMatchObject([{ status: 'ACTIVE' }]);

  // It answers that the data is deleted, and a new listing shows that it is not.
  way.faultFor = (request) =>
    inB2(request) && request.method === 'DELETE' && request.path.includes(`/b/${old}/`)
      ? { kind: 'status', status: 204, code: '' }
      : undefined;
  const { stores } = await cleanUp(console, 'b2', { signal });
  expect(stores).toMatchObject([{ store: 'b2', deleted: 0, freedBytes: 0, failure: { code: 'STORE_FAILED' } }]);
  expect(stores[0]?.failure?.message).toContain(`still lists`);
  expect(copiesOf(console, old)).toEqual(['local DELETED', 'b2 DELETING', 'r2 DELETED']);
  expect(ofBackup((await keptIn(buckets.b2)).versions, old)).not.toEqual([]);

  way.faultFor = () => undefined;
  expect((await cleanUp(console, null, { signal })).stores).toMatchObject([
    { store: 'local', deleted: 0 },
    { store: 'r2', deleted: 0 },
    { store: 'b2', deleted: 1, failure: null },
  ]);
  const { versions, markers } = await keptIn(buckets.b2);
  expect(ofBackup(versions, old)).toEqual([]);
  expect(ofBackup(versions, today)).not.toEqual([]);
  expect(markers).toEqual([]);
  expect(console.catalogue.get(old)).toBeNull();
  for (const { status, returns } of alerts()) expect({ status, returns }).toEqual({ status: 'RESOLVED', returns: 0 });
});

const job: Job = {
  id: 'test',
  signal,
  stage: () => undefined,
  done: () => undefined,
  note: () => undefined,
  reached: () => undefined,
};

test('what unfinished work has left in a cloud is collected after eight days, and nothing of others or of what goes on', async ({
  console,
  buckets,
}) => {
  const { client } = testS3();
  for (const kind of ['r2', 'b2'] as const) {
    const Bucket = buckets[kind];
    const [left, goesOn] = [ulid(), ulid()].map((id) => `b/${id}/aa.data.zst.age`) as [string, string];
    const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
    const begin = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await put(left, 'half');
    await put('probe/of-one-who-was-killed', 'a probe');
    await put(left, 'half, once more');
    await begin(left);
    const { UploadId } = await begin(goesOn);
    uploadJournal(console.state, kind).begin(goesOn, UploadId!, 16 * 1024 ** 2);
    const store = await namedStore(console, kind).open();
    const collect = (days: number) =>
      collectOrphans(store, new Date(Date.now() + days * dayMs), expiryTools(console), job);

    expect(await collect(7), 'too young').toEqual({ orphans: 0, freedBytes: 0 });
    expect((await keptIn(Bucket)).versions).toContain('probe/of-one-who-was-killed');
    const other = machineKeyKey('another');
    await put(other, '{}');
    expect(await collect(9), 'it may be of another machine').toEqual({ orphans: 0, freedBytes: 0 });
    expect((await openUploadsIn(Bucket)).toSorted()).toEqual([left, goesOn].toSorted());

    await store.delete(other);
    expect(await collect(9)).toEqual({ orphans: 1, freedBytes: 'half, once more'.length });
    expect(await openUploadsIn(Bucket)).toEqual([goesOn]);
    const { versions, markers } = await keptIn(Bucket);
    expect(versions.filter((key) => /^(b|probe)\//.test(key))).toEqual([]);
    expect(markers).toEqual([]);
  }
});
