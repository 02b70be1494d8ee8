import { z } from 'zod';

const percent = z.number().min(1).max(1000);
const minutes = z.number().int().min(0).max(100_000);
const hours = z.number().min(0.1).max(10_000);

/** The thresholds of the alert rules; each can be set by an owner. What is missing is as usual. */
export const alertRulesSchema = z.strictObject({
  /** A backup that is larger or smaller than the recent average by more than this. */
  sizePercent: percent.default(20),
  /** A backup that took more than so many times the recent average. */
  durationFactor: z.number().min(1.1).max(100).default(2),
  storeFullPercent: z.number().min(1).max(100).default(80),
  /** Gigabytes (base 1000) that a store may hold, by its name, where its disk does not tell: buckets. */
  quotaGigabytes: z.record(z.string(), z.number().positive()).default({}),
  clockSkewSeconds: z.number().min(1).max(86_400).default(5),
  /** How old the newest good backup of a source may be. */
  rpoHours: hours.default(26),
  /** The same for single sources, by name. */
  rpoHoursOf: z.record(z.string(), hours).default({}),
  /** How long a good backup may lack a copy that it should have. */
  replicaHours: hours.default(6),
  /** How long a source may be without a proven restore. */
  proofDays: z.number().min(1).max(3650).default(35),
  /** How old the newest good backup of a tenant may be, where tenants are backed up; they are once a week. */
  tenantDays: z.number().min(1).max(3650).default(9),
  /** How old the newest good backup of the configuration may be, where there is one; it is backed up every night. */
  configurationDays: z.number().min(1).max(3650).default(3),
  /** How long no integrity check and no clean-up may have ended. */
  checkDays: z.number().min(1).max(3650).default(2),
  /** How long a job may move no bytes, in a stage that moves any. */
  stallMinutes: z.number().min(1).max(100_000).default(10),
  /** After how long a job hangs, and is cancelled. Generous: nobody wants a good backup of a large database ended. */
  hangHours: hours.default(24),
  /** The same for single kinds of jobs, as the log of jobs calls them. */
  hangHoursOf: z.record(z.string(), hours).default({ verify: 48, integrity: 48, cleanup: 12 }),
  /** How long an alert may wait for somebody before it is told again and counts as worse; 0 for never. */
  escalateMinutes: z
    .strictObject({
      CRITICAL: minutes.default(30),
      ERROR: minutes.default(120),
      WARNING: minutes.default(1440),
    })
    .prefault({}),
  /** How often a critical alert that nobody has acknowledged is told again; 0 for never. */
  remindMinutes: minutes.default(240),
  /** An alert that comes back within this goes on, and one that came back has to stay away so long to be resolved. */
  flapMinutes: minutes.default(30),
  /** An alert that a person has resolved although its cause is still there comes back after this. */
  reopenHours: hours.default(24),
});
export type AlertRules = z.infer<typeof alertRulesSchema>;

export const usualRules: AlertRules = alertRulesSchema.parse({});

/** How old the newest good backup of this source may be, in hours. */
export function rpoHoursOf(rules: AlertRules, source: string): number {
  return rules.rpoHoursOf[source] ?? rules.rpoHours;
}
