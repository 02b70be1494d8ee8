import { expect, test } from '@playwright/test';
import { purgeUntilEmpty } from '../../../main/storage/purge.ts';

test('a purge goes on until a new listing is empty', async () => {
  const listings = [['a', 'b'], ['b'], []];
  const removed: string[] = [];
  await purgeUntilEmpty(
    'disk',
    'b/',
    async () => listings.shift() ?? [],
    async (key) => void removed.push(key),
  );
  expect(removed).toEqual(['a', 'b', 'b']);
  expect(listings).toEqual([]);
});

test('a purge says so when something is still listed in the end', async () => {
  const purge = purgeUntilEmpty(
    'disk',
    'b/',
    async () => ['stuck'],
    async () => undefined,
  );
  await expect(purge).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('still lists 1'),
  });
});
