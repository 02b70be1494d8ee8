import type { JobWatcher } from '../jobs/jobRunner.ts';

/** How a job that was asked for is known, ended and watched. */
export interface RunOptions {
  /** A ULID, where somebody knows the job by it already. */
  jobId?: string;
  signal: AbortSignal;
  watcher?: JobWatcher;
}
