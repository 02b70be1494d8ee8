import { z } from 'zod';
import { backupKinds, backupStatuses, copyStates, ulidPattern, type Backup, type Copy } from '../backup.ts';
import { mergePolicies, tablePolicies, type MergeResult } from '../merge.ts';
import { restoreModes, restoreStatuses, type ObjectCheck, type Restore, type Verification } from '../restore.ts';
import { sslModes, type TenantModel } from '../source.ts';
import { storeKinds } from '../store.ts';

/** Nothing has to be said, or there is nothing to tell. */
export const nothing = z.strictObject({});
export const ulidSchema = z.string().regex(ulidPattern);
/** Names of sources and stores, as people choose them. */
export const nameSchema = z
  .string()
  .min(1, 'a name is needed')
  .max(60, 'a name has at most 60 characters')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name has letters, digits, dots and dashes, such as "shop"');
export const noteSchema = z.string().max(500, 'a note has at most 500 characters');
/** PostgreSQL cuts longer names. */
export const databaseNameSchema = z
  .string()
  .min(1, 'a name is needed')
  .refine((name) => new TextEncoder().encode(name).length <= 63, 'a database name has at most 63 bytes');
export const secretSchema = z.string().max(4096);
export const startedJob = z.object({ jobId: z.string() });

/** What a failure leaves in a log. */
export const loggedFailureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

const copySchema = z.object({
  store: z.string(),
  storeKind: z.enum(storeKinds),
  state: z.enum(copyStates),
  key: z.string(),
  sizeBytes: z.number(),
  verifiedAt: z.string().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<Copy>;

export const backupSchema = z.object({
  id: z.string(),
  kind: z.enum(backupKinds),
  source: z.string(),
  tenant: z.string().nullable(),
  status: z.enum(backupStatuses),
  filename: z.string(),
  sizeBytes: z.number(),
  plainBytes: z.number(),
  sha256: z.string().nullable(),
  compressionRatio: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  createdAt: z.string(),
  verifiedAt: z.string().nullable(),
  pinned: z.boolean(),
  note: z.string().nullable(),
  failure: loggedFailureSchema.nullable(),
  copies: z.array(copySchema),
  deletedAt: z.string().optional(),
}) satisfies z.ZodType<Backup>;

const objectCheckSchema = z.object({
  expected: z.number(),
  ok: z.number(),
  problems: z.array(z.string()),
}) satisfies z.ZodType<ObjectCheck>;

export const verificationSchema = z.object({
  ok: z.boolean(),
  tables: z.array(z.object({ name: z.string(), expectedRows: z.number(), rows: z.number(), match: z.boolean() })),
  indexes: objectCheckSchema,
  foreignKeys: objectCheckSchema,
  sequences: objectCheckSchema,
  materializedViews: objectCheckSchema,
  largeObjects: objectCheckSchema,
}) satisfies z.ZodType<Verification>;

const mergeResultSchema = z.object({
  tenant: z.string().nullable(),
  policy: z.enum(mergePolicies),
  tablePolicies: z.record(z.string(), z.enum(tablePolicies)),
  rehearsal: z.boolean(),
  tables: z.array(
    z.object({
      name: z.string(),
      inserted: z.number(),
      updated: z.number(),
      deleted: z.number(),
      same: z.number(),
      conflicts: z.number(),
    }),
  ),
  outsideUnchanged: z.boolean(),
  undoUntil: z.string().nullable(),
}) satisfies z.ZodType<MergeResult>;

export const restoreSchema = z.object({
  id: z.string(),
  mode: z.enum(restoreModes),
  backupId: z.string(),
  source: z.string(),
  status: z.enum(restoreStatuses),
  target: z.string(),
  heldAs: z.string().nullable(),
  server: z.string(),
  swapped: z.boolean(),
  replaced: z.string().nullable(),
  startedAt: z.string(),
  completedAt: z.string().nullable(),
  durationSeconds: z.number().nullable(),
  restoredBytes: z.number().nullable(),
  verification: verificationSchema.nullable(),
  merge: mergeResultSchema.nullable(),
  notes: z.array(z.string()),
  initiatedBy: z.string(),
  failure: loggedFailureSchema.nullable(),
}) satisfies z.ZodType<Restore>;

export const tenantModelSchema = z.object({
  table: z.string(),
  idColumn: z.string(),
  nameColumn: z.string(),
  setting: z.string().nullable(),
  contextSql: z.string().nullable(),
  user: z.string(),
  sharedTables: z.array(z.string()),
  owners: z.record(z.string(), z.string()),
}) satisfies z.ZodType<TenantModel>;

/** A connection as a form has it; the password is separate, and never comes back. */
export const connectionSchema = z.strictObject({
  host: z.string().min(1, 'where the server is: a name or an address'),
  port: z.number().int().min(1, 'a port is from 1 to 65535').max(65_535, 'a port is from 1 to 65535'),
  user: z.string().min(1, 'the role that makes the backups'),
  database: databaseNameSchema,
  sslmode: z.enum(sslModes),
});
