import { expect } from '@playwright/test';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../../shared/store.ts';
import { probeStore } from '../../../main/storage/probeStore.ts';
import { patientPolicy } from '../../../main/storage/retry.ts';
import { RetryingStore } from '../../../main/storage/retryingStore.ts';
import { patientTimeouts } from '../../../main/storage/s3Bucket.ts';
import { S3Store } from '../../../main/storage/s3Store.ts';
import { startFaultyProxy, type Fault, type FaultyProxy, type SeenRequest } from '../../support/faultyProxy.ts';
import { test as base } from '../../support/fixtures.ts';
import { freePort } from '../../support/freePort.ts';
import { newPlace, openPlace, type S3Place } from './s3Places.ts';
import { MemoryJournal } from './memoryJournal.ts';
import { mebibyte, sampleFile, sha256Of } from './sampleFiles.ts';

interface Fixtures {
  faulty: FaultyProxy;
  place: S3Place;
  /** The store as the product opens it, with short waits between the tries, through a proxy that breaks things. */
  store: Store;
  /** The same, which also waits for an answer only for a moment. */
  hurriedStore: Store;
}

const hurried = { connectMs: 500, idleMs: 1000, answerMs: 1500 };

const test = base.extend<Fixtures>({
  place: async ({}, use) => use(await newPlace('s3')),
  faulty: async ({ place }, use) => {
    const faulty = await startFaultyProxy(place.settings.endpoint);
    await use(faulty);
    await faulty.close();
  },
  store: async ({ place, faulty }, use) => use(storeAt(place, faulty.endpoint)),
  hurriedStore: async ({ place, faulty }, use) => use(storeAt(place, faulty.endpoint, hurried)),
});

function storeAt({ settings, secret }: S3Place, endpoint: string, timeouts = patientTimeouts): Store {
  const store = new S3Store('my-s3', { ...settings, endpoint }, secret, timeouts);
  return new RetryingStore(store, { ...patientPolicy, baseMs: 5, maxMs: 20 });
}

/** The fault for the first `times` requests that match. */
function firstTimes(times: number, fault: Fault, matches: (request: SeenRequest) => boolean = () => true) {
  let left = times;
  return (request: SeenRequest) => (matches(request) && left-- > 0 ? fault : undefined);
}

const isPart = ({ method, query }: SeenRequest) => method === 'PUT' && query.has('partNumber');
const isComplete = ({ method, query }: SeenRequest) => method === 'POST' && query.has('uploadId');
const partsSent = (faulty: FaultyProxy) =>
  faulty.seen
    .filter((request) => isPart(request) && request.status === 200)
    .map(({ query }) => query.get('partNumber'));

test.describe('a store that is set up wrongly says what is wrong', () => {
  test('a wrong secret key', async ({ place }) => {
    const store = await openPlace({ ...place, secret: 'wrong' });
    await expect(store.put('a', Buffer.from('a'))).rejects.toMatchObject({
      code: 'STORE_ACCESS_DENIED',
      message: expect.stringContaining('the secret access key is wrong'),
    });
    // HEAD has no body that could say more.
    await expect(store.head('a')).rejects.toMatchObject({ code: 'STORE_ACCESS_DENIED' });
    expect(await probeStore(store)).toMatchObject({ reachable: true, writable: false });
  });

  test('an unknown access key id', async ({ place }) => {
    const store = await openPlace({ ...place, settings: { ...place.settings, accessKeyId: 'NOBODY' } });
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'STORE_ACCESS_DENIED',
      message: expect.stringContaining('does not know this access key id'),
    });
  });

  test('a missing bucket, which is never taken for a missing object', async ({ place }) => {
    const store = await openPlace({ ...place, settings: { ...place.settings, bucket: 'no-such-bucket' } });
    const calls = [
      () => store.put('a', Buffer.from('a')),
      () => store.get('a'),
      () => store.head('a'),
      () => store.delete('a'),
      () => store.capacity(),
    ];
    for (const call of calls)
      await expect(call(), String(call)).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
    expect(await probeStore(store)).toMatchObject({ reachable: false, writable: false });
  });

  test('a bucket in another region', async ({ faulty, store }) => {
    for (const [status, code] of [
      [301, 'PermanentRedirect'],
      [400, 'AuthorizationHeaderMalformed'],
    ] as const) {
      faulty.faultFor = () => ({ kind: 'status', status, code });
      await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_WRONG_REGION' });
    }
  });

  test('a full quota', async ({ faulty, store }) => {
    for (const [status, code] of [
      [507, 'InsufficientStorage'],
      [403, 'QuotaExceeded'],
    ] as const) {
      faulty.faultFor = () => ({ kind: 'status', status, code });
      await expect(store.put('a', Buffer.from('a'))).rejects.toMatchObject({ code: 'STORE_FULL' });
    }
    expect(faulty.seen).toHaveLength(2);
  });

  test('a wrong clock', async ({ faulty, store }) => {
    faulty.faultFor = () => ({ kind: 'status', status: 403, code: 'RequestTimeTooSkewed' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_ACCESS_DENIED', hint: /clock/ });
  });

  test('an endpoint where nobody listens', async ({ place }) => {
    const store = storeAt(place, `http://127.0.0.1:${await freePort()}`);
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringMatching(/ECONNREFUSED.*tried 6 times/),
    });
    expect(await probeStore(store)).toMatchObject({ reachable: false, failure: { code: 'STORE_UNREACHABLE' } });
  });

  test('an endpoint whose name does not exist', async ({ place }) => {
    const store = storeAt(place, 'http://nowhere.invalid');
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });
});

test.describe('a store that is ill', () => {
  test('is survived when a storm of 503 passes', async ({ faulty, store }) => {
    faulty.faultFor = firstTimes(4, { kind: 'status', status: 503, code: 'SlowDown' });
    await store.put('a', Buffer.from('a'));
    expect(faulty.seen.map(({ status }) => status)).toEqual([503, 503, 503, 503, 200]);
  });

  test('is reported when a storm of 503 does not end', async ({ faulty, store }) => {
    faulty.faultFor = () => ({ kind: 'status', status: 503, code: 'SlowDown' });
    await expect(store.put('a', Buffer.from('a'))).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringMatching(/503 SlowDown \(tried 6 times\)/),
      details: { tries: 6, requestId: 'test', transient: false },
    });
    expect(faulty.seen).toHaveLength(6);
  });

  test('is reported when a gateway before it answers with a web page', async ({ faulty, store }) => {
    faulty.faultFor = () => ({ kind: 'status', status: 502, code: '', page: '<html><hr>Bad gateway</html>' });
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      details: { status: 502, tries: 6 },
    });
  });

  test('is reported within its time limits when it never answers', async ({ faulty, hurriedStore: store }) => {
    faulty.faultFor = () => ({ kind: 'blackhole' });
    const start = performance.now();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('does not hold up a cancel', async ({ faulty, store }) => {
    faulty.faultFor = () => ({ kind: 'blackhole' });
    const start = performance.now();
    await expect(store.get('a', AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - start).toBeLessThan(900);
  });

  test('is not asked again when it has refused', async ({ faulty, store }) => {
    faulty.faultFor = () => ({ kind: 'status', status: 403, code: 'AccessDenied' });
    await expect(store.put('a', Buffer.from('a'))).rejects.toMatchObject({ code: 'STORE_ACCESS_DENIED' });
    expect(faulty.seen).toHaveLength(1);
  });

  test('goes on with a listing at the page that failed', async ({ faulty, store, place }) => {
    const direct = await openPlace(place);
    const keys = Array.from({ length: 1010 }, (_, n) => `k/${String(n).padStart(5, '0')}`);
    const waiting = [...keys];
    const worker = async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await direct.put(key, new Uint8Array());
    };
    await Promise.all(Array.from({ length: 24 }, worker));
    const isSecondPage = ({ query }: SeenRequest) => query.has('continuation-token');
    faulty.faultFor = firstTimes(1, { kind: 'cutDownload', afterBytes: 100 }, isSecondPage);
    const listed: string[] = [];
    for await (const { key } of store.list('k/')) listed.push(key);
    expect(listed).toEqual(keys);
    expect(faulty.seen).toHaveLength(3);
  });
});

test.describe('an upload', () => {
  test('that is reset in the middle sends no confirmed part again', async ({ faulty, store, folder }) => {
    const sample = await sampleFile(folder, 100 * mebibyte);
    const isFifth = (request: SeenRequest) => isPart(request) && request.query.get('partNumber') === '5';
    faulty.faultFor = firstTimes(3, { kind: 'resetUpload', afterBytes: mebibyte }, isFifth);
    await store.upload('b/file', sample.path, { journal: new MemoryJournal() });
    expect(partsSent(faulty).toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
  });

  test('goes on after the program has died, with what the store has and not what the journal says', async ({
    faulty,
    store,
    folder,
  }) => {
    const sample = await sampleFile(folder, 80 * mebibyte);
    const journal = new MemoryJournal();
    faulty.faultFor = (request) =>
      isPart(request) && Number(request.query.get('partNumber')) > 3
        ? { kind: 'status', status: 403, code: 'AccessDenied' }
        : undefined;
    await expect(store.upload('b/file', sample.path, { journal })).rejects.toMatchObject({
      code: 'STORE_ACCESS_DENIED',
    });
    const confirmed = partsSent(faulty);
    expect(confirmed.length).toBeGreaterThan(0);
    // It died before the first part was noted, and a part is noted that never came.
    const open = journal.find('b/file');
    open?.parts.splice(0, 1, { number: 5, etag: '"never-came"' });
    faulty.faultFor = () => undefined;
    const progress: number[] = [];
    await store.upload('b/file', sample.path, { journal, onProgress: (bytes) => progress.push(bytes) });
    expect(progress[0]).toBe(confirmed.length * 16 * mebibyte);
    expect(partsSent(faulty).toSorted()).toEqual(['1', '2', '3', '4', '5']);
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
  });

  test('begins anew when the store has forgotten it', async ({ store, folder }) => {
    const sample = await sampleFile(folder, 20 * mebibyte);
    const journal = new MemoryJournal();
    journal.begin('b/file', '2~forgotten', 16 * mebibyte);
    await store.upload('b/file', sample.path, { journal });
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
    expect(journal.entries.size).toBe(0);
  });

  test('begins anew when its parts are not those of this file', async ({ faulty, store, folder }) => {
    const journal = new MemoryJournal();
    const other = await sampleFile(folder, 50 * mebibyte);
    faulty.faultFor = (request) =>
      isComplete(request) ? { kind: 'status', status: 403, code: 'AccessDenied' } : undefined;
    await expect(store.upload('b/file', other.path, { journal })).rejects.toMatchObject({
      code: 'STORE_ACCESS_DENIED',
    });
    faulty.faultFor = () => undefined;
    const sample = await sampleFile(folder, 20 * mebibyte);
    await store.upload('b/file', sample.path, { journal });
    expect(faulty.seen.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
  });

  test('is done when only the answer to its completion was lost', async ({ faulty, store, folder }) => {
    const sample = await sampleFile(folder, 20 * mebibyte);
    const journal = new MemoryJournal();
    faulty.faultFor = firstTimes(1, { kind: 'dropAnswer' }, isComplete);
    await store.upload('b/file', sample.path, { journal });
    expect(partsSent(faulty)).toHaveLength(2);
    expect(journal.entries.size).toBe(0);
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
  });

  test('is not taken for done because an older object of the same size is there', async ({ store, folder }) => {
    const [older, newer] = [await sampleFile(folder, 20 * mebibyte), await sampleFile(folder, 20 * mebibyte)];
    const journal = new MemoryJournal();
    await store.upload('b/file', older.path, { journal });
    journal.begin('b/file', '2~forgotten', 16 * mebibyte);
    await store.upload('b/file', newer.path, { journal });
    expect(await sha256Of(await store.read('b/file'))).toBe(newer.sha256);
  });

  test('survives errors that come before its body has been sent', async ({ faulty, store, folder }) => {
    const sample = await sampleFile(folder, 40 * mebibyte);
    faulty.faultFor = firstTimes(4, { kind: 'status', status: 503, code: 'SlowDown', early: true }, isPart);
    await store.upload('b/file', sample.path, { journal: new MemoryJournal() });
    expect(await sha256Of(await store.read('b/file'))).toBe(sample.sha256);
  });
});

test.describe('a download', () => {
  test('goes on at the byte where its connection was cut', async ({ faulty, store, folder }) => {
    const sample = await sampleFile(folder, 12 * mebibyte);
    await store.upload('b/file', sample.path, { journal: new MemoryJournal() });
    const isGet = ({ method, query }: SeenRequest) => method === 'GET' && query.size === 1;
    faulty.faultFor = firstTimes(8, { kind: 'cutDownload', afterBytes: mebibyte }, isGet);
    expect(await sha256Of(await store.read('b/file', 0))).toBe(sample.sha256);
    expect(faulty.seen.filter(({ fault }) => fault === 'cutDownload')).toHaveLength(8);
  });

  test('waits for a slow reader, even when the store does not', async ({ store, hurriedStore, folder }) => {
    const sample = await sampleFile(folder, 12 * mebibyte);
    await store.upload('b/file', sample.path, { journal: new MemoryJournal() });
    const hash = createHash('sha256');
    let chunks = 0;
    for await (const chunk of await hurriedStore.read('b/file')) {
      hash.update(chunk);
      // Longer than a connection may be idle.
      if (++chunks === 3) await sleep(2 * hurried.idleMs);
    }
    expect(hash.digest('hex')).toBe(sample.sha256);
  });

  test('never passes a cut body as complete', async ({ faulty, store }) => {
    await store.put('a', Buffer.alloc(100_000, 1));
    for (const kind of ['cutDownload', 'shortDownload'] as const) {
      faulty.faultFor = ({ method }) => (method === 'GET' ? { kind, afterBytes: 50_000 } : undefined);
      await expect(store.get('a')).rejects.toMatchObject({ code: /STORE_(FAILED|UNREACHABLE)/ });
    }
  });
});
