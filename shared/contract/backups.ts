import { z } from 'zod';
import { backupKinds, backupStatuses, importFormats } from '../backup.ts';
import { manifestSchema } from '../manifestSchema.ts';
import { changing, reading } from './define.ts';
import { drillSchema } from './drills.ts';
import { backupSchema, nothing, noteSchema, restoreSchema, secretSchema, startedJob, ulidSchema } from './shapes.ts';

export const backupSorts = ['created', 'size', 'duration', 'status'] as const;
export type BackupSort = (typeof backupSorts)[number];

export const backupFilterSchema = z.strictObject({
  kind: z.enum(backupKinds).optional(),
  source: z.string().optional(),
  tenant: z.string().optional(),
  status: z.enum(backupStatuses).optional(),
  /** Only backups with a good copy in this store. */
  store: z.string().optional(),
  /** ISO 8601, the first moment that counts and the first one that does not. */
  from: z.string().optional(),
  until: z.string().optional(),
  /** Also those that were deleted. */
  deleted: z.boolean().optional(),
});
export type BackupFilterForm = z.infer<typeof backupFilterSchema>;

export const backupDetailSchema = backupSchema.extend({
  tables: z.array(z.object({ name: z.string(), rows: z.number() })),
  manifest: manifestSchema.nullable(),
  verifications: z.array(
    z.object({ store: z.string(), ok: z.boolean(), reason: z.string().nullable(), verifiedAt: z.string() }),
  ),
  restores: z.array(restoreSchema),
  /** Its test restores, newest first. */
  drills: z.array(drillSchema),
  /** What has to be known of one that was made by other means. */
  notes: z.array(z.string()),
  handRestore: z.array(z.string()),
});
export type BackupDetail = z.infer<typeof backupDetailSchema>;

/** One point of the strip and the trends. */
export const backupPointSchema = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.enum(backupKinds),
  status: z.enum(backupStatuses),
  /** FAILED because somebody cancelled it. */
  cancelled: z.boolean(),
  createdAt: z.string(),
  sizeBytes: z.number(),
  plainBytes: z.number(),
  durationSeconds: z.number().nullable(),
});
export type BackupPoint = z.infer<typeof backupPointSchema>;

export const backupRequests = {
  /** A page after `cursor`, in the asked order; `total` counts everything that the filter lets through. */
  'backups.page': reading(
    z.strictObject({
      filter: backupFilterSchema,
      sort: z.enum(backupSorts),
      descending: z.boolean(),
      cursor: z.string().nullable(),
      limit: z.number().int().min(1).max(1000),
    }),
    z.object({ backups: z.array(backupSchema), cursor: z.string().nullable(), total: z.number() }),
  ),
  'backups.show': reading(z.strictObject({ id: ulidSchema }), backupDetailSchema),
  'backups.points': reading(
    z.strictObject({
      source: z.string().nullable(),
      kind: z.enum(backupKinds).nullable(),
      days: z.number().int().min(1).max(400),
    }),
    z.object({ points: z.array(backupPointSchema) }),
  ),
  'backups.start': changing(
    'operator',
    z.strictObject({
      source: z.string(),
      note: noteSchema.nullable(),
      pinned: z.boolean(),
      /** When a system notification tells how it ended. */
      notify: z.enum(['always', 'failure']),
    }),
    startedJob,
  ),
  /** Takes in a backup that was made by other means: a file of the machine on which the console runs. */
  'backups.import': changing(
    'owner',
    z.strictObject({
      source: z.string(),
      file: z.string().min(1, 'the path of the file').max(4096, 'a path has at most 4096 characters'),
      format: z.enum(importFormats),
      /** Of a Fernet token. */
      key: secretSchema.nullable(),
    }),
    startedJob,
  ),
  /** Copies to every store what it lacks. */
  'backups.replicate': changing('operator', nothing, startedJob),
  /** Several one after another in one job each. `deep` also restores into a database that is dropped again. */
  'backups.verify': changing(
    'operator',
    z.strictObject({ ids: z.array(ulidSchema).min(1).max(1000), store: z.string().nullable(), deep: z.boolean() }),
    startedJob,
  ),
  /** Shows the folder of a copy in the system's file browser, where the console has one. @throws COPY_NOT_HERE */
  'backups.reveal': reading(
    z.strictObject({ id: ulidSchema, store: z.string() }),
    z.object({ path: z.string(), shown: z.boolean() }),
    'operator',
  ),
};
