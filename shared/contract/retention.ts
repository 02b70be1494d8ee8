import { z } from 'zod';
import { backupKinds, copyStates } from '../backup.ts';
import { retentionPolicySchema } from '../retention.ts';
import { storeKinds } from '../store.ts';
import { changing, grave, reading } from './define.ts';
import { nothing, startedJob, ulidSchema } from './shapes.ts';

const idsSchema = z.array(ulidSchema).min(1).max(1000);

/** A copy, and what becomes of it by the policies. */
export const plannedCopySchema = z.object({
  id: z.string(),
  store: z.string(),
  kind: z.enum(backupKinds),
  source: z.string(),
  tenant: z.string().nullable(),
  createdAt: z.string(),
  state: z.enum(copyStates),
  sizeBytes: z.number(),
  /** Why it goes or stays. */
  reason: z.string(),
});
export type PlannedCopyView = z.infer<typeof plannedCopySchema>;

const storePolicySchema = z.object({
  store: z.string(),
  kind: z.enum(storeKinds),
  /** Null: set by another version and not understood, so nothing goes there. */
  policy: retentionPolicySchema.nullable(),
});
export type StorePolicy = z.infer<typeof storePolicySchema>;

const storePlanSchema = z.object({
  store: z.string(),
  deleteCount: z.number(),
  deleteBytes: z.number(),
  keepCount: z.number(),
  keepBytes: z.number(),
});

export const deletionSchema = z.object({
  backups: z.number(),
  copies: z.number(),
  bytes: z.number(),
  stores: z.array(z.string()),
  /** Backups that another store goes on keeping. */
  staysElsewhere: z.number(),
  /** What somebody should know before: the last one of a source, pinned ones. With any, it has to be confirmed twice. */
  warnings: z.array(z.string()),
  /** Why some of them cannot be deleted now. */
  inUse: z.array(z.object({ id: z.string(), user: z.string() })),
});
export type DeletionView = z.infer<typeof deletionSchema>;

const chosen = z.strictObject({ ids: idsSchema, /** Null: in every store. */ store: z.string().nullable() });

export const retentionRequests = {
  'retention.policies': reading(nothing, z.object({ stores: z.array(storePolicySchema) })),
  /**
   * What would go and what would stay now, with the policy of one store replaced by another one where it is tried out.
   * Counts of everything, and of one store the first copies of both lists, as many as `limit`.
   */
  'retention.preview': reading(
    z.strictObject({
      store: z.string(),
      policy: retentionPolicySchema.nullable(),
      limit: z.number().int().min(0).max(1000),
    }),
    z.object({
      stores: z.array(storePlanSchema),
      delete: z.array(plannedCopySchema),
      keep: z.array(plannedCopySchema),
    }),
  ),
  /** Why each copy of a backup stays, and until when; or goes at the next clean-up. @throws BACKUP_NOT_FOUND */
  'retention.fate': reading(
    z.strictObject({ id: ulidSchema }),
    z.object({ copies: z.array(z.object({ store: z.string(), goes: z.boolean(), reason: z.string() })) }),
  ),
  /** Nothing is deleted before the next clean-up. @param policy null: what is usual for the kind. @throws STORE_NOT_FOUND */
  'retention.setPolicy': grave(
    z.strictObject({ store: z.string(), policy: retentionPolicySchema.nullable() }),
    z.object({ stores: z.array(storePolicySchema) }),
  ),
  /** Deletes what the policies let go, in every store or in one. */
  'retention.cleanUp': grave(z.strictObject({ store: z.string().nullable() }), startedJob),
  'retention.pin': changing('operator', z.strictObject({ ids: idsSchema }), nothing),
  /** From then on retention may delete them. */
  'retention.unpin': changing('owner', z.strictObject({ ids: idsSchema }), nothing),
  /** What would be lost; deletes nothing. @throws BACKUP_NOT_FOUND */
  'retention.describeDeletion': reading(chosen, deletionSchema),
  /** @throws BACKUP_IN_USE, BACKUP_KEPT, BACKUP_NOT_FOUND */
  'retention.delete': grave(chosen.extend({ evenIfKept: z.boolean() }), startedJob),
};
