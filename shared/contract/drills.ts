import { z } from 'zod';
import {
  drillPlaces,
  drillStatuses,
  type Assertion,
  type AssertionResult,
  type Drill,
  type DrillReport,
  type DrillSettings,
} from '../drill.ts';
import type { ReadForecast, ReadLimits } from '../integrity.ts';
import { changing, reading } from './define.ts';
import {
  connectionSchema,
  loggedFailureSchema,
  nothing,
  secretSchema,
  startedJob,
  ulidSchema,
  verificationSchema,
} from './shapes.ts';

const assertionSchema = z.strictObject({
  name: z.string().trim().min(1, 'a name is needed').max(80, 'a name has at most 80 characters'),
  sql: z.string().trim().min(1, 'a query is needed').max(4000, 'a query has at most 4000 characters'),
  expected: z.string().max(200, 'a value has at most 200 characters').nullable(),
}) satisfies z.ZodType<Assertion>;

const assertionResultSchema = z.object({
  ...assertionSchema.shape,
  found: z.string().nullable(),
  ok: z.boolean(),
  seconds: z.number(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<AssertionResult>;

const reportSchema = z.object({
  steps: z.array(z.object({ name: z.string(), seconds: z.number() })),
  seconds: z.number(),
  backupCreatedAt: z.string(),
  restoredBytes: z.number(),
  verification: verificationSchema.nullable(),
  assertions: z.array(assertionResultSchema),
  notes: z.array(z.string()),
}) satisfies z.ZodType<DrillReport>;

export const drillSchema = z.object({
  id: z.string(),
  source: z.string(),
  backupId: z.string(),
  place: z.enum(drillPlaces),
  server: z.string(),
  database: z.string(),
  status: z.enum(drillStatuses),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  report: reportSchema.nullable(),
  failure: loggedFailureSchema.nullable(),
  initiatedBy: z.string(),
  removed: z.boolean(),
}) satisfies z.ZodType<Drill>;

const settingsSchema = z.object({
  assertions: z.array(assertionSchema),
  afterEveryBackup: z.boolean(),
  place: z.enum(drillPlaces),
  on: connectionSchema.nullable(),
}) satisfies z.ZodType<DrillSettings>;

const limitsShape = {
  days: z.number().int().min(1, 'at least one day').max(366, 'at most 366 days'),
  bytesPerDay: z.number().int().positive('more than nothing').nullable(),
  bytesPerMonth: z.number().int().positive('more than nothing').nullable(),
};
const limitsSchema = z.object(limitsShape) satisfies z.ZodType<ReadLimits>;

const forecastSchema = z.object({
  store: z.string(),
  limits: limitsSchema,
  copies: z.number(),
  totalBytes: z.number(),
  spentToday: z.number(),
  spentThisMonth: z.number(),
  neverRead: z.number(),
  oldestReadAt: z.string().nullable(),
  wholeInDays: z.number().nullable(),
  suffices: z.boolean(),
}) satisfies z.ZodType<ReadForecast>;

export const drillRequests = {
  /** Newest first; of one source, or of all. */
  'drills.list': reading(
    z.strictObject({ source: z.string().nullable(), limit: z.number().int().min(1).max(1000) }),
    z.object({ drills: z.array(drillSchema) }),
  ),
  /** @throws DRILL_NOT_FOUND */
  'drills.show': reading(z.strictObject({ id: ulidSchema }), drillSchema),
  /** Into a throw-away database. @throws SOURCE_NOT_FOUND */
  'drills.start': changing(
    'operator',
    z.strictObject({
      source: z.string(),
      /** Null takes the newest with a good copy. */
      backupId: ulidSchema.nullable(),
      place: z.enum(drillPlaces),
      on: connectionSchema.nullable(),
      password: secretSchema.nullable(),
    }),
    startedJob,
  ),
  'drills.settings': reading(z.strictObject({ source: z.string() }), settingsSchema),
  /** Every assertion is asked of the database first. @throws ASSERTION_WRONG, USAGE, SOURCE_… */
  'drills.saveSettings': changing(
    'owner',
    z.strictObject({
      source: z.string(),
      assertions: z.array(assertionSchema).max(100, 'at most 100 assertions'),
      afterEveryBackup: z.boolean(),
      place: z.enum(drillPlaces),
      /** For the place `server`, and null for others. */
      on: connectionSchema.nullable(),
      /** Null: the one that is kept stays, where it is of the same role on the same server. */
      password: secretSchema.nullable(),
    }),
    settingsSchema,
  ),
  /** Runs one in the live database now, read-only, and saves nothing. @throws SOURCE_NOT_FOUND, SOURCE_… */
  'drills.tryAssertion': changing(
    'owner',
    z.strictObject({ source: z.string(), assertion: assertionSchema }),
    assertionResultSchema,
  ),
  /** The hourly check of every store, now. */
  'integrity.start': changing('operator', nothing, startedJob),
  /** How soon every copy of each store will have been read, and whether its limits let it. */
  'integrity.plan': reading(nothing, z.object({ ok: z.boolean(), stores: z.array(forecastSchema) })),
  /** @throws STORE_NOT_FOUND */
  'integrity.limit': changing(
    'owner',
    z.strictObject({ store: z.string(), ...limitsShape }),
    z.object({ store: z.string(), limits: limitsSchema }),
  ),
};
