import { expect, test } from '@playwright/test';
import { b2Region } from '../../../../shared/storeAddress.ts';
import { emptyStoreDraft, freeName, storeFormOf } from '../../../../renderer/forms/storeDraft.ts';
import { storeFormSchema } from '../../../../shared/contract/stores.ts';
import type { StoreKind } from '../../../../shared/store.ts';

function cloud(kind: StoreKind, typed: Partial<ReturnType<typeof emptyStoreDraft>>) {
  const form = storeFormOf({
    ...emptyStoreDraft(kind, []),
    bucket: ' backups ',
    accessKey: 'KEY',
    secret: ' secret ',
    ...typed,
  });
  if (form.kind === 'local') throw new Error('a folder has no endpoint');
  return form;
}

test('the account of R2 becomes its endpoint', () => {
  const form = cloud('r2', { account: ' 0123abcd ' });
  expect(form.endpoint).toBe('https://0123abcd.r2.cloudflarestorage.com');
  expect(form).toMatchObject({ bucket: 'backups', secret: 'secret', region: '' });
  expect(storeFormSchema.safeParse(form).success).toBe(true);
});

test('the whole endpoint of R2 is taken as it is, with its jurisdiction', () => {
  const endpoint = 'https://0123abcd.eu.r2.cloudflarestorage.com';
  expect(cloud('r2', { account: endpoint }).endpoint).toBe(endpoint);
});

test('an R2 store without an account is refused', () => {
  expect(storeFormSchema.safeParse(cloud('r2', {})).error?.issues.map(({ path }) => path)).toEqual([['endpoint']]);
});

test('an endpoint of Backblaze gets its https:// and tells its region', () => {
  expect(cloud('b2', { endpoint: 's3.eu-central-003.backblazeb2.com' }).endpoint).toBe(
    'https://s3.eu-central-003.backblazeb2.com',
  );
  expect(b2Region('s3.eu-central-003.backblazeb2.com')).toBe('eu-central-003');
  expect(b2Region('https://s3.example.com')).toBeNull();
});

test('a plain http address of a server in the house stays one', () => {
  expect(cloud('s3', { endpoint: 'http://127.0.0.1:9000' }).endpoint).toBe('http://127.0.0.1:9000');
});

test('a folder sends nothing of a bucket', () => {
  expect(storeFormOf({ ...emptyStoreDraft('local', []), path: ' /srv/copies ', secret: 'left over' })).toEqual({
    kind: 'local',
    name: 'local',
    path: '/srv/copies',
  });
});

test('a name that is taken is counted on', () => {
  expect(freeName('r2', [])).toBe('r2');
  expect(freeName('r2', ['r2', 'r2-2'])).toBe('r2-3');
});
