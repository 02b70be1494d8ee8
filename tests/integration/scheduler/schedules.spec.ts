import { rmSync } from 'node:fs';
import { expect } from '@playwright/test';
import { startServe } from '../../support/serveHost.ts';
import { changeSchedules, test } from '../../support/shopConsole.ts';
import { refused, start, succeed } from '../../support/strongroom.ts';
import type { Backup } from '../../../shared/backup.ts';
import type { ScheduleList } from '../../../shared/contract/schedules.ts';

const dueSinceYesterday = `UPDATE schedules SET enabled = 1, cron = '0 * * * *',
  counts_from = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day') WHERE kind = 'full'`;

test('the command line changes, pauses and lists the schedule, and runs a job of it', async ({ shopConsole }) => {
  const { cli } = shopConsole;
  const list = () => succeed<ScheduleList>(cli, 'schedule', 'list');
  expect((await list()).schedules).toContainEqual(
    expect.objectContaining({
      kind: 'full',
      source: 'shop',
      words: 'At 02:00, every day',
      enabled: false,
      next: null,
      last: null,
    }),
  );
  await succeed(cli, 'schedule', 'set', 'full', 'shop', '--cron', '30 2 * * *', '--zone', 'Asia/Tokyo', '--on');
  const { next } = await succeed<{ next: { at: string; local: string }[] }>(cli, 'schedule', 'next', 'full');
  expect(next[0]).toMatchObject({ at: expect.stringContaining('T17:30:00'), local: expect.stringContaining('02:30') });
  expect((await refused(cli, 'schedule', 'set', 'full', 'shop', '--cron', '0 0 31 2 *')).code).toBe('SCHEDULE_WRONG');
  expect((await refused(cli, 'schedule', 'set', 'full', 'shop', '--zone', 'Mars')).code).toBe('ZONE_UNKNOWN');
  expect((await refused(cli, 'schedule', 'set', 'full', 'elsewhere')).code).toBe('SCHEDULE_NOT_FOUND');

  await succeed(cli, 'schedule', 'pause');
  expect((await list()).paused).toMatchObject({ by: expect.any(String) });
  await succeed(cli, 'schedule', 'resume');
  expect((await list()).paused).toBeNull();

  expect((await refused(cli, 'schedule', 'at', '2020-01-01T00:00', 'full', 'shop')).code).toBe('MOMENT_PAST');
  const { id } = await succeed<{ id: string }>(cli, 'schedule', 'at', '2099-01-01T00:00Z', 'full', 'shop', '--pin');
  expect((await list()).oneOffs).toMatchObject([{ id, at: '2099-01-01T00:00:00.000Z', pinned: true, jobId: null }]);
  await succeed(cli, 'schedule', 'cancel', id);
  expect((await list()).oneOffs).toEqual([]);

  expect(await succeed(cli, 'run', 'full', 'shop')).toMatchObject({ job: 'full', status: 'DONE' });
  expect((await refused(cli, 'run', 'full')).code).toBe('USAGE');
  expect((await refused(cli, 'run', 'tenants', 'shop')).code).toBe('TENANT_MODEL_MISSING');
});

test('a backup that was missed while nothing ran is made once, and a new state database keeps the schedule', async ({
  shopConsole,
}) => {
  const { cli, home } = shopConsole;
  changeSchedules(home, dueSinceYesterday);
  const serve = await startServe(cli, '--port', '0');
  const full = async () => (await succeed<ScheduleList>(cli, 'schedule')).schedules.find(({ kind }) => kind === 'full');
  await expect.poll(async () => (await full())?.last?.outcome, { timeout: 60_000 }).toBe('DONE');
  expect((await full())?.last?.missed).toBeGreaterThanOrEqual(22);
  expect((await succeed<{ backups: Backup[] }>(cli, 'list')).backups).toHaveLength(1);
  expect((await serve.end('SIGTERM')).status).toBe(0);

  await succeed(cli, 'schedule', 'set', 'full', 'shop', '--cron', '15 4 * * *');
  changeSchedules(home, 'PRAGMA wal_checkpoint(TRUNCATE)');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${home}/strongroom.sqlite${suffix}`, { force: true });
  await succeed(cli, 'schedule', 'pause');
  expect(await full()).toMatchObject({ cron: '15 4 * * *', enabled: true });
});

test('a run that was taken by a process that was killed has failed, and is not made twice', async ({ shopConsole }) => {
  const { cli, home } = shopConsole;
  changeSchedules(home, dueSinceYesterday);
  const killed = await start({ ...cli, env: { STRONGROOM_CRASH_AT: 'run-claimed' } }, 'serve', '--port', '0').ended;
  expect(killed.signal ?? killed.status).toBeTruthy();
  const serve = await startServe(cli, '--port', '0');
  const { schedules } = await succeed<ScheduleList>(cli, 'schedule', 'list');
  expect(schedules.find(({ kind }) => kind === 'full')?.last).toMatchObject({
    outcome: 'INTERRUPTED',
    reason: 'the process ended before it began',
  });
  expect((await succeed<{ backups: Backup[] }>(cli, 'list')).backups).toEqual([]);
  await serve.end('SIGTERM');
});
