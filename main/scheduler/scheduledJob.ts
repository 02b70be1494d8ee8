import type { Console } from '../console/console.ts';
import type { JobWatcher } from '../jobs/jobRunner.ts';
import type { OneOff, ScheduledKind } from '../../shared/schedule.ts';

/** What a scheduled job is told. */
export interface ScheduledAsk extends Pick<OneOff, 'tenants' | 'note' | 'pinned'> {
  /** Null: the console as a whole. */
  source: string | null;
}

/** How a job of one kind is run, by itself or by hand. */
export interface ScheduledJob {
  /** Its kind in the job log. */
  logged: string;
  /**
   * It is over in seconds, waits for nobody, is not in the strip, and is in the job log only where it failed or goes well
   * again; it also goes on during a pause: it only looks, and tells of one that was forgotten.
   */
  light?: boolean;
  /** Whether there is anything to do; where there is not, its moment passes and nothing begins. */
  isWanted?(console: Console): boolean;
  run(
    console: Console,
    ask: ScheduledAsk,
    options: { jobId?: string; signal: AbortSignal; watcher?: JobWatcher },
  ): Promise<unknown>;
}

/** What runs each kind; one that is missing cannot be run by this version, and is not offered. */
export type ScheduledJobs = Partial<Record<ScheduledKind, ScheduledJob>>;
