import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import type { ScheduledAsk, ScheduledJobs } from '../../../main/scheduler/scheduledJob.ts';
import type { Rule, ScheduledKind } from '../../../shared/schedule.ts';
import { test as base, type HandClock } from '../../support/openedWorkspace.ts';

export const dayS = 86_400;
export const nightly: Rule = { cron: '30 3 * * *', zone: 'UTC' };

/** A console of one source, whose jobs only note that they ran, and take as long as a test says. */
export class Ran {
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

export const test = base.extend<{ ran: Ran; rule: (rule: Rule) => void; open: (rule?: Rule) => Scheduler }>({
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
  /** Starts the scheduler with the full backup alone, by the rule it has or by another. */
  open: async ({ workspace, clock, ran, rule: replaceRule }, use) => {
    const opened: Scheduler[] = [];
    await use((rule) => {
      if (rule) replaceRule(rule);
      const scheduler = new Scheduler(workspace, { full: ran.jobs.full }, clock);
      opened.push(scheduler);
      return scheduler;
    });
    for (const scheduler of opened) await scheduler.stop();
  },
});
