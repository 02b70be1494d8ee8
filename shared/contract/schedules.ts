import { z } from 'zod';
import { scheduledKinds } from '../schedule.ts';
import { changing, reading } from './define.ts';
import { nothing, noteSchema, startedJob } from './shapes.ts';

const outcomeSchema = z.enum(['DONE', 'FAILED', 'CANCELLED', 'INTERRUPTED']);
const kindSchema = z.enum(scheduledKinds);

/** How a run ended, in the words of the failure where it did not go well. */
const runSchema = z.object({
  nominal: z.string(),
  claimedAt: z.string(),
  jobId: z.string(),
  missed: z.number(),
  outcome: outcomeSchema.nullable(),
  endedAt: z.string().nullable(),
  reason: z.string().nullable(),
});

export const scheduleSchema = z.object({
  id: z.string(),
  kind: kindSchema,
  source: z.string().nullable(),
  cron: z.string(),
  zone: z.string(),
  enabled: z.boolean(),
  /** The rule in plain words. */
  words: z.string(),
  /** Null: it is off, or there is none. */
  next: z.string().nullable(),
  last: runSchema.nullable(),
});
export type ScheduleView = z.infer<typeof scheduleSchema>;

const oneOffFields = {
  kind: kindSchema,
  source: z.string().nullable(),
  /** Of a tenant backup; null: all. */
  tenants: z.array(z.string().min(1)).min(1).max(10_000).nullable(),
  /** ISO 8601. */
  at: z.iso.datetime({ offset: true }),
  note: noteSchema.nullable(),
  pinned: z.boolean(),
  notify: z.enum(['always', 'failure']),
};

const oneOffSchema = z.object({
  ...oneOffFields,
  id: z.string(),
  createdAt: z.string(),
  jobId: z.string().nullable(),
  outcome: outcomeSchema.nullable(),
});
export type OneOffView = z.infer<typeof oneOffSchema>;

export const scheduleListSchema = z.object({
  /** Nothing begins by itself since then. */
  paused: z.object({ since: z.string(), by: z.string() }).nullable(),
  /** The zone of the machine on which the console runs. */
  zone: z.string(),
  schedules: z.array(scheduleSchema),
  oneOffs: z.array(oneOffSchema),
  /** What this version can run. */
  kinds: z.array(kindSchema),
});
export type ScheduleList = z.infer<typeof scheduleListSchema>;

const ruleFields = { cron: z.string().max(200), zone: z.string().max(100) };

export const scheduleRequests = {
  'schedules.list': reading(nothing, scheduleListSchema),
  /** What a rule means, before it is saved. @throws SCHEDULE_WRONG, ZONE_UNKNOWN */
  'schedules.preview': reading(z.strictObject(ruleFields), z.object({ words: z.string(), next: z.array(z.string()) })),
  /** @throws SCHEDULE_NOT_FOUND, SCHEDULE_WRONG, ZONE_UNKNOWN */
  'schedules.set': changing(
    'owner',
    z.strictObject({ id: z.string(), ...ruleFields, enabled: z.boolean() }),
    scheduleSchema,
  ),
  /** Nothing begins by itself until `schedules.resume`; what runs goes on. */
  'schedules.pause': changing('operator', nothing, nothing),
  /** What was missed meanwhile runs once. */
  'schedules.resume': changing('operator', nothing, nothing),
  /** Once, at a moment to come. @throws MOMENT_PAST, SOURCE_NOT_FOUND, TENANT_MODEL_MISSING */
  'schedules.at': changing('operator', z.strictObject(oneOffFields), z.object({ id: z.string() })),
  /** @throws SCHEDULE_NOT_FOUND for one that has begun */
  'schedules.cancel': changing('operator', z.strictObject({ id: z.string() }), nothing),
  /** Now, beside its usual times. @throws JOB_RUNNING, SCHEDULE_NOT_FOUND */
  'schedules.run': changing('operator', z.strictObject({ id: z.string() }), startedJob),
};
