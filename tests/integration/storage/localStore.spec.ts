import { expect } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStore } from '../../../main/storage/localStore.ts';
import { probeStore } from '../../../main/storage/probeStore.ts';
import { test as base } from '../../support/fixtures.ts';
import { mountScratchDisk, type ScratchDisk } from '../../support/scratchDisk.ts';
import { MemoryJournal } from './memoryJournal.ts';
import { mebibyte, sampleFile } from './sampleFiles.ts';

interface Fixtures {
  store: LocalStore;
  /** 4 MiB. */
  disk: ScratchDisk;
}

const test = base.extend<Fixtures>({
  store: async ({ folder }, use) => {
    await mkdir(join(folder, 'store'));
    await use(new LocalStore('my-disk', join(folder, 'store')));
  },
  disk: async ({ folder }, use, testInfo) => {
    const path = join(folder, 'disk');
    await mkdir(path);
    const mounted = await mountScratchDisk(path, 4);
    if (!mounted.disk) return testInfo.skip(true, mounted.reason);
    await use(mounted.disk);
    await mounted.disk.unplug();
  },
});

test.describe('a staged file', () => {
  test('becomes an object without being copied', async ({ store }) => {
    const path = await store.stagingPath('dump.part');
    await writeFile(path, 'the dump');
    await store.adopt('b/one/dump.age', path);
    expect(Buffer.from(await store.get('b/one/dump.age')).toString()).toBe('the dump');
    expect(existsSync(path)).toBe(false);
  });

  test('cannot be adopted twice, nor from another folder', async ({ store, folder }) => {
    const path = await store.stagingPath('dump.part');
    await writeFile(path, 'the dump');
    await store.adopt('b/one', path);
    await expect(store.adopt('b/two', path)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    await expect(store.adopt('b/two', join(folder, 'elsewhere'))).rejects.toThrow('only a file from the spool');
    await expect(store.stagingPath('../dump')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('is swept when it is old enough', async ({ store }) => {
    const [old, fresh] = [await store.stagingPath('old.part'), await store.stagingPath('fresh.part')];
    await writeFile(old, 'old');
    await writeFile(fresh, 'fresh');
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(old, yesterday, yesterday);
    expect(await store.sweepSpool(new Date(Date.now() - 3_600_000))).toBe(1);
    expect(await readdir(join(store.root, 'spool'))).toEqual(['fresh.part']);
    expect(await store.sweepSpool()).toBe(1);
    expect(await store.sweepSpool()).toBe(0);
  });
});

test('a listing passes over what is not an object of ours', async ({ store }) => {
  await store.put('a/one', Buffer.from('1'));
  await store.stagingPath('unfinished');
  await writeFile(join(store.root, 'a name with spaces'), '');
  await mkdir(join(store.root, 'lost+found'));
  await mkdir(join(store.root, 'empty'));
  await symlink(store.root, join(store.root, 'link'));
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  expect(keys).toEqual(['a/one']);
});

test('deleting the last object of a folder removes the folder, and never the root', async ({ store }) => {
  await store.put('b/x/one', Buffer.from('1'));
  await store.put('b/y', Buffer.from('1'));
  await store.delete('b/x/one');
  expect(await readdir(join(store.root, 'b'))).toEqual(['y']);
  await store.delete('b/y');
  expect(existsSync(store.root)).toBe(true);
});

test('writing and deleting in the same folder at once loses nothing', async ({ store }) => {
  for (let round = 0; round < 30; round++) {
    await store.put('b/old', Buffer.from('old'));
    await Promise.all([store.delete('b/old'), store.put('b/new', Buffer.from('new'))]);
    expect(Buffer.from(await store.get('b/new')).toString()).toBe('new');
    await store.delete('b/new');
  }
});

test.describe('an unplugged disk', () => {
  test('is reported by every call, and its folder is not made anew', async ({ store, folder }) => {
    await store.put('a', Buffer.from('a'));
    const sample = await sampleFile(folder, 10);
    await rename(store.root, `${store.root}-unplugged`);
    const calls = [
      () => store.put('a', Buffer.from('a')),
      () => store.upload('a', sample.path, { journal: new MemoryJournal() }),
      () => store.get('a'),
      () => store.read('a'),
      () => store.head('a'),
      () => store.list('')[Symbol.asyncIterator]().next(),
      () => store.delete('a'),
      () => store.capacity(),
      () => store.stagingPath('dump'),
      () => store.adopt('a', join(store.root, 'spool', 'dump')),
      () => store.sweepSpool(),
    ];
    for (const call of calls)
      await expect(call(), String(call)).rejects.toMatchObject({ code: 'STORE_FOLDER_MISSING' });
    expect(await probeStore(store)).toMatchObject({ reachable: false, writable: false });
    expect(existsSync(store.root)).toBe(false);
  });

  test('is reported by a mounted disk that goes away', async ({ disk }) => {
    const root = join(disk.path, 'strongroom');
    await mkdir(root);
    const store = new LocalStore('my-usb', root);
    await store.put('a', Buffer.from('a'));
    await disk.unplug();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_FOLDER_MISSING' });
    await expect(store.put('b', Buffer.from('b'))).rejects.toMatchObject({ code: 'STORE_FOLDER_MISSING' });
  });
});

test('a read-only disk can be read, and says that it is read-only', async ({ disk, folder }) => {
  const store = new LocalStore('my-usb', disk.path);
  await store.put('a', Buffer.from('a'));
  await disk.makeReadOnly();
  const sample = await sampleFile(folder, 10);
  expect(Buffer.from(await store.get('a')).toString()).toBe('a');
  await expect(store.put('b', Buffer.from('b'))).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  await expect(store.delete('a')).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  await expect(store.upload('b', sample.path, { journal: new MemoryJournal() })).rejects.toMatchObject({
    code: 'STORE_READ_ONLY',
  });
  expect(await probeStore(store)).toMatchObject({ reachable: true, writable: false });
});

test('a full disk is reported, keeps what it has, and nothing half-written stays', async ({ disk, folder }) => {
  const store = new LocalStore('my-usb', disk.path);
  await store.put('a', Buffer.from('a'));
  const sample = await sampleFile(folder, 6 * mebibyte);
  await expect(store.upload('b', sample.path, { journal: new MemoryJournal() })).rejects.toMatchObject({
    code: 'STORE_FULL',
  });
  await expect(store.put('c', Buffer.alloc(5 * mebibyte))).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await readdir(join(disk.path, 'spool'))).toEqual([]);
  expect(await store.capacity()).toMatchObject({ usedBytes: 1, capacityBytes: 4 * mebibyte });
  await store.put('c', Buffer.alloc(mebibyte));
});
