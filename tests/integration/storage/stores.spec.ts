import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../main/storage/openStore.ts';
import { test } from '../../support/fixtures.ts';
import { testS3 } from '../../support/radosgw.ts';
import { newPlace, openPlace } from './s3Places.ts';
import { storeContract } from './storeContract.ts';

storeContract('local', async (folder) => {
  const path = join(folder, 'store');
  await mkdir(path);
  return openStore('my-disk', { kind: 'local', path }, null);
});

for (const kind of ['s3', 'r2', 'b2'] as const) storeContract(kind, async () => openPlace(await newPlace(kind)));

test('a delete on B2 leaves no hidden version and no delete marker, only those of other keys', async () => {
  const place = await newPlace('b2');
  const store = await openPlace(place);
  const s3 = testS3();
  const versions = async () => {
    const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket: place.settings.bucket }));
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key);
  };
  await store.put('d/one', Buffer.from('1'));
  await store.put('d/one', Buffer.from('1 again'));
  await store.put('d/one.more', Buffer.from('2'));
  expect(await versions()).toHaveLength(3);
  await store.delete('d/one');
  expect(await versions()).toEqual(['shop/backups/d/one.more']);
});

test('a purge on B2 also takes what is hidden behind a delete marker', async () => {
  const place = await newPlace('b2');
  const store = await openPlace(place);
  const s3 = testS3();
  const { bucket } = place.settings;
  await store.put('b/one/hidden', Buffer.from('1'));
  await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'shop/backups/b/one/hidden' }));
  await store.put('b/one/shown', Buffer.from('1'));
  await store.put('b/one/shown', Buffer.from('2'));
  await store.put('b/one.more', Buffer.from('stays'));
  await store.purge('b/one/');
  const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  const left = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key);
  expect(left).toEqual(['shop/backups/b/one.more']);
});
