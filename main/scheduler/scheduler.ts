import { ulid } from 'ulid';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { KnownOneOff, RunOutcome, ScheduledKind } from '../../shared/schedule.ts';
import type { Workspace } from '../console/workspace.ts';
import type { Console } from '../console/console.ts';
import { tellDone } from '../console/notices.ts';
import { osUser } from '../console/osUser.ts';
import { systemClock, type Clock } from '../jobs/clock.ts';
import { crashIfAsked } from '../jobs/jobRunner.ts';
import type { KnownSchedule } from '../state/schedules.ts';
import { completeSchedules } from './completeSchedules.ts';
import { dueRun } from './dueRun.ts';
import { nextRun } from './nextRun.ts';
import { pauseOf } from '../state/schedulePause.ts';
import type { ScheduledAsk, ScheduledJob, ScheduledJobs } from './scheduledJob.ts';

/** How often it looks what is due. A machine that wakes, and a clock that is set, are noticed as fast. */
const lookMs = 5_000;
/** A light job that takes longer than this hangs. */
const lightMs = 10 * 60_000;

/** What was taken and shall begin. */
interface Taken {
  jobId: string;
  kind: ScheduledKind;
  job: ScheduledJob;
  ask: ScheduledAsk;
}

/**
 * Starts what is due. What is due follows from the schedules, the runs that were taken and the clock alone, and the tick
 * only says when to look; so a machine that slept, a clock that was set and a process that was killed need nothing of
 * their own: what was missed runs once, at the next look.
 */
export class Scheduler {
  private readonly workspace: Workspace;
  private readonly jobs: ScheduledJobs;
  private readonly clock: Clock;
  private readonly stopTicking: () => void;
  /** Jobs of schedules that wait or run. */
  private readonly underway = new Map<string, string>();
  /** When each schedule has its next run, as long as it stays as it is. */
  private readonly next = new Map<string, { rule: string; at: number | null }>();
  private readonly light = new Map<AbortController, Promise<void>>();
  /** The console whose leftovers were looked after. */
  private begunWith: Console | null = null;
  private warned = '';

  constructor(workspace: Workspace, jobs: ScheduledJobs, clock: Clock = systemClock) {
    this.workspace = workspace;
    this.jobs = jobs;
    this.clock = clock;
    this.stopTicking = clock.every(lookMs, () => this.lookOrWarn());
    this.lookOrWarn();
  }

  /** Starts what is due now; also after the machine woke. */
  look(): void {
    if (!this.workspace.ready) return;
    const { console } = this.workspace;
    if (this.begunWith !== console) this.begin(console);
    const paused = isPaused(console);
    const now = this.clock.now();
    if (!paused) for (const oneOff of console.schedules.oneOffs(20)) this.takeOneOff(console, oneOff, now);
    for (const schedule of console.schedules.all())
      if (!paused || this.jobs[schedule.kind]?.light) this.takeDue(console, schedule, now);
  }

  /** Starts nothing more. What is on the board goes on; light jobs are cancelled. Returns when they have ended. */
  async stop(): Promise<void> {
    this.stopTicking();
    for (const cancel of this.light.keys()) cancel.abort();
    await Promise.all(this.light.values());
  }

  /** A look that fails, such as on a full disk, must not be the last one. */
  private lookOrWarn(): void {
    try {
      this.look();
      this.warned = '';
    } catch (error) {
      const { message } = reportFailure(error);
      if (this.warned !== message) process.emitWarning(`what is due could not be started: ${message}`);
      this.warned = message;
    }
  }

  /** Runs that were taken by a process that was killed before it began them have failed: nobody begins them again. */
  private begin(console: Console): void {
    for (const { jobId, kind, source } of console.schedules.unsettled()) {
      const logged = console.jobLog.get(jobId);
      if (!logged) {
        console.jobLog.started(jobId, this.jobs[kind]?.logged ?? kind, source ?? '');
        console.jobLog.ended(jobId, 'INTERRUPTED', [], reportFailure(neverBegun()));
      }
      this.settle(console, jobId, logged && logged.status !== 'RUNNING' ? logged.status : 'INTERRUPTED');
    }
    console.schedules.forgetOldRuns();
    completeSchedules(console, this.jobs, new Date(this.clock.now()));
    this.begunWith = console;
  }

  private takeDue(console: Console, schedule: KnownSchedule, now: number): void {
    const { id, kind, source } = schedule;
    const job = this.jobs[kind];
    // While its last run goes on the next one stays due, and comes after it.
    if (!job || !schedule.enabled || this.underway.has(id)) return;
    const from = Date.parse(schedule.countsFrom);
    if (now >= from && !this.mayBeDue(schedule, from, now)) return;
    const due = dueRun(schedule, from, now);
    if (due.countsFrom < from) console.schedules.countFrom(id, iso(due.countsFrom));
    if (!due.run) return;
    const jobId = ulid(now);
    const run = { nominal: iso(due.run.nominal), claimedAt: iso(now), jobId, missed: due.run.missed };
    if (!console.schedules.claim(id, run)) return;
    if (job.isWanted?.(console) === false) {
      console.schedules.settle(jobId, 'DONE');
      return;
    }
    const ask = { source, tenants: null, note: null, pinned: false };
    this.underway.set(id, jobId);
    this.begunBy(console, { jobId, kind, job, ask }, () => this.underway.delete(id));
  }

  /** Looks at the next run that was reckoned before, so that a look costs next to nothing. */
  private mayBeDue({ id, cron, zone, countsFrom }: KnownSchedule, from: number, now: number): boolean {
    const rule = `${cron} ${zone} ${countsFrom}`;
    let next = this.next.get(id);
    if (next?.rule !== rule) this.next.set(id, (next = { rule, at: nextRun({ cron, zone }, from) }));
    return next.at !== null && next.at <= now;
  }

  private takeOneOff(console: Console, oneOff: KnownOneOff, now: number): void {
    const { id, kind, source, tenants, note, pinned } = oneOff;
    const job = this.jobs[kind];
    if (oneOff.jobId !== null || !job || Date.parse(oneOff.at) > now) return;
    const jobId = ulid(now);
    if (!console.schedules.claimOneOff(id, jobId)) return;
    this.begunBy(console, { jobId, kind, job, ask: { source, tenants, note, pinned } }, () => undefined);
  }

  /** Starts a run that was taken. It is the machine's doing, and the audit log says so. */
  private begunBy(console: Console, { jobId, kind, job, ask }: Taken, ended: () => void): void {
    crashIfAsked('run-claimed');
    const subject = ask.source ?? '';
    const settle = () => {
      ended();
      const logged = console.jobLog.get(jobId);
      this.settle(console, jobId, logged && logged.status !== 'RUNNING' ? logged.status : 'DONE');
      this.workspace.announcer.tell('changed', { areas: ['schedules'] });
    };
    if (job.light) {
      this.runLight(console, { jobId, kind, job, ask }, settle);
      return;
    }
    console.audit.add({
      at: iso(this.clock.now()),
      osUser: osUser(),
      person: 'the machine',
      action: 'schedules.due',
      subject: `${kind} ${subject}`.trim(),
      outcome: 'done',
    });
    this.workspace.board.start(job.logged, subject, (options) => job.run(console, ask, options), {
      id: jobId,
      waits: true,
      onEnded: settle,
    });
    this.workspace.announcer.tell('changed', { areas: ['schedules'] });
  }

  /** Notes what came of a run, and tells of it in the same breath where somebody asked for that. */
  private settle(console: Console, jobId: string, outcome: RunOutcome): void {
    console.schedules.settle(jobId, outcome, () => {
      const logged = console.jobLog.get(jobId);
      if (logged) tellDone(console, logged, new Date(this.clock.now()));
    });
  }

  private runLight(console: Console, { jobId, job, ask }: Taken, settle: () => void): void {
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, AbortSignal.timeout(lightMs)]);
    const ended = job
      .run(console, ask, { jobId, signal })
      .then(() => this.noteRecovery(console, jobId, job.logged, ask.source ?? ''))
      .catch((error: unknown) => {
        if (console.jobLog.get(jobId)) return;
        console.jobLog.started(jobId, job.logged, ask.source ?? '');
        console.jobLog.ended(jobId, cancel.signal.aborted ? 'CANCELLED' : 'FAILED', [], reportFailure(error));
      })
      .then(() => {
        this.light.delete(cancel);
        settle();
      });
    this.light.set(cancel, ended);
  }

  /** One that failed the last time goes well again: an alert waits for that. */
  private noteRecovery({ jobLog }: Console, jobId: string, kind: string, subject: string): void {
    const before = jobLog.newest(kind, subject);
    if (!before || before.status === 'DONE') return;
    jobLog.started(jobId, kind, subject);
    jobLog.ended(jobId, 'DONE', [], null);
  }
}

/** Whether somebody has paused what runs by itself. */
export function isPaused({ preferences }: Console): boolean {
  return pauseOf(preferences) !== null;
}

function neverBegun(): Failure {
  return new Failure(
    'INTERRUPTED',
    'the process ended before it began',
    'It comes again at its next time; run it now where that is too late.',
  );
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
