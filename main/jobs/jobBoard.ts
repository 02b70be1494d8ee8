import { ulid } from 'ulid';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { JobView, RunningJob } from '../../shared/contract/jobs.ts';
import type { JobLog } from '../state/jobLog.ts';
import { cancelLeaves } from './cancelLeaves.ts';
import { systemClock, type Clock } from './clock.ts';
import { hung, usualLimits, type HangLimits } from './hangLimits.ts';
import { endOf, type JobWatcher } from './jobRunner.ts';
import { addSample, etaOf, rateOf, type Sample } from './rate.ts';

/** What a job that runs on the board gets. */
export interface BoardOptions {
  jobId: string;
  signal: AbortSignal;
  watcher: JobWatcher;
}

/** How a job comes onto the board. */
export interface BoardOrder {
  /** A ULID, where somebody knows the job by it already. */
  id?: string;
  /** It waits for its turn: until few enough jobs run, and none of its kind about the same thing. */
  waits?: boolean;
  /** Hears how it ended, whatever happens; null: it is done, and its kind is not logged. */
  onEnded?: (job: JobView | null) => void;
}

interface Entry {
  view: RunningJob;
  samples: Sample[];
  cancel: AbortController;
  ended: Promise<void>;
  /** Lets it begin, while it waits. */
  begin: (() => void) | null;
  /** For how long it has run, and for how long nothing has moved; the time that the machine slept does not count. */
  ranMs: number;
  stillMs: number;
}

/** So many jobs run at once before those that can wait do. */
const places = 2;
/** How often it is looked whether a job has stalled or hangs. */
const lookMs = 5_000;
/** Without a byte for so long, a job has stalled in a stage that moves any. */
const stalledMs = 60_000;

/** Jobs that a window has started and nobody waits for: it asks what runs, is told how it goes, and may cancel. */
export class JobBoard {
  private readonly clock: Clock;
  private readonly limits: () => HangLimits;
  private readonly stopLooking: () => void;
  private lookedAt: number;
  private readonly log: JobLog;
  private readonly onProgress: (job: RunningJob) => void;
  private readonly onEnded: (job: JobView) => void;
  private readonly entries = new Map<string, Entry>();

  /** @param limits after how many hours a job of a kind hangs. */
  constructor(
    log: JobLog,
    tell: { onProgress: (job: RunningJob) => void; onEnded: (job: JobView) => void },
    { clock = systemClock, limits = () => usualLimits }: { clock?: Clock; limits?: () => HangLimits } = {},
  ) {
    this.log = log;
    this.onProgress = tell.onProgress;
    this.onEnded = tell.onEnded;
    this.clock = clock;
    this.limits = limits;
    this.lookedAt = clock.now();
    this.stopLooking = clock.every(lookMs, () => this.look());
  }

  /**
   * Starts a job and returns its id at once. Its outcome is in the log, whatever happens.
   * @param subject what it is about; two jobs of one kind about the same thing do not run at once.
   * @throws JOB_RUNNING unless it waits
   */
  start(
    kind: string,
    subject: string,
    work: (options: BoardOptions) => Promise<unknown>,
    order: BoardOrder = {},
  ): string {
    const rival = this.running().find((job) => job.kind === kind && job.subject === subject);
    if (rival && !order.waits)
      throw new Failure(
        'JOB_RUNNING',
        `this is running already: ${kind} ${subject}`.trim(),
        'Wait for it, or cancel it first.',
        {
          details: { jobId: rival.id },
        },
      );
    const jobId = order.id ?? ulid();
    const cancel = new AbortController();
    const entry: Entry = {
      view: {
        id: jobId,
        kind,
        subject,
        startedAt: new Date(this.clock.now()).toISOString(),
        stage: order.waits ? 'waiting for its turn' : 'starting',
        doneBytes: 0,
        totalBytes: null,
        estimated: false,
        rate: null,
        eta: null,
        notes: [],
        waiting: order.waits ?? false,
        stalledSince: null,
        cancelling: false,
        cancelLeaves: cancelLeaves(kind, 'starting'),
      },
      samples: [],
      cancel,
      ended: Promise.resolve(),
      begin: null,
      ranMs: 0,
      stillMs: 0,
    };
    this.entries.set(jobId, entry);
    const options = { jobId, signal: cancel.signal, watcher: this.watch(entry) };
    const warn = (error: unknown) =>
      process.emitWarning(`the end of ${kind} could not be noted: ${reportFailure(error).message}`);
    const worked = order.waits ? this.turnOf(entry).then(() => work(options)) : work(options);
    this.onProgress(entry.view);
    entry.ended = worked
      .catch((error: unknown) => this.logFailure(jobId, kind, subject, cancel.signal, error))
      .catch(warn)
      .then(() => {
        this.entries.delete(jobId);
        const ended = this.endOfJob(jobId);
        order.onEnded?.(ended);
        if (ended) this.onEnded(ended);
      })
      .catch(warn)
      // Those that wait must begin, whatever came of this one.
      .then(() => this.letBegin());
    this.letBegin();
    return jobId;
  }

  running(): RunningJob[] {
    return [...this.entries.values()].map(({ view }) => view);
  }

  /** @throws JOB_NOT_FOUND */
  cancel(id: string): void {
    const entry = this.entries.get(id);
    if (!entry)
      throw new Failure('JOB_NOT_FOUND', 'this job is not running any more', 'Its outcome is in the list of jobs.');
    this.endEarly(entry);
  }

  /** Returns when every job has ended. @param cancel asks them to end at once. */
  async settled(cancel: boolean): Promise<void> {
    if (cancel) for (const entry of this.entries.values()) entry.cancel.abort();
    while (this.entries.size > 0) await Promise.all([...this.entries.values()].map(({ ended }) => ended));
  }

  /** Looks after its jobs no more. */
  close(): void {
    this.stopLooking();
  }

  /** Resolves when a job that waits may begin. */
  private turnOf(entry: Entry): Promise<void> {
    return new Promise((resolve, reject) => {
      entry.cancel.signal.addEventListener('abort', () => reject(entry.cancel.signal.reason as Error), { once: true });
      entry.begin = () => {
        entry.begin = null;
        entry.view = { ...entry.view, waiting: false, stage: 'starting', startedAt: this.nowIso() };
        this.onProgress(entry.view);
        resolve();
      };
    });
  }

  /** Those that waited longest come first. */
  private letBegin(): void {
    for (const { view, begin } of this.entries.values()) {
      const running = this.running().filter(({ waiting }) => !waiting);
      if (running.length >= places) return;
      const rival = running.some(({ kind, subject }) => kind === view.kind && subject === view.subject);
      if (!rival) begin?.();
    }
  }

  /** Tells of jobs that have stalled, and cancels those that hang. */
  private look(): void {
    const now = this.clock.now();
    // A machine that slept has done nothing, and has not hung either.
    const passedMs = Math.min(Math.max(now - this.lookedAt, 0), 2 * lookMs);
    this.lookedAt = now;
    for (const entry of this.entries.values()) {
      if (entry.view.waiting) continue;
      entry.ranMs += passedMs;
      entry.stillMs += passedMs;
      const { kind, stalledSince, cancelling } = entry.view;
      if (entry.stillMs >= stalledMs && stalledSince === null && movesBytes(entry.view)) {
        entry.view = { ...entry.view, stalledSince: new Date(now - entry.stillMs).toISOString() };
        this.onProgress(entry.view);
      }
      const failure = hung(kind, entry.ranMs, this.limits());
      if (failure && !cancelling) this.endEarly(entry, failure);
    }
  }

  private endEarly(entry: Entry, reason?: Failure): void {
    entry.view = { ...entry.view, cancelling: true };
    this.onProgress(entry.view);
    entry.cancel.abort(reason);
  }

  private nowIso(): string {
    return new Date(this.clock.now()).toISOString();
  }

  private watch(entry: Entry): JobWatcher {
    return {
      onProgress: (progress) => {
        const { view } = entry;
        const moved = progress.stage !== view.stage || progress.doneBytes !== view.doneBytes;
        if (moved) entry.stillMs = 0;
        if (progress.stage !== view.stage) entry.samples = [];
        entry.samples = addSample(entry.samples, { at: performance.now(), doneBytes: progress.doneBytes });
        const rate = rateOf(entry.samples);
        const eta = etaOf(rate, progress.doneBytes, progress.totalBytes);
        const stalledSince = moved ? null : view.stalledSince;
        const leaves = cancelLeaves(view.kind, progress.stage);
        entry.view = { ...view, ...progress, rate, eta, stalledSince, cancelLeaves: leaves };
        this.onProgress(entry.view);
      },
      onNote: (sentence) => {
        entry.view = { ...entry.view, notes: [...entry.view.notes, sentence] };
        this.onProgress(entry.view);
      },
    };
  }

  /** Null also where the log cannot be read now: whoever waits for the job hears that it is over all the same. */
  private endOfJob(id: string): JobView | null {
    try {
      return this.log.get(id);
    } catch (error) {
      process.emitWarning(`how a job ended could not be read: ${reportFailure(error).message}`);
      return null;
    }
  }

  /** A job that failed before its workflow began has no line in the log yet. */
  private logFailure(id: string, kind: string, subject: string, signal: AbortSignal, error: unknown): void {
    const known = this.log.get(id);
    if (known && known.status !== 'RUNNING') return;
    if (!known) this.log.started(id, kind, subject);
    const { status, cause } = endOf(signal, error);
    this.log.ended(id, status, [], reportFailure(cause));
  }
}

/**
 * Whether bytes are to be expected of a stage now. Where the server builds indexes or a database is analyzed, nobody can
 * say for how long nothing is heard: only the limit for the whole job counts.
 */
function movesBytes({ doneBytes, totalBytes, estimated }: RunningJob): boolean {
  return totalBytes === null ? doneBytes > 0 : estimated || doneBytes < totalBytes;
}
