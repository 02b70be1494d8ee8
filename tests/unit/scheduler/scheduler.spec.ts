import { expect } from '@playwright/test';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import type { ScheduledAsk, ScheduledJobs } from '../../../main/scheduler/scheduledJob.ts';
import { pauseOf, setPause } from '../../../main/scheduler/pause.ts';
import type { Rule, ScheduledKind } from '../../../shared/schedule.ts';
import { test as base, type HandClock } from '../../support/openedWorkspace.ts';

const dayS = 86_400;

/** A console of one source, whose jobs only note that they ran, and take as long as a test says. */
class Ran {
  readonly list: { kind: ScheduledKind; ask: ScheduledAsk; at: string }[] = [];
  hold: Promise<void> = Promise.resolve();
  readonly jobs: ScheduledJobs;

  constructor(clock: HandClock) {
    const note =
      (kind: ScheduledKind, logged: string) =>
      (
        console: Parameters<NonNullable<ScheduledJobs['full']>['run']>[0],
        ask: ScheduledAsk,
        { jobId, signal }: { jobId?: string; signal: AbortSignal },
      ) => {
        this.list.push({ kind, ask, at: new Date(clock.now()).toISOString() });
        return console.run({ id: jobId, kind: logged, subject: ask.source ?? '', signal }, () => this.hold);
      };
    this.jobs = {
      full: { logged: 'backup full', run: note('full', 'backup full') },
      cleanup: { logged: 'cleanup', run: note('cleanup', 'cleanup') },
    };
  }
}

const test = base.extend<{ ran: Ran; rule: (rule: Rule) => void; open: () => Scheduler }>({
  ran: async ({ clock }, use) => use(new Ran(clock)),
  /** Replaces the rule of the full backup; it counts from now. */
  rule: async ({ workspace, clock, ran }, use) => {
    const { console } = workspace;
    console.settings.addSource({
      name: 'shop',
      connection: { host: 'db.example', port: 5432, user: 'u', database: 'shop', sslmode: 'disable' },
      toolsDir: null,
      tenants: null,
    });
    const first = new Scheduler(workspace, { full: ran.jobs.full }, clock);
    await first.stop();
    await use((rule) => {
      const [schedule] = console.schedules.all();
      console.schedules.change({
        id: schedule!.id,
        ...rule,
        enabled: true,
        countsFrom: new Date(clock.now()).toISOString(),
      });
    });
  },
  open: async ({ workspace, clock, ran, rule: _rule }, use) => {
    const opened: Scheduler[] = [];
    await use(() => {
      const scheduler = new Scheduler(workspace, { full: ran.jobs.full }, clock);
      opened.push(scheduler);
      return scheduler;
    });
    for (const scheduler of opened) await scheduler.stop();
  },
});

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

test('what is due starts within a minute, once, and its outcome is known', async ({
  workspace,
  clock,
  ran,
  rule,
  open,
}) => {
  rule({ cron: '30 3 * * *', zone: 'UTC' });
  open();
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

test('what was missed while the machine slept runs once', async ({ workspace, clock, ran, rule, open }) => {
  rule({ cron: '30 3 * * *', zone: 'UTC' });
  open();
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
  rule,
  open,
}) => {
  const { preferences } = workspace.console;
  rule({ cron: '30 3 * * *', zone: 'UTC' });
  open();
  setPause(preferences, { since: '2026-05-04T03:00:00.000Z', by: 'Ada' });
  expect(pauseOf(preferences)).toMatchObject({ by: 'Ada' });
  clock.pass(2 * dayS);
  expect(ran.list).toEqual([]);
  setPause(preferences, null);
  clock.pass(60);
  await workspace.board.settled(false);
  expect(ran.list).toHaveLength(1);
});
