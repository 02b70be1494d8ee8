import { ulid } from 'ulid';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { KnownOneOff, RunOutcome, ScheduledKind } from '../../shared/schedule.ts';
import type { Workspace } from '../console/workspace.ts';
import type { Console } from '../console/console.ts';
import { tellOneOff } from '../console/notices.ts';
import { osUser } from '../console/osUser.ts';
import { systemClock, type Clock } from '../jobs/clock.ts';
import { crashIfAsked } from '../jobs/jobRunner.ts';
import type { KnownSchedule } from '../state/schedules.ts';
import { completeSchedules } from './completeSchedules.ts';
import { dueRun } from './dueRun.ts';
import { nextRun } from './nextRun.ts';
import { pauseOf } from '../state/schedulePause.ts';
import { Retries } from './retries.ts';
import type { ScheduledAsk, ScheduledJob, ScheduledJobs } from './scheduledJob.ts';

/** How often it looks what is due. A machine that wakes, and a clock that is set, are noticed as fast. */
const lookMs = 5_000;
const dayMs = 86_400_000;
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
  private readonly retries = new Retries();
  /** Jobs that have ended, and of which that could not be noted yet. */
  private readonly owed = new Set<string>();
  private readonly light = new Map<AbortController, Promise<void>>();
  /** The console whose leftovers were looked after. */
  private begunWith: Console | null = null;
  /** When old runs were last forgotten. */
  private forgotAt = 0;
  private warned = '';

  constructor(workspace: Workspace, jobs: ScheduledJobs, clock: Clock = systemClock) {
    this.workspace = workspace;
    this.jobs = jobs;
    this.clock = clock;
    this.stopTicking = clock.every(lookMs, () => this.lookOrWarn());
    this.lookOrWarn();
  }

  /**
   * Starts what is due now; also after the machine woke. What keeps one from starting keeps no other.
   * @throws what kept the first of them, once all were looked at: they are tried again at the next look
   */
  look(): void {
    if (!this.workspace.ready) return;
    const { console } = this.workspace;
    if (this.begunWith !== console) this.begin(console);
    const paused = isPaused(console);
    const now = this.clock.now();
    const errors: unknown[] = [];
    const each = <T>(all: Iterable<T>, act: (one: T) => void) => {
      for (const one of all)
        try {
          act(one);
        } catch (error) {
          errors.push(error);
        }
    };
    each([...this.owed], (jobId) => this.settle(console, jobId));
    if (now - this.forgotAt >= dayMs) each([now], () => this.forgetOldRuns(console, now));
    if (!paused) each(console.schedules.oneOffs(20), (oneOff) => this.takeOneOff(console, oneOff, now));
    each(console.schedules.all(), (schedule) => {
      if (!paused || this.jobs[schedule.kind]?.light) this.takeDue(console, schedule, now);
    });
    if (errors.length > 0) throw errors[0];
  }

  private forgetOldRuns(console: Console, now: number): void {
    console.schedules.forgetOldRuns();
    this.forgotAt = now;
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
      this.settle(console, jobId, 'INTERRUPTED');
    }
    const now = this.clock.now();
    this.forgetOldRuns(console, now);
    completeSchedules(console, this.jobs, new Date(now));
    this.owed.clear();
    this.retries.begin(console);
    this.begunWith = console;
  }

  private takeDue(console: Console, schedule: KnownSchedule, now: number): void {
    const { id, kind, source } = schedule;
    const job = this.jobs[kind];
    // While its last run goes on the next one stays due, and comes after it.
    if (!job || !schedule.enabled || this.underway.has(id)) return;
    const run = this.dueOf(console, schedule, now) ?? this.retryOf(console, schedule, job, now);
    if (!run) return;
    const jobId = ulid(now);
    const ask = { source, tenants: null, note: null, pinned: false };
    const taken = { jobId, kind, job, ask };
    const wanted = job.isWanted?.(console) !== false;
    // Taken and told together or not at all: one that is taken and then not begun would never come again.
    const isTaken = console.state.transaction(() => {
      if (!console.schedules.claim(id, { ...run, claimedAt: iso(now), jobId })) return false;
      if (wanted) this.noteBegin(console, taken);
      else console.schedules.settle(jobId, 'DONE');
      return true;
    })();
    if (!isTaken || !wanted) return;
    this.underway.set(id, jobId);
    this.startTaken(console, taken, () => {
      this.underway.delete(id);
      this.retries.note(id, jobId, console.jobLog.get(jobId)?.failure?.code ?? null, this.clock.now());
    });
  }

  /** The newest moment of a schedule that is due; null: none is. */
  private dueOf(console: Console, schedule: KnownSchedule, now: number): { nominal: string; missed: number } | null {
    const from = Date.parse(schedule.countsFrom);
    if (now >= from && !this.mayBeDue(schedule, from, now)) return null;
    const due = dueRun(schedule, from, now);
    if (due.countsFrom < from) console.schedules.countFrom(schedule.id, iso(due.countsFrom));
    return due.run && { nominal: iso(due.run.nominal), missed: due.run.missed };
  }

  private retryOf(console: Console, schedule: KnownSchedule, job: ScheduledJob, now: number) {
    return this.retries.isDue(console, schedule, job, now) ? { nominal: iso(now), missed: 0 } : null;
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
    const taken = { jobId, kind, job, ask: { source, tenants, note, pinned } };
    const isTaken = console.state.transaction(() => {
      if (!console.schedules.claimOneOff(id, jobId)) return false;
      this.noteBegin(console, taken);
      return true;
    })();
    if (isTaken) this.startTaken(console, taken, () => undefined);
  }

  /** A run is the machine's doing, and the audit log says so. */
  private noteBegin(console: Console, { kind, job, ask }: Taken): void {
    if (job.light) return;
    console.audit.add({
      at: iso(this.clock.now()),
      osUser: osUser(),
      person: 'the machine',
      action: 'schedules.due',
      subject: `${kind} ${ask.source ?? ''}`.trim(),
      outcome: 'done',
    });
  }

  private startTaken(console: Console, taken: Taken, ended: () => void): void {
    crashIfAsked('run-claimed');
    const { jobId, job, ask } = taken;
    const settle = () => {
      this.owed.add(jobId);
      try {
        ended();
        this.settle(console, jobId);
      } catch (error) {
        process.emitWarning(`what came of a run is noted later: ${reportFailure(error).message}`);
      }
      this.workspace.announcer.tell('changed', { areas: ['schedules'] });
    };
    if (job.light) {
      this.runLight(console, taken, settle);
      return;
    }
    this.workspace.board.start(job.logged, ask.source ?? '', (options) => job.run(console, ask, options), {
      id: jobId,
      waits: true,
      onEnded: settle,
    });
    this.workspace.announcer.tell('changed', { areas: ['schedules'] });
  }

  /**
   * Notes what came of a run, and tells of it in the same breath where somebody asked for that.
   * @param unlogged what came of one that is not in the log of jobs as ended.
   */
  private settle(console: Console, jobId: string, unlogged: RunOutcome = 'DONE'): void {
    const logged = console.jobLog.get(jobId);
    const outcome = logged && logged.status !== 'RUNNING' ? logged.status : unlogged;
    console.schedules.settle(jobId, outcome, (notify) => {
      if (logged) tellOneOff(console, logged, notify, new Date(this.clock.now()));
    });
    this.owed.delete(jobId);
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
