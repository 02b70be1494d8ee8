import { expect } from '@playwright/test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Backup } from '../../../shared/backup.ts';
import { openState } from '../../../main/state/openState.ts';
import type { ExpiryAnswer } from '../../../main/requests/retention.ts';
import { filesBelow, halfMade, test, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

/** Three backups of the shop in the stores `local` and `usb`, the first two made to be 50 and 40 days old. */
async function threeBackups({ cli, home }: ShopConsole, folder: string): Promise<[Backup, Backup, Backup]> {
  await succeed(cli, 'store', 'add', 'usb', '--kind', 'local', '--path', join(folder, 'usb'));
  const taken: Backup[] = [];
  for (let count = 0; count < 3; count++) taken.push(await succeed<Backup>(cli, 'backup', 'full', 'shop'));
  const state = openState(join(home, 'strongroom.sqlite'), { check: false });
  const age = state.prepare('UPDATE backups SET created_at = ? WHERE id = ?');
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  age.run(daysAgo(50), taken[0]!.id);
  age.run(daysAgo(40), taken[1]!.id);
  state.close();
  await succeed(cli, 'store', 'retention', 'usb', '--days', '365');
  return taken as [Backup, Backup, Backup];
}

const filesOf = (folder: string, { id }: Backup) => filesBelow(folder).filter((file) => file.includes(id));

test('expire tells what would go and why, and with --apply it goes, and is not sent there again', async ({
  shopConsole,
  folder,
}) => {
  const { cli, store } = shopConsole;
  const [first, second, third] = await threeBackups(shopConsole, folder);
  await succeed(cli, 'pin', first.id);
  const preview = await succeed<ExpiryAnswer & { applied: boolean }>(cli, 'expire');
  expect(preview.applied).toBe(false);
  expect(preview.delete).toMatchObject([{ id: second.id, store: 'local', reason: 'older than 30 days' }]);
  expect(preview.keep).toContainEqual(
    expect.objectContaining({ id: first.id, store: 'local', reason: 'it is pinned' }),
  );
  expect(preview.keep.map(({ id }) => id)).toContain(third.id);
  expect(filesOf(store, second)).not.toEqual([]);

  expect(await succeed(cli, 'expire', '--apply')).toMatchObject({
    applied: true,
    stores: [
      { store: 'local', deleted: 1 },
      { store: 'usb', deleted: 0 },
    ],
  });
  expect(filesOf(store, second)).toEqual([]);
  expect(filesOf(join(folder, 'usb'), second)).not.toEqual([]);
  expect(halfMade(shopConsole)).toEqual([]);
  expect(await succeed(cli, 'replicate')).toEqual({ backups: [] });
  expect(filesOf(store, second)).toEqual([]);
  await succeed(cli, 'verify', second.id);
});

test('a process that is killed in the middle of a deletion leaves what the next clean-up goes on with', async ({
  shopConsole,
  folder,
}) => {
  const { cli, store } = shopConsole;
  const [first, second] = await threeBackups(shopConsole, folder);
  for (const [point, left] of [
    ['expire-journalled', true],
    ['expire-manifest-gone', true],
    ['expire-data-gone', false],
    ['expire-noted', false],
  ] as const) {
    const killed = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: point } }, 'expire', '--apply');
    expect(killed.signal).toBe('SIGKILL');
    expect(filesOf(store, first).length > 0, point).toBe(left);
    expect(filesOf(store, second), point).not.toEqual([]);
  }
  await succeed(cli, 'expire', '--apply');
  for (const backup of [first, second]) expect(filesOf(store, backup)).toEqual([]);
  expect(halfMade(shopConsole)).toEqual([]);
  expect(await succeed(cli, 'replicate'), 'sent there again').toEqual({ backups: [] });
  const { backups } = await succeed<{ backups: Backup[] }>(cli, 'list');
  const copies = [
    { store: 'local', state: 'DELETED' },
    { store: 'usb', state: 'STORED' },
  ];
  expect(backups.slice(1)).toMatchObject([
    { id: second.id, copies },
    { id: first.id, copies },
  ]);
});

test('rules and pins outlive the state database, and a rebuilt catalogue misses nothing that had gone', async ({
  shopConsole,
  folder,
}) => {
  const { cli, home } = shopConsole;
  const { id } = await succeed<Backup>(cli, 'backup', 'full', 'shop');
  await succeed(cli, 'pin', id);
  const said = await succeed(
    cli,
    'store',
    'retention',
    'local',
    '--days',
    '12',
    '--keep-monthly',
    '6',
    '--zone',
    'Asia/Tokyo',
  );
  expect(said).toMatchObject({ policy: { days: 12, keepMonthly: 6, verifiedGraceDays: 7, zone: 'Asia/Tokyo' } });
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `strongroom.sqlite${suffix}`), { force: true });
  await succeed(cli, 'store', 'add', 'usb', '--kind', 'local', '--path', join(folder, 'usb'));
  expect(await succeed(cli, 'store', 'retention', 'local')).toEqual(said);
  expect(await succeed(cli, 'show', id)).toMatchObject({ pinned: true });
  expect(await refused(cli, 'store', 'retention', 'local', '--zone', 'Mars/Olympus')).toMatchObject({ code: 'USAGE' });
  expect(await refused(cli, 'store', 'retention', 'local', '--days', '0')).toMatchObject({ code: 'USAGE' });
});

test('delete takes a backup away everywhere, the last one only when told twice, and what is known of it stays', async ({
  shopConsole,
}) => {
  const { cli, store } = shopConsole;
  const { id } = await succeed<Backup>(cli, 'backup', 'full', 'shop');
  expect(await refused(cli, 'delete', id)).toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--yes') });
  expect(await refused(cli, 'delete', id, '--yes')).toMatchObject({ code: 'BACKUP_KEPT', status: 3 });
  expect(await succeed(cli, 'delete', id, '--yes', '--even-if-kept')).toMatchObject({ ids: [id], copies: 1 });
  expect(filesBelow(store).filter((file) => file.includes(id))).toEqual([]);
  expect(await succeed(cli, 'list')).toMatchObject({ backups: [] });
  expect(await succeed(cli, 'list', '--deleted')).toMatchObject({ backups: [{ id, deletedAt: expect.any(String) }] });
  expect(await succeed(cli, 'show', id)).toMatchObject({ id, tables: expect.arrayContaining([expect.anything()]) });
});
