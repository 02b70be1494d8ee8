import { expect } from '@playwright/test';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Backup } from '../../../shared/backup.ts';
import type { ListedAlerts } from '../../../shared/contract/alerts.ts';
import type { ScheduleList } from '../../../shared/contract/schedules.ts';
import { startServe } from '../../support/serveHost.ts';
import { changeSchedules, halfMade, test, type ShopConsole } from '../../support/shopConsole.ts';
import { start, strongroom, succeed } from '../../support/strongroom.ts';

function jobsOf(home: string): string[] {
  const state = new Database(join(home, 'strongroom.sqlite'), { readonly: true });
  const jobs = state.prepare(`SELECT kind || ' ' || status FROM jobs ORDER BY id`).pluck().all() as string[];
  state.close();
  return jobs;
}

async function backUp({ cli }: ShopConsole): Promise<Backup> {
  return succeed<Backup>(cli, 'backup', 'full', 'shop');
}

test('a backup that was planned once and is killed is told as cut off, and not made again', async ({ shopConsole }) => {
  const { cli, home } = shopConsole;
  changeSchedules(home, 'UPDATE schedules SET enabled = 0');
  const { id } = await succeed<{ id: string }>(cli, 'schedule', 'at', '2999-01-01T00:00', 'full', 'shop', '--pin');
  changeSchedules(home, `UPDATE one_offs SET at = '2020-01-01T00:00:00.000Z'`);
  const env = { STRONGROOM_CRASH_AT: 'data-committed' };
  expect((await start({ ...cli, env }, 'serve', '--port', '0').ended).signal).toBe('SIGKILL');
  const serve = await startServe(cli, '--port', '0');
  const open = async () => (await succeed<ListedAlerts>(cli, 'alerts', 'list')).alerts.map(({ type }) => type);
  await expect.poll(open).toContain('BACKUP_FAILURE');
  const { oneOffs } = await succeed<ScheduleList>(cli, 'schedule', 'list');
  expect(oneOffs).toMatchObject([{ id, outcome: 'INTERRUPTED' }]);
  expect((await serve.end('SIGTERM')).status).toBe(0);
  expect(jobsOf(home)).toEqual(['backup full INTERRUPTED']);
  expect(halfMade(shopConsole)).toEqual([]);
});

for (const point of ['expire-journalled', 'expire-manifest-gone', 'expire-data-gone'] as const)
  test(`a deletion by hand that is killed at ${point} is ended by the next clean-up`, async ({ shopConsole }) => {
    const { cli } = shopConsole;
    const old = await backUp(shopConsole);
    await backUp(shopConsole);
    const killed = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: point } }, 'delete', old.id, '--yes');
    expect(killed.signal).toBe('SIGKILL');
    expect(await succeed(cli, 'run', 'cleanup')).toMatchObject({ status: 'DONE' });
    expect(halfMade(shopConsole)).toEqual([]);
    const { backups } = await succeed<{ backups: Backup[] }>(cli, 'list', '--deleted');
    expect(backups.map(({ id }) => id)).toContain(old.id);
  });
