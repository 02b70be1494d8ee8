import { expect } from '@playwright/test';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import { Failure } from '../../../shared/failure.ts';
import { pauseOf, setPause } from '../../../main/state/schedulePause.ts';
import { outboxStatuses, usualRoute, type ChannelSettings } from '../../../shared/channel.ts';
import { dayS, nightly, test } from './ran.ts';

test('a source gets its schedules by itself, the console gets its own, and both go with what they are about', async ({
  workspace,
  clock,
  ran,
  rule: _rule,
}) => {
  const { console } = workspace;
  const scheduler = new Scheduler(workspace, ran.jobs, clock);
  expect(console.schedules.all()).toMatchObject([
    { kind: 'full', source: 'shop', cron: '0 2 * * *', enabled: true },
    { kind: 'cleanup', source: null, cron: '0 5 * * *', enabled: true },
  ]);
  await scheduler.stop();
  console.settings.removeSource('shop');
  await new Scheduler(workspace, ran.jobs, clock).stop();
  expect(console.schedules.all()).toMatchObject([{ kind: 'cleanup' }]);
});

test('what is due starts within a minute, once, and its outcome is known', async ({ workspace, clock, ran, open }) => {
  open(nightly);
  clock.pass(30 * 60 - 1);
  expect(ran.list).toEqual([]);
  clock.pass(60);
  await workspace.board.settled(false);
  clock.pass(3600);
  await workspace.board.settled(false);
  expect(ran.list).toMatchObject([{ kind: 'full', ask: { source: 'shop' } }]);
  const { schedules, audit } = workspace.console;
  const [schedule] = schedules.all();
  expect(schedules.runs(schedule!.id, 10)).toMatchObject([
    { nominal: '2026-05-04T03:30:00.000Z', missed: 0, outcome: 'DONE' },
  ]);
  expect(audit.page(null, 10)).toMatchObject([
    { person: 'the machine', action: 'schedules.due', subject: 'full shop' },
  ]);
});

test('what was missed while the machine slept runs once', async ({ workspace, clock, ran, open }) => {
  open(nightly);
  clock.jump(4 * dayS);
  clock.pass(60);
  await workspace.board.settled(false);
  clock.pass(600);
  await workspace.board.settled(false);
  const [schedule] = workspace.console.schedules.all();
  expect(ran.list).toHaveLength(1);
  expect(workspace.console.schedules.runs(schedule!.id, 10)).toMatchObject([
    { nominal: '2026-05-07T03:30:00.000Z', missed: 3 },
  ]);
});

test('a paused schedule starts nothing, and what was missed runs once when it goes on', async ({
  workspace,
  clock,
  ran,
  open,
}) => {
  const { preferences } = workspace.console;
  open(nightly);
  setPause(preferences, { since: '2026-05-04T03:00:00.000Z', by: 'Ada' });
  expect(pauseOf(preferences)).toMatchObject({ by: 'Ada' });
  clock.pass(2 * dayS);
  expect(ran.list).toEqual([]);
  setPause(preferences, null);
  clock.pass(60);
  await workspace.board.settled(false);
  expect(ran.list).toHaveLength(1);
});

test('a clock that is set back makes nothing run twice', async ({ workspace, clock, ran, open }) => {
  open({ cron: '30 * * * *', zone: 'UTC' });
  const later = async (seconds: number) => {
    clock.pass(seconds);
    await workspace.board.settled(false);
  };
  await later(3600);
  await later(3600);
  expect(ran.list).toHaveLength(2);
  clock.jump(-2 * 3600);
  await later(3600);
  await later(3600);
  expect(ran.list).toHaveLength(2);
  await later(3600);
  expect(ran.list).toHaveLength(3);
});

test('a run that takes longer than the time to the next one is followed by one, not by all', async ({
  workspace,
  clock,
  ran,
  open,
}) => {
  open({ cron: '*/10 * * * *', zone: 'UTC' });
  const held = Promise.withResolvers<void>();
  ran.hold = held.promise;
  clock.pass(3600);
  expect(workspace.board.running()).toHaveLength(1);
  held.resolve();
  await workspace.board.settled(false);
  clock.pass(30);
  await workspace.board.settled(false);
  const [schedule] = workspace.console.schedules.all();
  expect(workspace.console.schedules.runs(schedule!.id, 10).map(({ missed }) => missed)).toEqual([4, 0]);
});

test('what is wanted once is done once, with what was said for it', async ({ workspace, clock, ran, open }) => {
  open({ cron: '0 2 1 1 *', zone: 'UTC' });
  const ask = {
    kind: 'full',
    source: 'shop',
    tenants: null,
    note: 'the sale',
    pinned: true,
    notify: 'always',
  } as const;
  const at = new Date(clock.now() + 60_000).toISOString();
  const { schedules } = workspace.console;
  schedules.addOneOff({ ...ask, id: 'a', at }, at);
  schedules.addOneOff({ ...ask, id: 'b', at }, at);
  expect(schedules.cancelOneOff('b')).toBe(true);
  clock.pass(600);
  await workspace.board.settled(false);
  expect(ran.list).toMatchObject([{ ask: { source: 'shop', note: 'the sale', pinned: true } }]);
  expect(schedules.oneOffs(5)).toMatchObject([{ id: 'a', outcome: 'DONE' }]);
  expect(schedules.cancelOneOff('a')).toBe(false);
});

for (const [how, notify, waiting] of [
  ['is told to channels that wake nobody, where somebody asked for that', 'always', ['mail', 'hook']],
  ['is not told where nobody asked', 'failure', []],
] as const)
  test(`what was wanted once and went well ${how}`, async ({ workspace, clock, rule: _rule, open }) => {
    const { console, board } = workspace;
    const { channels, outbox, schedules } = console;
    const created = { route: usualRoute('webhook'), createdAt: '2026-05-01T00:00:00.000Z' };
    const mail: ChannelSettings = {
      kind: 'email',
      host: 'm',
      port: 25,
      tls: 'none',
      user: null,
      from: 'a@b',
      to: ['c@d'],
    };
    channels.put({ ...created, name: 'mail', settings: mail });
    channels.put({ ...created, name: 'hook', settings: { kind: 'webhook', host: 'h', signed: false } });
    channels.put({ ...created, name: 'duty', settings: { kind: 'pagerduty', url: 'https://pd.example' } });
    channels.put({ ...created, name: 'life', settings: { kind: 'deadman', host: 'h' } });
    const at = new Date(clock.now() + 60_000).toISOString();
    const ask = { kind: 'full', source: 'shop', tenants: null, note: null, pinned: false, notify } as const;
    schedules.addOneOff({ ...ask, id: 'a', at }, at);
    open();
    clock.pass(120);
    await board.settled(false);
    const told = outbox
      .list({ statuses: outboxStatuses, limit: 10 })
      .filter(({ newsId }) => newsId.startsWith('done:'));
    expect(told.map(({ channel }) => channel).toSorted()).toEqual([...waiting].toSorted());
    for (const { tidings } of told)
      expect(tidings).toMatchObject({
        kind: 'done',
        sentence: 'Backup of shop went well.',
        path: '/backups?source=shop',
      });
  });

for (const notify of ['always', 'failure'] as const)
  test(`what was wanted once and lacks a copy is told, also with notify=${notify}: no alert tells it yet`, async ({
    workspace,
    clock,
    ran,
    rule: _rule,
    open,
  }) => {
    const { console, board } = workspace;
    const { channels, outbox, schedules } = console;
    const settings = { kind: 'webhook', host: 'h', signed: false } as const;
    channels.put({ name: 'hook', settings, route: usualRoute('webhook'), createdAt: '2026-05-01T00:00:00.000Z' });
    const at = new Date(clock.now() + 60_000).toISOString();
    const ask = { kind: 'full', source: 'shop', tenants: null, note: null, pinned: false, notify } as const;
    schedules.addOneOff({ ...ask, id: 'a', at }, at);
    ran.hold = Promise.reject(new Failure('COPIES_MISSING', 'it is not in r2', 'Mend the store.'));
    open();
    clock.pass(120);
    await board.settled(false);
    expect(schedules.oneOffs(5)).toMatchObject([{ outcome: 'FAILED' }]);
    expect(outbox.list({ statuses: outboxStatuses, limit: 10 })).toMatchObject([
      { channel: 'hook', tidings: { kind: 'done', sentence: 'Backup of shop: it is not in r2. Mend the store.' } },
    ]);
  });

test('what was wanted once and ended just before a power cut is told by the next process, once', async ({
  workspace,
  clock,
  rule: _rule,
  open,
}) => {
  const { channels, outbox, schedules, jobLog } = workspace.console;
  const settings = { kind: 'webhook', host: 'h', signed: false } as const;
  channels.put({ name: 'hook', settings, route: usualRoute('webhook'), createdAt: '2026-05-01T00:00:00.000Z' });
  const at = new Date(clock.now()).toISOString();
  const ask = { kind: 'full', source: 'shop', tenants: null, note: null, pinned: false, notify: 'always' } as const;
  schedules.addOneOff({ ...ask, id: 'a', at }, at);
  const jobId = '01JD0000000000000000000000';
  schedules.claimOneOff('a', jobId);
  jobLog.started(jobId, 'backup full', 'shop');
  jobLog.ended(jobId, 'DONE', [], null);
  open();
  open();
  expect(outbox.list({ statuses: outboxStatuses, limit: 10 })).toMatchObject([{ newsId: `done:${jobId}` }]);
  expect(schedules.oneOffs(5)).toMatchObject([{ id: 'a', outcome: 'DONE' }]);
});

test('a run that was taken and never begun has failed when the next process opens, and comes no more', async ({
  workspace,
  clock,
  ran,
  rule,
  open,
}) => {
  rule(nightly);
  const { schedules, jobLog } = workspace.console;
  const [schedule] = schedules.all();
  const nominal = '2026-05-04T03:30:00.000Z';
  clock.jump(3600);
  schedules.claim(schedule!.id, { nominal, claimedAt: nominal, jobId: '01JD0000000000000000000000', missed: 0 });
  open();
  clock.pass(60);
  await workspace.board.settled(false);
  expect(ran.list).toEqual([]);
  expect(schedules.runs(schedule!.id, 5)).toMatchObject([{ nominal, outcome: 'INTERRUPTED' }]);
  expect(jobLog.list(5)).toMatchObject([
    { kind: 'backup full', status: 'INTERRUPTED', failure: { code: 'INTERRUPTED' } },
  ]);
});

test('a light job is on no board and in no log, unless it fails', async ({ workspace, clock, rule: _rule }) => {
  let fails = false;
  let ran = 0;
  const run = () => {
    ran++;
    return fails ? Promise.reject(new Error('no answer')) : Promise.resolve();
  };
  const scheduler = new Scheduler(workspace, { health: { logged: 'health', light: true, run } }, clock);
  const { schedules, jobLog, audit } = workspace.console;
  clock.pass(1000);
  await scheduler.stop();
  expect(ran).toBe(1);
  expect(jobLog.list(5)).toEqual([]);
  expect(audit.page(null, 5)).toEqual([]);
  fails = true;
  const again = new Scheduler(workspace, { health: { logged: 'health', light: true, run } }, clock);
  await expect
    .poll(() => jobLog.list(5))
    .toMatchObject([{ kind: 'health', status: 'FAILED', failure: { message: 'no answer' } }]);
  await again.stop();
  const health = schedules.all().find(({ kind }) => kind === 'health');
  expect(schedules.runs(health!.id, 5).map(({ outcome }) => outcome)).toEqual(['FAILED', 'DONE']);
  // That it goes well again is in the log, once, because an alert waits for it.
  fails = false;
  clock.pass(1000);
  const well = new Scheduler(workspace, { health: { logged: 'health', light: true, run } }, clock);
  await expect.poll(() => jobLog.list(5)).toMatchObject([{ kind: 'health', status: 'DONE' }, { status: 'FAILED' }]);
  clock.pass(1000);
  await well.stop();
  expect(jobLog.list(5)).toHaveLength(2);
});

test('during a pause only the light jobs go on', async ({ workspace, clock, ran, rule: _rule }) => {
  let looks = 0;
  const health = { logged: 'health', light: true, run: async () => void looks++ };
  const { console, board } = workspace;
  setPause(console.preferences, { since: new Date(clock.now()).toISOString(), by: 'Anna' });
  const scheduler = new Scheduler(workspace, { ...ran.jobs, health }, clock);
  clock.pass(dayS);
  await board.settled(false);
  await scheduler.stop();
  expect(looks).toBeGreaterThan(0);
  expect(ran.list).toEqual([]);
});

test('a job that has nothing to do lets its moment pass: on no board, in no log, and not as missed', async ({
  workspace,
  clock,
  ran,
  rule: _rule,
}) => {
  const { console, board } = workspace;
  let wanted = false;
  const replicate = { ...ran.jobs.cleanup!, logged: 'cleanup', isWanted: () => wanted };
  const scheduler = new Scheduler(workspace, { replicate }, clock);
  clock.pass(3 * 3600);
  await board.settled(false);
  const schedule = console.schedules.all().find(({ kind }) => kind === 'replicate')!;
  expect(console.schedules.runs(schedule.id, 10).map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE', 'DONE']);
  expect(console.jobLog.list(5)).toEqual([]);
  expect(console.audit.page(null, 5)).toEqual([]);
  wanted = true;
  clock.pass(3600);
  await board.settled(false);
  await scheduler.stop();
  expect(ran.list).toHaveLength(1);
  expect(console.schedules.runs(schedule.id, 1)).toMatchObject([{ missed: 0, outcome: 'DONE' }]);
});
