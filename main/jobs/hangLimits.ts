import { z } from 'zod';
import { Failure } from '../../shared/failure.ts';

/** Hours by the kind of a job in the log; `other` for those that are not named. */
export const hangHoursSchema = z.record(z.string(), z.number().positive());
export type HangHours = z.infer<typeof hangHoursSchema>;

/** Generous: nobody wants a good backup of a large database ended. A preference of the same name changes them. */
export const hangHours: HangHours = { verify: 48, integrity: 48, cleanup: 12, other: 24 };

/** What a job has failed of that has run for too long; null where it may go on. */
export function hung(kind: string, ranMs: number, limits: HangHours): Failure | null {
  const hours = limits[kind] ?? limits.other;
  if (hours === undefined || ranMs < hours * 3_600_000) return null;
  return new Failure(
    'JOB_HUNG',
    `it had not ended after ${hours} hours, and was cancelled`,
    'See at which stage it stood still: the server, a lock there, or a store may not answer. Then start it again.',
    { details: { kind, hours } },
  );
}
