import { z } from 'zod';
import { backupStatuses } from '../backup.ts';
import { findingSeverities, type OwnerDoubt, type RoleSql, type RowFinding, type TenantCoverage } from '../tenant.ts';
import { changing, reading } from './define.ts';
import { loggedFailureSchema, noteSchema, startedJob, tenantModelSchema } from './shapes.ts';

export const rowFindingSchema = z.object({
  mode: z.enum(['full', 'tenant', 'wal', 'restore']),
  relation: z.string(),
  severity: z.enum(findingSeverities),
  reason: z.string(),
}) satisfies z.ZodType<RowFinding>;

const ownerDoubtSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  reason: z.string(),
}) satisfies z.ZodType<OwnerDoubt>;

const roleSqlSchema = z.object({
  full: z.string(),
  tenant: z.string(),
  wal: z.string(),
  restore: z.string(),
}) satisfies z.ZodType<RoleSql>;

const tenantCoverageSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  firstSeenAt: z.string().nullable(),
  lastSeenAt: z.string().nullable(),
  goneSince: z.string().nullable(),
  newest: z
    .object({
      backupId: z.string(),
      createdAt: z.string(),
      status: z.enum(backupStatuses),
      verifiedAt: z.string().nullable(),
      sizeBytes: z.number(),
      goodCopies: z.number(),
    })
    .nullable(),
  provenAt: z.string().nullable(),
  failed: loggedFailureSchema.extend({ backupId: z.string(), at: z.string() }).nullable(),
}) satisfies z.ZodType<TenantCoverage>;

export const coverageSchema = z.object({
  source: z.string(),
  /** Null: the source has no tenant model yet. */
  model: tenantModelSchema.nullable(),
  /** When the tenant table was last read; null: never. */
  lookedAt: z.string().nullable(),
  tenants: z.array(tenantCoverageSchema),
});
export type CoverageView = z.infer<typeof coverageSchema>;

export const tenantPreflightSchema = z.object({
  source: z.string(),
  /** Nothing blocks, and every shared table is confirmed. */
  ok: z.boolean(),
  findings: z.array(rowFindingSchema),
  /** Tables of which a person should say whose their rows are; each is among the findings too. */
  doubts: z.array(ownerDoubtSchema),
  roleSql: roleSqlSchema,
});
export type TenantPreflight = z.infer<typeof tenantPreflightSchema>;

const oneSource = z.strictObject({ source: z.string() });

export const tenantRequests = {
  /** What is remembered; asks no database. @throws SOURCE_NOT_FOUND */
  'tenants.coverage': reading(oneSource, coverageSchema),
  /** Reads the tenant table, notes who came and who went, and answers as `tenants.coverage`. @throws TENANT_MODEL_MISSING, SOURCE_… */
  'tenants.look': reading(oneSource, coverageSchema, 'operator'),
  /** Row-level security as both logins meet it, and the SQL of the roles. Works without a tenant model. @throws SOURCE_… */
  'tenants.preflight': reading(oneSource, tenantPreflightSchema, 'operator'),
  /** Adds to the tables without tenants that every tenant's backup holds whole. @throws TENANT_MODEL_MISSING, USAGE */
  'tenants.confirmShared': changing(
    'owner',
    z.strictObject({ source: z.string(), tables: z.array(z.string()).min(1).max(10_000) }),
    z.object({ sharedTables: z.array(z.string()) }),
  ),
  /** Says by which column whose rows a table's are, where nothing else tells; an empty name forgets it. @throws TENANT_MODEL_…, SOURCE_… */
  'tenants.sayOwners': changing(
    'owner',
    z.strictObject({ source: z.string(), owners: z.record(z.string(), z.string()) }),
    z.object({ owners: z.record(z.string(), z.string()) }),
  ),
  /** One job for all of them; one that fails does not stop the others. Its notes and the catalogue tell each outcome. */
  'tenants.backUp': changing(
    'operator',
    z.strictObject({
      source: z.string(),
      tenants: z.union([z.literal('all'), z.array(z.string().min(1)).min(1).max(10_000)]),
      note: noteSchema.nullable(),
      pinned: z.boolean(),
      notify: z.enum(['always', 'failure']),
    }),
    startedJob,
  ),
};
