import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { lastRestore, restoreInto, test as base } from '../../support/restoredShop.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

/** A live shop that has lost something, and the backup restored beside it, not swapped in yet. */
const test = base.extend<{ beside: { restoreId: string; before: string[] } }>({
  beside: async ({ backedUp, cluster, shop, target }, use) => {
    await shop.psql('DELETE FROM shop.payments;');
    const before = await tablesOf(cluster, shop.name);
    const { restoreId } = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target));
    await use({ restoreId, before });
  },
});

test('a database that was restored beside the live one can take its place later, and be rolled back', async ({
  backedUp,
  beside,
  cluster,
  shop,
  target,
}) => {
  const { cli } = backedUp;
  const { restoreId, before } = beside;
  const whole = await tablesOf(cluster, backedUp.database);

  const swapped = await succeed<RestoreAnswer>(cli, 'swap', restoreId, '--live', shop.name);
  expect(swapped).toMatchObject({ status: 'COMPLETED', swapped: true, target: shop.name });
  expect(await tablesOf(cluster, shop.name)).toEqual(whole);
  await expect(cluster.psql(target, 'SELECT')).rejects.toThrow('does not exist');
  expect(await refused(cli, 'swap', restoreId, '--live', shop.name)).toMatchObject({
    code: 'SWAP_IMPOSSIBLE',
    status: 3,
  });

  await succeed(cli, 'rollback', restoreId);
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  expect(await tablesOf(cluster, target)).toEqual(whole);
});

test('a power cut before the names change leaves the live database as it was, and the swap can be done again', async ({
  backedUp,
  beside,
  cluster,
  shop,
  target,
}) => {
  const { cli } = backedUp;
  const { restoreId, before } = beside;
  const swap = ['swap', restoreId, '--live', shop.name];

  const cut = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: 'swap-blocked' } }, ...swap);
  expect(cut.signal).toBe('SIGKILL');
  await succeed(cli, 'replicate'); // any verb that owns the state folder cleans up first
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  expect(await lastRestore(cli)).toMatchObject({ restoreId, status: 'COMPLETED', swapped: false, target });

  await succeed(cli, ...swap);
  expect(await tablesOf(cluster, shop.name)).toEqual(await tablesOf(cluster, backedUp.database));
  await succeed(cli, 'rollback', restoreId);
});

test('a power cut after the names have changed leaves a swap that is known and can be undone', async ({
  backedUp,
  beside,
  cluster,
  shop,
}) => {
  const { cli } = backedUp;
  const { restoreId, before } = beside;
  const cut = await strongroom(
    { ...cli, env: { STRONGROOM_CRASH_AT: 'swap-done' } },
    'swap',
    restoreId,
    '--live',
    shop.name,
  );
  expect(cut.signal).toBe('SIGKILL');
  expect(await lastRestore(cli)).toMatchObject({ restoreId, swapped: true, target: shop.name });
  await succeed(cli, 'rollback', restoreId);
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
});

test('a swap is refused for a restore that nobody knows, a live database that is not there, and a restored one that is gone', async ({
  backedUp,
  cluster,
  shop,
  target,
}) => {
  const { cli } = backedUp;
  const unknown = await refused(cli, 'swap', '01K0000000000000000000000R', '--live', shop.name);
  expect(unknown).toMatchObject({ code: 'RESTORE_NOT_FOUND', status: 4 });
  const { restoreId } = await succeed<RestoreAnswer>(cli, ...restoreInto(backedUp, target));
  const nowhere = await refused(cli, 'swap', restoreId, '--live', 'no_such_shop');
  expect(nowhere).toMatchObject({ code: 'SWAP_IMPOSSIBLE', status: 3 });
  await cluster.dropDatabase(target);
  const gone = await refused(cli, 'swap', restoreId, '--live', shop.name);
  expect(gone).toMatchObject({ code: 'SWAP_IMPOSSIBLE', message: expect.stringContaining(target) });
  expect(await lastRestore(cli)).toMatchObject({ swapped: false, replaced: null, target });
});
