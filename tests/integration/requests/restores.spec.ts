import { expect } from '@playwright/test';
import { homeAt } from '../../../main/console/home.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { systemClock } from '../../../main/jobs/clock.ts';
import { AskingWindow } from '../../support/asking.ts';
import { flipBit, test as base, whileDamaged } from '../../support/restoredShop.ts';
import { join } from 'node:path';

const test = base.extend<{ window: AskingWindow; workspace: Workspace }>({
  workspace: async ({ backedUp }, use) => {
    const workspace = await Workspace.open(homeAt(backedUp.home));
    await use(workspace);
    await workspace.close();
  },
  window: async ({ workspace }, use) => use(new AskingWindow(workspace, systemClock)),
});

const target = { on: null, password: null, store: null };

test('a preview tells what a restore would do, and changes nothing', async ({ backedUp, cluster, window }) => {
  const names = () => cluster.psql('postgres', 'SELECT string_agg(datname, $$ $$ ORDER BY 1) FROM pg_database;');
  const before = await names();
  const { id } = backedUp.backup;
  const preview = await window.ask('restores.preview', { ...target, backupId: id, into: 'anew', swap: false });
  expect(preview).toMatchObject({
    targetExists: false,
    stores: [
      { name: 'local', ok: true, reason: null },
      { name: 'nas', ok: true, reason: null },
    ],
  });
  expect(preview.consequences.join(' ')).toContain('A new database anew is made');
  expect(await names()).toBe(before);
});

test('a preview refuses what the restore would refuse', async ({ backedUp, shop, window }) => {
  const ask = { ...target, backupId: backedUp.backup.id, swap: false };
  expect(await window.outcome('restores.preview', { ...ask, into: shop.name })).toBe('TARGET_EXISTS');
  expect(await window.outcome('restores.preview', { ...ask, into: 'nobody', swap: true })).toBe('SWAP_IMPOSSIBLE');
  expect(await window.outcome('restores.preview', { ...ask, into: 'x', store: 'usb' })).toBe('NO_GOOD_COPY');
  const unknown = '01K0000000000000000000000A';
  expect(await window.outcome('restores.preview', { ...ask, into: 'x', backupId: unknown })).toBe('BACKUP_NOT_FOUND');
});

test('a preview names the store whose copy is not good, with the reason', async ({ backedUp, window }) => {
  const { id } = backedUp.backup;
  await whileDamaged([join(backedUp.store, `m/${id}.json.age`)], flipBit, async () => {
    const { stores } = await window.ask('restores.preview', { ...target, backupId: id, into: 'anew', swap: false });
    expect(stores).toMatchObject([
      { name: 'local', ok: false, reason: expect.stringMatching(/signature/) },
      { name: 'nas', ok: true },
    ]);
  });
});

test('nothing live is replaced unless its name was typed exactly', async ({ backedUp, shop, window }) => {
  const ask = { ...target, backupId: backedUp.backup.id, into: shop.name };
  expect(await window.outcome('restores.startSwap', { ...ask, typedName: shop.name.toUpperCase() })).toBe(
    'REQUEST_REFUSED',
  );
  expect(await window.outcome('restores.startSwap', { ...ask, typedName: '' })).toBe('REQUEST_REFUSED');
  expect((await window.ask('jobs.running', {})).jobs).toEqual([]);
});

test('a restore that was cancelled leaves no database, and its log says so', async ({
  backedUp,
  cluster,
  target: into,
  window,
  workspace,
}) => {
  const cancelled = new Promise<void>((resolve) => {
    const stop = workspace.announcer.listen((name, value) => {
      if (name !== 'progress' || !('stage' in value) || value.stage !== 'loading rows') return;
      stop();
      workspace.board.cancel(value.id);
      resolve();
    });
  });
  const { restoreId } = await window.ask('restores.start', { ...target, backupId: backedUp.backup.id, into });
  await cancelled;
  await workspace.board.settled(false);
  expect((await window.ask('jobs.recent', { limit: 1 })).jobs[0]).toMatchObject({ status: 'CANCELLED' });
  expect(await window.ask('restores.show', { id: restoreId })).toMatchObject({ status: 'FAILED' });
  expect(
    await cluster.psql('postgres', `SELECT count(*) FROM pg_database WHERE datname ~ '^(strongroom_|${into})';`),
  ).toBe('0');
});
