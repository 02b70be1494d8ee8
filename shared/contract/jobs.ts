import { z } from 'zod';
import { changing, reading } from './define.ts';
import { loggedFailureSchema, nothing } from './shapes.ts';

const jobStatuses = ['RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'INTERRUPTED'] as const;

export const jobSchema = z.object({
  id: z.string(),
  /** `backup full`, `restore full`, `rollback`, `swap`, `verify`, `replicate`, `demo` … */
  kind: z.string(),
  /** The source, backup or restore that it is about. */
  subject: z.string(),
  status: z.enum(jobStatuses),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  notes: z.array(z.string()),
  failure: loggedFailureSchema.nullable(),
});
export type JobView = z.infer<typeof jobSchema>;

/** A running job, told at most ten times a second. */
export const jobProgressSchema = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  startedAt: z.string(),
  stage: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  /** Whether the total is only estimated. */
  estimated: z.boolean(),
  /** Bytes per second over the last seconds; null while nothing is known. */
  rate: z.number().nullable(),
  /** Seconds that this stage may still take; null while nothing is known. */
  eta: z.object({ least: z.number(), most: z.number() }).nullable(),
  notes: z.array(z.string()),
  /** Whether it waits for its turn: only so many that nobody has asked for at this moment run at once. */
  waiting: z.boolean(),
  /** Since when no byte has moved and no stage has begun, where that is long; ISO 8601. */
  stalledSince: z.string().nullable(),
  /** Whether a cancel was asked for. */
  cancelling: z.boolean(),
  /** What a cancel leaves, in one sentence. */
  cancelLeaves: z.string(),
});
export type RunningJob = z.infer<typeof jobProgressSchema>;

export const jobRequests = {
  'jobs.running': reading(nothing, z.object({ jobs: z.array(jobProgressSchema) })),
  'jobs.recent': reading(
    z.strictObject({ limit: z.number().int().min(1).max(500) }),
    z.object({ jobs: z.array(jobSchema) }),
  ),
  /** @throws JOB_NOT_FOUND */
  'jobs.cancel': changing('operator', z.strictObject({ id: z.string() }), nothing),
};
