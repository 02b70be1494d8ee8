import { z } from 'zod';
import { changing, grave, reading } from './define.ts';
import { connectionSchema, databaseNameSchema, restoreSchema, secretSchema, startedJob, ulidSchema } from './shapes.ts';

/** Where a backup shall be restored to. */
export const restoreTargetSchema = z.strictObject({
  backupId: ulidSchema,
  into: databaseNameSchema,
  /** Another server than the source's, entered through this database; null is the source's own server. */
  on: connectionSchema.nullable(),
  /** For that server, or another one than the source's password for restoring; null uses what is known. */
  password: secretSchema.nullable(),
  /** Only copies of this store; null tries the nearest first. */
  store: z.string().nullable(),
});
export type RestoreTarget = z.infer<typeof restoreTargetSchema>;

export const restorePreviewSchema = z.object({
  /** Sentences of what will happen, and what will not be there afterwards. */
  consequences: z.array(z.string()),
  /** What a person should know before: roles that are missing, owners that cannot be kept … */
  warnings: z.array(z.string()),
  server: z.string(),
  serverVersion: z.string(),
  targetExists: z.boolean(),
  /** Stores whose manifest was good, nearest first; the others with the reason. */
  stores: z.array(z.object({ name: z.string(), ok: z.boolean(), reason: z.string().nullable() })),
  plainBytes: z.number(),
  /** From restores of this source that were made here; null where there is none to go by. */
  estimateSeconds: z.object({ least: z.number(), most: z.number() }).nullable(),
});
export type RestorePreview = z.infer<typeof restorePreviewSchema>;

const restoreId = z.strictObject({ id: ulidSchema });

export const restoreRequests = {
  'restores.list': reading(
    z.strictObject({ limit: z.number().int().min(1).max(1000) }),
    z.object({ restores: z.array(restoreSchema) }),
  ),
  /** @throws RESTORE_NOT_FOUND */
  'restores.show': reading(restoreId, restoreSchema),
  /** What a restore would meet and do. Changes nothing. @throws as a restore's preflight refuses */
  'restores.preview': reading(restoreTargetSchema.extend({ swap: z.boolean() }), restorePreviewSchema, 'operator'),
  /** Into a new database. @throws TARGET_EXISTS … */
  'restores.start': changing('operator', restoreTargetSchema, startedJob.extend({ restoreId: z.string() })),
  /** Into a new database that then takes the place of the live one named `into`. `typedName` is that name, typed. */
  'restores.startSwap': grave(
    restoreTargetSchema.extend({ typedName: z.string() }),
    startedJob.extend({ restoreId: z.string() }),
  ),
  /** Puts a restored database that was verified in the place of the live one. @throws SWAP_IMPOSSIBLE */
  'restores.swap': grave(restoreId.extend({ live: databaseNameSchema, typedName: z.string() }), startedJob),
  /**
   * Undoes a swap or a merge. A merge is not undone where its rows were changed since, unless `evenIfChanged`.
   * @throws ROLLBACK_IMPOSSIBLE
   */
  'restores.rollback': grave(restoreId.extend({ evenIfChanged: z.boolean().default(false) }), startedJob),
};
