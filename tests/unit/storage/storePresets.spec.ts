import { expect, test } from '@playwright/test';
import { openStore } from '../../../main/storage/openStore.ts';
import { signingRegion, usesPathStyle } from '../../../main/storage/storePresets.ts';
import { b2Region, r2Endpoint } from '../../../shared/storeAddress.ts';

const rest = { bucket: 'b', prefix: '', accessKeyId: 'k' };

test('the region follows from the kind and the endpoint unless it is given', () => {
  expect(signingRegion({ kind: 'r2', endpoint: r2Endpoint('abc'), region: '', ...rest })).toBe('auto');
  const b2 = 'https://s3.eu-central-003.backblazeb2.com';
  expect(signingRegion({ kind: 'b2', endpoint: b2, region: '', ...rest })).toBe('eu-central-003');
  expect(signingRegion({ kind: 's3', endpoint: 'http://nas:9000', region: '', ...rest })).toBe('us-east-1');
  expect(signingRegion({ kind: 's3', endpoint: 'http://nas:9000', region: 'home', ...rest })).toBe('home');
});

test('the endpoints are those of the providers', () => {
  expect(r2Endpoint('abc')).toBe('https://abc.r2.cloudflarestorage.com');
  expect(b2Region('s3.us-west-004.backblazeb2.com')).toBe('us-west-004');
  expect(b2Region('https://example.org')).toBeNull();
});

test('the bucket is in the path everywhere but at AWS', () => {
  for (const endpoint of [
    'http://127.0.0.1:9000',
    'http://localhost',
    r2Endpoint('abc'),
    'https://s3.eu-central-003.backblazeb2.com',
  ])
    expect(usesPathStyle(endpoint)).toBe(true);
  expect(usesPathStyle('https://s3.eu-central-1.amazonaws.com')).toBe(false);
});

test('a store without a secret or with a broken endpoint is refused before anything is sent', async () => {
  const settings = { kind: 's3', endpoint: 'nas:9000', region: '', ...rest } as const;
  await expect(openStore('nas', settings, null)).rejects.toMatchObject({ code: 'STORE_ACCESS_DENIED' });
  await expect(openStore('nas', settings, 'secret')).rejects.toMatchObject({ code: 'USAGE' });
});
