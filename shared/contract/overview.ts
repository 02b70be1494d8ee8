import { z } from 'zod';
import { grave, reading } from './define.ts';
import { nothing } from './shapes.ts';

/** Grey means "not known", never good. */
export const evidenceStates = ['good', 'warning', 'bad', 'unknown'] as const;
export type EvidenceState = (typeof evidenceStates)[number];

const problemSchema = z.object({
  severity: z.enum(['warning', 'bad']),
  sentence: z.string(),
  hint: z.string(),
  /** Where in the console it is looked at, such as `/backups/ID`. */
  link: z.string().nullable(),
});

export const evidenceSchema = z.object({
  source: z.string(),
  database: z.string(),
  state: z.enum(evidenceStates),
  /** The moment that the newest good backup shows; ISO 8601. */
  restorableTo: z.string().nullable(),
  backupId: z.string().nullable(),
  /** How long a restore takes, from restores that were made; null while nobody knows. */
  restoreSeconds: z.object({ least: z.number(), most: z.number() }).nullable(),
  /** The newest restore that was verified. */
  provenAt: z.string().nullable(),
  provenBy: z.object({ kind: z.enum(['restore', 'drill']), id: z.string() }).nullable(),
  goodCopies: z.number(),
  wantedCopies: z.number(),
  problems: z.array(problemSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const preferencesSchema = z.strictObject({
  startAtLogin: z.boolean(),
  closeToTray: z.boolean(),
  /** Whether somebody was told that closing the window hides it. */
  trayExplained: z.boolean(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** Pages outside that the console may open. */
export const externalLinks = ['postgresql-backup', 'age', 'zstd', 'r2', 'b2'] as const;

export const overviewRequests = {
  'overview.show': reading(nothing, z.object({ evidence: z.array(evidenceSchema), problems: z.array(problemSchema) })),
  'preferences.show': reading(nothing, preferencesSchema),
  'preferences.save': grave(preferencesSchema, preferencesSchema),
  'desktop.openExternal': reading(
    z.strictObject({ link: z.enum(externalLinks) }),
    z.object({ url: z.string(), opened: z.boolean() }),
  ),
};
