import { expect } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import type { Store, StoredObject } from '../../../shared/store.ts';
import { probeStore } from '../../../main/storage/probeStore.ts';
import { test } from '../../support/fixtures.ts';
import { MemoryJournal } from './memoryJournal.ts';
import { mebibyte, sampleFile, sha256Of } from './sampleFiles.ts';

/** The suite that every kind of store passes. `open` gives an empty store, `folder` is for what belongs to it. */
export function storeContract(kind: string, open: (folder: string) => Promise<Store>): void {
  test.describe(`a store of kind ${kind}`, () => {
    test('gives back what was put, and the newer bytes after a replacement', async ({ folder }) => {
      const store = await open(folder);
      await store.put('b/one.txt', Buffer.from('first'));
      expect(text(await store.get('b/one.txt'))).toBe('first');
      await store.put('b/one.txt', Buffer.from('second time'));
      expect(text(await store.get('b/one.txt'))).toBe('second time');
      const head = await store.head('b/one.txt');
      expect(head).toMatchObject({ key: 'b/one.txt', sizeBytes: 11 });
      expect(Math.abs(Date.now() - (head?.modifiedAt.getTime() ?? 0))).toBeLessThan(60_000);
    });

    test('keeps an empty object', async ({ folder }) => {
      const store = await open(folder);
      await store.put('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
      expect(await store.head('empty')).toMatchObject({ sizeBytes: 0 });
      expect(await sha256Of(await store.read('empty'))).toBe(await sha256Of(bytesOf()));
    });

    for (const sizeBytes of [0, 1, 16 * mebibyte - 1, 16 * mebibyte, 16 * mebibyte + 1, 40 * mebibyte + 12_345])
      test(`stores a file of ${sizeBytes} bytes, and reads it back the same`, async ({ folder }) => {
        const store = await open(folder);
        const sample = await sampleFile(folder, sizeBytes);
        const journal = new MemoryJournal();
        const progress: number[] = [];
        await store.upload('b/file.age', sample.path, { journal, onProgress: (bytes) => progress.push(bytes) });
        expect(await store.head('b/file.age')).toMatchObject({ sizeBytes });
        expect(await sha256Of(await store.read('b/file.age'))).toBe(sample.sha256);
        expect(journal.entries.size).toBe(0);
        expect(progress).toEqual(progress.toSorted((a, b) => a - b));
        expect(progress.at(-1) ?? 0).toBe(sizeBytes);
      });

    test('reads from an offset to the end, and nothing from the end itself', async ({ folder }) => {
      const store = await open(folder);
      const sample = await sampleFile(folder, 3 * mebibyte);
      await store.upload('big', sample.path, { journal: new MemoryJournal() });
      const bytes = await readFile(sample.path);
      for (const offset of [1, mebibyte, 3 * mebibyte - 1])
        expect(await sha256Of(await store.read('big', offset))).toBe(await sha256Of(bytesOf(bytes.subarray(offset))));
      expect(await sha256Of(await store.read('big', 3 * mebibyte))).toBe(await sha256Of(bytesOf()));
      await expect(store.read('big', 3 * mebibyte + 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    });

    test('stops reading when the reader has enough', async ({ folder }) => {
      const store = await open(folder);
      const sample = await sampleFile(folder, 8 * mebibyte);
      await store.upload('big', sample.path, { journal: new MemoryJournal() });
      for await (const chunk of await store.read('big')) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await store.head('big')).not.toBeNull();
    });

    test('lists more than a thousand objects in the order of their keys', async ({ folder }) => {
      const store = await open(folder);
      const keys = Array.from({ length: 1050 }, (_, n) => `w/${n % 3 === 0 ? 'a' : 'a-b'}/${n}.x`);
      keys.push('w/a.b', 'w/a0', 'w/a/0/deeper', 'x/other');
      const waiting = [...keys];
      const worker = async () => {
        for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await store.put(key, Buffer.from(key));
      };
      await Promise.all(Array.from({ length: 24 }, worker));
      const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1));
      expect(keysOf(await allOf(store.list('')))).toEqual(sorted);
      expect(keysOf(await allOf(store.list('w/a')))).toEqual(sorted.filter((key) => key.startsWith('w/a')));
      expect(keysOf(await allOf(store.list('w/a/')))).toEqual(sorted.filter((key) => key.startsWith('w/a/')));
      expect(await allOf(store.list('nothing/here'))).toEqual([]);
      const { usedBytes } = await store.capacity();
      expect(usedBytes).toBe(keys.reduce((sum, key) => sum + key.length, 0));
    });

    test('says "missing" as the contract wants it', async ({ folder }) => {
      const store = await open(folder);
      expect(await store.head('no/such')).toBeNull();
      await expect(store.get('no/such')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
      await expect(store.read('no/such', 5)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
      await store.delete('no/such');
    });

    test('deletes, also twice, and nothing else', async ({ folder }) => {
      const store = await open(folder);
      await store.put('d/one', Buffer.from('1'));
      await store.put('d/one', Buffer.from('1 again'));
      await store.put('d/one.more', Buffer.from('2'));
      await store.delete('d/one');
      await store.delete('d/one');
      expect(await store.head('d/one')).toBeNull();
      expect(keysOf(await allOf(store.list('')))).toEqual(['d/one.more']);
    });

    test('purges everything below a prefix, also what was replaced, and nothing beside it', async ({ folder }) => {
      const store = await open(folder);
      for (const key of ['b/one/x.data', 'b/one/y.data', 'b/one/deeper/z']) await store.put(key, Buffer.from(key));
      await store.put('b/one/x.data', Buffer.from('replaced'));
      await store.put('b/one.more', Buffer.from('stays'));
      await store.purge('b/one/');
      await store.purge('b/one/');
      expect(keysOf(await allOf(store.list('')))).toEqual(['b/one.more']);
    });

    test('lists uploads that nobody has finished, and gives them up, also twice', async ({ folder }) => {
      const store = await open(folder);
      const sample = await sampleFile(folder, 40 * mebibyte);
      const cancel = new AbortController();
      const cancelled = store.upload('b/one/file.age', sample.path, {
        journal: new MemoryJournal(),
        signal: cancel.signal,
        onProgress: (bytes) => bytes > 0 && cancel.abort(),
      });
      const [ended] = await Promise.allSettled([cancelled]);
      // A folder of this machine may be quicker than the cancel.
      if (store.kind !== 'local')
        expect(ended).toMatchObject({ status: 'rejected', reason: expect.objectContaining({ name: 'AbortError' }) });
      expect(await Array.fromAsync(store.unfinishedUploads('b/two/'))).toEqual([]);
      const left = await Array.fromAsync(store.unfinishedUploads('b/one/'));
      expect(left.map(({ key }) => key)).toEqual(store.kind === 'local' ? [] : ['b/one/file.age']);
      for (const upload of left) {
        expect(Math.abs(Date.now() - upload.begunAt.getTime())).toBeLessThan(3_600_000);
        await store.abortUpload(upload);
        await store.abortUpload(upload);
      }
      expect(await Array.fromAsync(store.unfinishedUploads(''))).toEqual([]);
    });

    test('refuses odd keys', async ({ folder }) => {
      const store = await open(folder);
      const odd = [
        '',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        '../a',
        'a/../b',
        'a b',
        'ä',
        'a\\b',
        'a:b',
        'spool/a',
        'a.',
        'a\0',
      ];
      for (const key of odd) {
        await expect(store.put(key, new Uint8Array()), key).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(store.get(key), key).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(store.delete(key), key).rejects.toMatchObject({ code: 'INTERNAL' });
      }
      await expect(allOf(store.list('../'))).rejects.toMatchObject({ code: 'INTERNAL' });
    });

    test('shows nothing of a cancelled upload, and finishes it at the next call', async ({ folder }) => {
      const store = await open(folder);
      const sample = await sampleFile(folder, 80 * mebibyte);
      const journal = new MemoryJournal();
      const cancel = new AbortController();
      const cancelled = store.upload('b/file.age', sample.path, {
        journal,
        signal: cancel.signal,
        onProgress: (bytes) => bytes > 0 && cancel.abort(),
      });
      await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
      expect(await store.head('b/file.age')).toBeNull();
      expect(await allOf(store.list(''))).toEqual([]);
      await store.upload('b/file.age', sample.path, { journal });
      expect(await sha256Of(await store.read('b/file.age'))).toBe(sample.sha256);
    });

    test('does nothing at all for a signal that is cancelled already', async ({ folder }) => {
      const store = await open(folder);
      const signal = AbortSignal.abort();
      await expect(store.put('a', Buffer.from('a'), signal)).rejects.toMatchObject({ name: 'AbortError' });
      await expect(store.get('a', signal)).rejects.toMatchObject({ name: 'AbortError' });
      await expect(allOf(store.list('', signal))).rejects.toMatchObject({ name: 'AbortError' });
      expect(await allOf(store.list(''))).toEqual([]);
    });

    test('passes the probe, which leaves nothing behind', async ({ folder }) => {
      const store = await open(folder);
      const probe = await probeStore(store);
      expect(probe).toMatchObject({ reachable: true, writable: true, failure: null });
      for (const ms of Object.values(probe.timings)) expect(ms).toBeGreaterThan(0);
      expect(await allOf(store.list(''))).toEqual([]);
    });
  });
}

async function allOf(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const all: StoredObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}

function keysOf(objects: StoredObject[]): string[] {
  return objects.map(({ key }) => key);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

async function* bytesOf(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}
