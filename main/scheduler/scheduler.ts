import { ulid } from 'ulid';
import { Failure, reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { KnownOneOff, RunOutcome, ScheduledKind } from '../../shared/schedule.ts';
import type { Workspace } from '../console/workspace.ts';
import type { Console } from '../console/console.ts';
import { tellOneOff } from '../console/notices.ts';
import { osUser } from '../console/osUser.ts';
import { systemClock, type Clock } from '../jobs/clock.ts';
import type { BoardOptions } from '../jobs/jobBoard.ts';
import { crashIfAsked, endOf } from '../jobs/jobRunner.ts';
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

/** A run that is over. */
interface Over {
  jobId: string;
  /** Its kind in the job log, and what it is about. */
  logged: string;
  subject: string;
  /** How it ended, for where the log could not be told, as on a full disk; null: it went well. */
  fault: { status: Exclude<RunOutcome, 'DONE'>; failure: FailureReport } | null;
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
  private readonly owed = new Map<string, Over>();
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
    each([...this.owed.values()], (over) => this.settle(console, over));
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
      const fault = { status: 'INTERRUPTED', failure: reportFailure(neverBegun()) } as const;
      this.settle(console, { jobId, logged: this.jobs[kind]?.logged ?? kind, subject: source ?? '', fault });
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
    const subject = ask.source ?? '';
    const settle = (fault: Over['fault']) => {
      const over = { jobId, logged: job.logged, subject, fault };
      this.owed.set(jobId, over);
      try {
        ended();
        this.settle(console, over);
      } catch (error) {
        process.emitWarning(`what came of a run is noted later: ${reportFailure(error).message}`);
      }
      this.workspace.announcer.tell('changed', { areas: ['schedules'] });
    };
    if (job.light) {
      this.runLight(console, taken, settle);
      return;
    }
    // One that is cancelled while it waits for its turn never runs.
    let fault: Over['fault'] = { status: 'CANCELLED', failure: reportFailure(neverBegun()) };
    const run = async (options: BoardOptions) => {
      try {
        await job.run(console, ask, options);
        fault = null;
      } catch (error) {
        fault = faultOf(options.signal, error);
        throw error;
      }
    };
    this.workspace.board.start(job.logged, subject, run, { id: jobId, waits: true, onEnded: () => settle(fault) });
    this.workspace.announcer.tell('changed', { areas: ['schedules'] });
  }

  /**
   * Notes what came of a run, and tells of it in the same breath where somebody asked for that. What the log of jobs
   * could not be told when it ended, it is told now; one that went well without a word there needs none.
   */
  private settle(console: Console, { jobId, logged: kind, subject, fault }: Over): void {
    const { jobLog, schedules, state } = console;
    state.transaction(() => {
      const known = jobLog.get(jobId);
      if (fault && (!known || known.status === 'RUNNING')) {
        if (!known) jobLog.started(jobId, kind, subject);
        jobLog.ended(jobId, fault.status, [], fault.failure);
      }
      const logged = jobLog.get(jobId);
      const outcome = logged && logged.status !== 'RUNNING' ? logged.status : 'DONE';
      schedules.settle(jobId, outcome, (notify) => {
        if (logged) tellOneOff(console, logged, notify, new Date(this.clock.now()));
      });
    })();
    this.owed.delete(jobId);
  }

  private runLight(console: Console, taken: Taken, settle: (fault: Over['fault']) => void): void {
    const { jobId, job, ask } = taken;
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, AbortSignal.timeout(lightMs)]);
    const ended = job
      .run(console, ask, { jobId, signal })
      .then(() => this.noteRecovery(console, jobId, job.logged, ask.source ?? ''))
      .then(
        () => null,
        (error: unknown) => faultOf(cancel.signal, error),
      )
      .then((fault) => {
        this.light.delete(cancel);
        settle(fault);
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

function faultOf(signal: AbortSignal, error: unknown): NonNullable<Over['fault']> {
  const { status, cause } = endOf(signal, error);
  return { status, failure: reportFailure(cause) };
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
