import { z } from 'zod';
import {
  alertEvents,
  alertStatuses,
  alertTypes,
  severities,
  type Alert,
  type AlertAbout,
  type AlertHistoryEntry,
} from '../alert.ts';
import { alertRulesSchema } from '../alertRules.ts';
import { changing, grave, reading } from './define.ts';
import { nothing } from './shapes.ts';

const aboutSchema = z.object({
  source: z.string().nullable(),
  tenant: z.string().nullable(),
  store: z.string().nullable(),
  backupId: z.string().nullable(),
  restoreId: z.string().nullable(),
  jobId: z.string().nullable(),
}) satisfies z.ZodType<AlertAbout>;

const alertSchema = z.object({
  id: z.string(),
  type: z.enum(alertTypes),
  severity: z.enum(severities),
  status: z.enum(alertStatuses),
  fingerprint: z.string(),
  message: z.string(),
  hint: z.string(),
  about: aboutSchema,
  link: z.string(),
  openedAt: z.string(),
  seenAt: z.string(),
  returns: z.number(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  snoozedUntil: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  escalatedAt: z.string().nullable(),
}) satisfies z.ZodType<Alert>;

const historySchema = z.object({
  alertId: z.string(),
  at: z.string(),
  event: z.enum(alertEvents),
  by: z.string().nullable(),
  note: z.string().nullable(),
}) satisfies z.ZodType<AlertHistoryEntry>;

const listedSchema = z.object({
  /** The worst first, then the newest; resolved ones last. */
  alerts: z.array(alertSchema),
  /** Open ones, whatever the filter. */
  open: z.record(z.enum(severities), z.number()),
  /** When the health check last looked at anything; null: never. */
  lookedAt: z.string().nullable(),
});
export type ListedAlerts = z.infer<typeof listedSchema>;

const ids = z.array(z.string()).min(1, 'choose an alert').max(10_000);
const note = z.string().max(500, 'a note has at most 500 characters').nullable();
const changed = z.object({ changed: z.number() });

export const alertRequests = {
  'alerts.list': reading(
    z.strictObject({
      open: z.boolean(),
      type: z.enum(alertTypes).optional(),
      severity: z.enum(severities).optional(),
      backupId: z.string().optional(),
      restoreId: z.string().optional(),
      limit: z.number().int().min(1).max(10_000),
    }),
    listedSchema,
  ),
  /** @throws ALERT_NOT_FOUND */
  'alerts.show': reading(z.strictObject({ id: z.string() }), alertSchema),
  /** What has happened to one alert, oldest first; to all of them (null), newest first. */
  'alerts.history': reading(
    z.strictObject({ id: z.string().nullable(), limit: z.number().int().min(1).max(10_000) }),
    z.object({ entries: z.array(historySchema) }),
  ),
  /** Each changes only those that are open. @throws ALERT_NOT_FOUND */
  'alerts.acknowledge': changing('operator', z.strictObject({ ids, note }), changed),
  'alerts.snooze': changing(
    'operator',
    z.strictObject({
      ids,
      hours: z
        .number()
        .min(0.01, 'a time ahead')
        .max(24 * 90, 'at most 90 days'),
      note,
    }),
    changed,
  ),
  'alerts.resolve': changing('operator', z.strictObject({ ids, note }), changed),
  /** Looks at every store and database now. */
  'alerts.look': reading(nothing, nothing, 'operator'),
  'alerts.rules': reading(nothing, alertRulesSchema),
  'alerts.saveRules': grave(alertRulesSchema, alertRulesSchema),
};
