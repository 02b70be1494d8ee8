import { ulid } from 'ulid';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { CrashPoint, Job, JobPart, JobProgress } from '../../shared/job.ts';
import type { JobLog } from '../state/jobLog.ts';

/** Who watches a job: the command line's progress bar, the console's activity strip. */
export interface JobWatcher {
  /** The job is in the log, and its work begins. */
  onStarted?: () => void;
  onProgress?: (progress: JobProgress) => void;
  onNote?: (sentence: string) => void;
}

const progressIntervalMs = 100;

/** A workflow that is about to run. */
export interface JobOrder {
  /** A ULID, where somebody knows the job by it already. */
  id?: string;
  kind: string;
  /** What it is about: a source, a backup, a restore. */
  subject: string;
  /** Which part of it, where it is not about all of it: it is judged beside those about other parts. */
  part?: JobPart | null;
  signal: AbortSignal;
  watcher?: JobWatcher;
}

/**
 * Runs a workflow as a job: it is logged before it starts, and its outcome after, whatever happens.
 * @param judge tells what is wrong with a result that the workflow returned, such as a verification that found
 *   differences: the job is logged as failed, and its result returned all the same.
 * @throws what the workflow throws.
 */
export async function runJob<T>(
  log: JobLog,
  job: JobOrder,
  work: (job: Job) => Promise<T>,
  judge: (result: T) => Failure | null = () => null,
): Promise<T> {
  const id = job.id ?? ulid();
  const notes: string[] = [];
  log.started(id, job.kind, job.subject, job.part ? JSON.stringify(job.part) : null);
  job.watcher?.onStarted?.();
  try {
    const result = await work(watchedJob(id, job.signal, notes, job.watcher ?? {}));
    const fault = judge(result);
    log.ended(id, fault ? 'FAILED' : 'DONE', notes, fault && reportFailure(fault));
    return result;
  } catch (error) {
    const { status, cause } = endOf(job.signal, error);
    log.ended(id, status, notes, reportFailure(cause));
    throw cause;
  }
}

/** What a job ended of: one that was cancelled with a failure of its own, such as JOB_HUNG, has failed of that. */
export function endOf(signal: AbortSignal, error: unknown): { status: 'CANCELLED' | 'FAILED'; cause: unknown } {
  if (signal.aborted && signal.reason instanceof Failure) return { status: 'FAILED', cause: signal.reason };
  return { status: signal.aborted ? 'CANCELLED' : 'FAILED', cause: error };
}

function watchedJob(id: string, signal: AbortSignal, notes: string[], watcher: JobWatcher): Job {
  let progress: JobProgress = { stage: 'starting', doneBytes: 0, totalBytes: null, estimated: false };
  let toldAt = 0;
  const tell = (always: boolean) => {
    const now = performance.now();
    if (!always && now - toldAt < progressIntervalMs) return;
    toldAt = now;
    watcher.onProgress?.(progress);
  };
  return {
    id,
    signal,
    stage(stage, total) {
      progress = { stage, doneBytes: 0, totalBytes: total?.bytes ?? null, estimated: total?.estimated ?? false };
      tell(true);
    },
    done(doneBytes) {
      progress = { ...progress, doneBytes };
      tell(false);
    },
    note(sentence) {
      notes.push(sentence);
      watcher.onNote?.(sentence);
    },
    reached: crashIfAsked,
  };
}

/** `STRONGROOM_CRASH_AT=<point>` cuts the power there, so that tests can show what is left. */
export function crashIfAsked(point: CrashPoint): void {
  if (process.env.STRONGROOM_CRASH_AT === point) process.kill(process.pid, 'SIGKILL');
}
