import { z } from 'zod';
import {
  blockerKinds,
  mergePolicies,
  tablePolicies,
  type MergeBlocker,
  type MergePlan,
  type RowSample,
  type TableComparison,
} from '../merge.ts';
import { changing, grave, reading } from './define.ts';
import { restoreTargetSchema } from './restores.ts';
import { startedJob, ulidSchema } from './shapes.ts';

/** What shall be merged into the live database `into`, and how. */
export const mergeWishSchema = restoreTargetSchema.extend({
  /** Only this tenant's rows; null: all rows, or the tenant of a tenant's backup. */
  tenant: z.string().max(1000).nullable(),
  policy: z.enum(mergePolicies),
  /** By `schema.table`. */
  tablePolicies: z.record(z.string(), z.enum(tablePolicies)),
});
export type MergeAsk = z.infer<typeof mergeWishSchema>;

const rowSampleSchema = z.object({
  key: z.record(z.string(), z.string().nullable()),
  columns: z.array(z.object({ name: z.string(), live: z.string().nullable(), backup: z.string().nullable() })),
}) satisfies z.ZodType<RowSample>;

const tableComparisonSchema = z.object({
  name: z.string(),
  policy: z.enum(tablePolicies),
  insert: z.number(),
  differ: z.number(),
  same: z.number(),
  extra: z.number(),
  conflicts: z.number(),
  samples: z.array(rowSampleSchema),
  conflictSamples: z.array(rowSampleSchema),
}) satisfies z.ZodType<TableComparison>;

const mergeBlockerSchema = z.object({
  kind: z.enum(blockerKinds),
  table: z.string(),
  count: z.number(),
  sentence: z.string(),
}) satisfies z.ZodType<MergeBlocker>;

const mergePlanSchema = z.object({
  tenant: z.string().nullable(),
  tables: z.array(tableComparisonSchema),
  blockers: z.array(mergeBlockerSchema),
  notes: z.array(z.string()),
}) satisfies z.ZodType<MergePlan>;

export const mergeRequests = {
  /**
   * Compares the backup with the live database without changing anything or keeping anybody waiting. It takes as long as
   * restoring the backup: when the job has ended well, `merge.planned` has the plan. The blockers are those of the
   * policies that were asked for.
   */
  'merge.plan': changing('operator', mergeWishSchema, startedJob.extend({ planId: z.string() })),
  /** The plan of a job that has ended; null while it runs, when it failed, and after a restart of the console. */
  'merge.planned': reading(
    z.strictObject({ planId: ulidSchema }),
    z.object({ plan: mergePlanSchema.nullable() }),
    'operator',
  ),
  /**
   * Puts rows back into the live database `into`, whose name is typed once more; a rehearsal does everything and then
   * rolls back. `restores.show` has the result, `restores.rollback` undoes it.
   */
  'merge.start': grave(
    mergeWishSchema.extend({ rehearse: z.boolean(), typedName: z.string() }),
    startedJob.extend({ restoreId: z.string() }),
  ),
};
