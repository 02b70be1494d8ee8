import { z } from 'zod';
import { backupKinds, importFormats } from './backup.ts';
import { configurationEntrySchema } from './configuration.ts';

const objectSchema = z.object({
  /** `schema`: everything before and after the rows; `data`: rows; `globals`: roles as SQL; `config`: a tar of files. */
  role: z.enum(['schema', 'data', 'globals', 'config']),
  key: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  plainBytes: z.number(),
  /** Of the pg_dump archive, `1.14`; null for plain SQL. */
  archiveVersion: z.string().nullable(),
});

const tableSchema = z.object({
  schema: z.string(),
  table: z.string(),
  /** What COPY needs to read the same columns again. */
  copyTarget: z.string(),
  rows: z.number(),
  copyBytes: z.number(),
  /** SHA-256 of the table's COPY text in heap order. */
  sha256: z.string(),
  /** Which of `objects` holds its rows. */
  object: z.number().int(),
  /** False for the configuration tables of extensions, which the extension fills itself. */
  comparable: z.boolean(),
});

const databaseSchema = z.object({
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** `c` libc, `i` ICU, `b` builtin. */
  localeProvider: z.string(),
  locale: z.string().nullable(),
  connectionLimit: z.number(),
  comment: z.string().nullable(),
  sizeBytes: z.number(),
  /** Null when the database has the default privileges. */
  grants: z
    .array(z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }))
    .nullable(),
  /** `ALTER DATABASE … SET`, and `ALTER ROLE … IN DATABASE … SET` where a role is named. */
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
});

const roleSchema = z.object({
  name: z.string(),
  superuser: z.boolean(),
  inherit: z.boolean(),
  createRole: z.boolean(),
  createDb: z.boolean(),
  login: z.boolean(),
  replication: z.boolean(),
  bypassRls: z.boolean(),
  connectionLimit: z.number(),
  memberOf: z.array(z.string()),
  /** `ALTER ROLE … SET`, for every database; earlier versions did not write them down. */
  settings: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  /** `VALID UNTIL`, as the server writes it in UTC; not in manifests of earlier versions, as the rest. */
  validUntil: z.string().nullable().optional(),
  comment: z.string().nullable().optional(),
  /** More of what `memberOf` names; `inherit` and `set` are null of a server before 16, which has them for all. */
  memberships: z
    .array(
      z.object({ role: z.string(), admin: z.boolean(), inherit: z.boolean().nullable(), set: z.boolean().nullable() }),
    )
    .optional(),
});

/** The shape of a manifest; fields that this version does not know are allowed. */
export const manifestSchema = z.object({
  formatVersion: z.number().int(),
  id: z.string(),
  repositoryId: z.string(),
  machineId: z.string(),
  sequence: z.number().int(),
  /** SHA-256 of the manifest before this one, as it is stored. */
  previousSha256: z.string().nullable(),
  kind: z.enum(backupKinds),
  source: z.object({ name: z.string(), host: z.string(), port: z.number(), database: z.string() }),
  tenant: z.string().nullable(),
  note: z.string().nullable(),
  pinned: z.boolean(),
  /** The moment of the snapshot: what was committed later is not in the backup. */
  createdAt: z.string(),
  durationSeconds: z.number(),
  server: z.object({ version: z.string(), major: z.number() }),
  tool: z.object({ version: z.string(), major: z.number() }),
  strongroomVersion: z.string(),
  codec: z.enum(['zstd', 'gzip']),
  recipients: z.array(z.string()),
  database: databaseSchema,
  roles: z.array(roleSchema),
  /** Tablespaces in use besides the default one; a dump does not carry them. */
  tablespaces: z.array(z.string()),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  objects: z.array(objectSchema),
  tables: z.array(tableSchema),
  materializedViews: z.array(z.object({ name: z.string(), rows: z.number().nullable() })),
  sequences: z.array(z.object({ name: z.string(), lastValue: z.string().nullable(), ascending: z.boolean() })),
  indexes: z.array(z.string()),
  /** `shop.sales: sales_customer_id_fkey` */
  foreignKeys: z.array(z.string()),
  largeObjects: z.object({ count: z.number(), fingerprint: z.string().nullable() }),
  /** Of a backup that was made by other means and taken in. */
  imported: z
    .object({
      /** The name that the file had. */
      file: z.string(),
      format: z.enum(importFormats),
      importedAt: z.string(),
      sizeBytes: z.number(),
      sha256: z.string(),
      /** Of the archive and the table digests. */
      encoding: z.string(),
      /** In which its moments are written, as far as is known: that of the server of the source at the import. */
      timeZone: z.string().nullable(),
      /** The tables with row-level security, as `schema.table`: of their rows some may have been hidden from the dump. */
      rowSecurity: z.array(z.string()).optional(),
    })
    .optional(),
  /** Of a backup of configuration: what its tar holds, and what could not be had. */
  configuration: z.object({ entries: z.array(configurationEntrySchema), gaps: z.array(z.string()) }).optional(),
  /** What was done to prove that the stored bytes can be read. */
  proof: z.object({ provenAt: z.string(), seconds: z.number() }),
});
