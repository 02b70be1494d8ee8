import { expect } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStore } from '../../../main/storage/localStore.ts';
import { joinRepository, prepareRepository } from '../../../main/storage/repository.ts';
import { formatKey, readmeKey, type PublishedKeys } from '../../../shared/repositoryFormat.ts';
import { test as base } from '../../support/scratchFolder.ts';

const keysOf = (machineId: string): PublishedKeys => ({
  machineId,
  machineRecipient: `age1${machineId}`,
  recoveryRecipient: 'age1recovery',
  signingPublicKey: 'PEM',
});

/** Something happens just before an object is written. */
class WatchedStore extends LocalStore {
  beforePut: (key: string) => Promise<void> = async () => undefined;

  override async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.beforePut(key);
    await super.put(key, bytes, signal);
  }
}

const test = base.extend<{ store: WatchedStore; others: LocalStore }>({
  store: async ({ folder }, use) => {
    mkdirSync(join(folder, 'store'));
    await use(new WatchedStore('disk', join(folder, 'store')));
  },
  others: async ({ store }, use) => use(new LocalStore('same-disk', store.root)),
});

const contents = async (store: LocalStore) => (await Array.fromAsync(store.list(''), ({ key }) => key)).toSorted();

test('a store that another repository got first keeps everything of it', async ({ store, others }) => {
  await prepareRepository(others, 'theirs', keysOf('their-machine'));
  const before = await contents(others);
  await expect(joinRepository(store, 'ours', keysOf('our-machine'))).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  expect(await contents(others)).toEqual(before);
});

test('a store that another repository takes in the middle of it keeps what is theirs', async ({ store, others }) => {
  store.beforePut = async (key) => {
    if (key !== readmeKey) return;
    await others.delete(formatKey);
    await prepareRepository(others, 'theirs', keysOf('their-machine'));
    throw new Error('the disk is full');
  };
  await expect(joinRepository(store, 'ours', keysOf('our-machine'))).rejects.toThrow('the disk is full');
  expect(await contents(others)).toEqual([expect.stringContaining('README'), formatKey, 'keys/their-machine.json']);
  expect(Buffer.from(await others.get(formatKey)).toString()).toContain('theirs');
});

test('a store that cannot be written to the end is left empty', async ({ store }) => {
  store.beforePut = async (key) => {
    if (key === readmeKey) throw new Error('the disk is full');
  };
  await expect(joinRepository(store, 'ours', keysOf('our-machine'))).rejects.toThrow('the disk is full');
  expect(await contents(store)).toEqual([]);
});

test('a store that was part of the repository keeps everything, also when it cannot be written', async ({ store }) => {
  await prepareRepository(store, 'ours', keysOf('our-machine'));
  const before = await contents(store);
  store.beforePut = async () => {
    throw new Error('the disk is full');
  };
  await expect(joinRepository(store, 'ours', keysOf('our-machine'))).rejects.toThrow('the disk is full');
  expect(await contents(store)).toEqual(before);
});
