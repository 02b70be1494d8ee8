import { z } from 'zod';
import { passwordPurposes } from '../source.ts';
import { changing, grave, reading } from './define.ts';
import { rowFindingSchema } from './tenants.ts';
import { connectionSchema, nameSchema, nothing, secretSchema, tenantModelSchema } from './shapes.ts';

/** What is typed into the form of a source. */
export const sourceFormSchema = z.strictObject({
  name: nameSchema,
  connection: connectionSchema,
  /** Null: looked up as libpq does. */
  password: secretSchema.nullable(),
  /** A folder with client programs; null looks in the usual places. */
  toolsDir: z.string().nullable(),
});
export type SourceForm = z.infer<typeof sourceFormSchema>;

export const sourceAnswerSchema = z.object({
  name: z.string(),
  url: z.string(),
  serverVersion: z.string(),
  tools: z.array(z.object({ version: z.string(), path: z.string(), chosen: z.boolean() })),
  obstacles: z.array(z.object({ relation: z.string(), reason: z.string() })),
  /** What a tenant backup would meet, and what deserves a look; empty where nothing does. */
  findings: z.array(rowFindingSchema),
});
export type SourceAnswer = z.infer<typeof sourceAnswerSchema>;

const sourceSchema = z.object({
  name: z.string(),
  url: z.string(),
  database: z.string(),
  toolsDir: z.string().nullable(),
  tenants: tenantModelSchema.nullable(),
});
export type SourceView = z.infer<typeof sourceSchema>;

export const sourceRequests = {
  'sources.list': reading(nothing, z.object({ sources: z.array(sourceSchema) })),
  /** Asks a database that is not a source yet for its version and for what would keep a backup from being whole. */
  'sources.try': reading(sourceFormSchema, sourceAnswerSchema, 'operator'),
  'sources.add': changing('owner', sourceFormSchema, sourceAnswerSchema),
  'sources.test': reading(z.strictObject({ name: z.string() }), sourceAnswerSchema, 'operator'),
  'sources.setPassword': grave(
    z.strictObject({ name: z.string(), purpose: z.enum(passwordPurposes), password: secretSchema }),
    nothing,
  ),
  /** How its tenants are told apart, checked against the database; null forgets it. @throws TENANT_MODEL_WRONG, SOURCE_… */
  'sources.setTenants': changing(
    'owner',
    z.strictObject({ name: z.string(), tenants: z.strictObject(tenantModelSchema.shape).nullable() }),
    z.object({ tenants: tenantModelSchema.nullable() }),
  ),
  /** Its backups stay. */
  'sources.remove': grave(z.strictObject({ name: z.string() }), nothing),
  /** SQL that makes a proper role for backups, to be run by somebody who may. */
  'sources.roleSql': reading(nothing, z.object({ sql: z.string() })),
  /** Every preflight: tools, versions, privileges, disk, stores, keys, clock. */
  'sources.doctor': reading(
    z.strictObject({ source: z.string().nullable() }),
    z.object({
      ok: z.boolean(),
      checks: z.array(
        z.object({
          id: z.string(),
          severity: z.enum(['ok', 'warn', 'block']),
          message: z.string(),
          hint: z.string(),
          code: z.string().optional(),
          /** Every table and role that it is about, each with its own reason. */
          findings: z.array(rowFindingSchema).optional(),
        }),
      ),
    }),
    'operator',
  ),
};
