import type { Rule } from '../../shared/schedule.ts';
import { lastRun } from './nextRun.ts';

/** What a schedule has to do at a moment. */
export interface Due {
  /** The newest run that is due, and how many were missed before it; null: nothing is due. */
  run: { nominal: number; missed: number } | null;
  /** Up to when everything is settled once that run was taken. */
  countsFrom: number;
}

/**
 * What is due at `now`, where everything up to `countsFrom` is settled. Runs that were missed become one.
 *
 * A clock that was set back makes the schedule count from there again: what comes again was taken already, and whoever
 * takes it is refused.
 */
export function dueRun(rule: Rule, countsFrom: number, now: number): Due {
  if (now < countsFrom) return { run: null, countsFrom: now };
  const run = lastRun(rule, countsFrom, now);
  return { run, countsFrom: run?.nominal ?? countsFrom };
}
