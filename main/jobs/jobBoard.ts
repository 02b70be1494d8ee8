import { ulid } from 'ulid';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { JobView, RunningJob } from '../../shared/contract/jobs.ts';
import type { JobLog } from '../state/jobLog.ts';
import { cancelLeaves } from './cancelLeaves.ts';
import type { JobWatcher } from './jobRunner.ts';
import { addSample, etaOf, rateOf, type Sample } from './rate.ts';

/** What a job that runs on the board gets. */
export interface BoardOptions {
  jobId: string;
  signal: AbortSignal;
  watcher: JobWatcher;
}

interface Entry {
  view: RunningJob;
  samples: Sample[];
  cancel: AbortController;
  ended: Promise<void>;
}

/** Jobs that a window has started and nobody waits for: it asks what runs, is told how it goes, and may cancel. */
export class JobBoard {
  private readonly log: JobLog;
  private readonly onProgress: (job: RunningJob) => void;
  private readonly onEnded: (job: JobView) => void;
  private readonly entries = new Map<string, Entry>();

  constructor(log: JobLog, tell: { onProgress: (job: RunningJob) => void; onEnded: (job: JobView) => void }) {
    this.log = log;
    this.onProgress = tell.onProgress;
    this.onEnded = tell.onEnded;
  }

  /**
   * Starts a job and returns its id at once. Its outcome is in the log, whatever happens.
   * @param subject what it is about; two jobs of one kind about the same thing do not run at once.
   * @throws JOB_RUNNING
   */
  start(kind: string, subject: string, work: (options: BoardOptions) => Promise<unknown>): string {
    const rival = this.running().find((job) => job.kind === kind && job.subject === subject);
    if (rival)
      throw new Failure(
        'JOB_RUNNING',
        `this is running already: ${kind} ${subject}`.trim(),
        'Wait for it, or cancel it first.',
        {
          details: { jobId: rival.id },
        },
      );
    const jobId = ulid();
    const cancel = new AbortController();
    const entry: Entry = {
      view: {
        id: jobId,
        kind,
        subject,
        startedAt: new Date().toISOString(),
        stage: 'starting',
        doneBytes: 0,
        totalBytes: null,
        estimated: false,
        rate: null,
        eta: null,
        notes: [],
        cancelling: false,
        cancelLeaves: cancelLeaves(kind, 'starting'),
      },
      samples: [],
      cancel,
      ended: Promise.resolve(),
    };
    this.entries.set(jobId, entry);
    this.onProgress(entry.view);
    const watcher = this.watch(entry);
    entry.ended = work({ jobId, signal: cancel.signal, watcher })
      .catch((error: unknown) => this.logFailure(jobId, kind, subject, cancel.signal.aborted, error))
      .then(() => {
        this.entries.delete(jobId);
        const ended = this.log.get(jobId);
        if (ended) this.onEnded(ended);
      });
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
    entry.view = { ...entry.view, cancelling: true };
    this.onProgress(entry.view);
    entry.cancel.abort();
  }

  /** Returns when every job has ended. @param cancel asks them to end at once. */
  async settled(cancel: boolean): Promise<void> {
    if (cancel) for (const entry of this.entries.values()) entry.cancel.abort();
    await Promise.all([...this.entries.values()].map(({ ended }) => ended));
  }

  private watch(entry: Entry): JobWatcher {
    return {
      onProgress: (progress) => {
        const { view } = entry;
        if (progress.stage !== view.stage) entry.samples = [];
        entry.samples = addSample(entry.samples, { at: performance.now(), doneBytes: progress.doneBytes });
        const rate = rateOf(entry.samples);
        const eta = etaOf(rate, progress.doneBytes, progress.totalBytes);
        entry.view = { ...view, ...progress, rate, eta, cancelLeaves: cancelLeaves(view.kind, progress.stage) };
        this.onProgress(entry.view);
      },
      onNote: (sentence) => {
        entry.view = { ...entry.view, notes: [...entry.view.notes, sentence] };
        this.onProgress(entry.view);
      },
    };
  }

  /** A job that failed before its workflow began has no line in the log yet. */
  private logFailure(id: string, kind: string, subject: string, cancelled: boolean, error: unknown): void {
    const known = this.log.get(id);
    if (known && known.status !== 'RUNNING') return;
    if (!known) this.log.started(id, kind, subject);
    this.log.ended(id, cancelled ? 'CANCELLED' : 'FAILED', [], reportFailure(error));
  }
}
