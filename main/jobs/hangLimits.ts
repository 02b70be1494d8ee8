import { usualRules, type AlertRules } from '../../shared/alertRules.ts';
import { Failure } from '../../shared/failure.ts';

/** After how many hours a job hangs; that of a kind in the log of jobs, where it has one of its own. */
export type HangLimits = Pick<AlertRules, 'hangHours' | 'hangHoursOf'>;

export const usualLimits: HangLimits = usualRules;

/** What a job has failed of that has run for too long; null where it may go on. */
export function hung(kind: string, ranMs: number, { hangHours, hangHoursOf }: HangLimits): Failure | null {
  const hours = hangHoursOf[kind] ?? hangHours;
  if (ranMs < hours * 3_600_000) return null;
  return new Failure(
    'JOB_HUNG',
    `it had not ended after ${hours} hours, and was cancelled`,
    'See at which stage it stood still: the server, a lock there, or a store may not answer. Then start it again.',
    { details: { kind, hours } },
  );
}
