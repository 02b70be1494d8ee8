import type pg from 'pg';
import type { Manifest, ManifestDatabase, ManifestRole } from '../../shared/manifest.ts';

/** What a database holds beside its rows: recorded with a backup, and asked again of a restore. */
export type Inventory = Pick<
  Manifest,
  'tablespaces' | 'extensions' | 'materializedViews' | 'sequences' | 'indexes' | 'foreignKeys' | 'largeObjects'
>;

const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
/** Objects that an extension made come back with the extension. */
const notOfExtension = (catalogue: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

export async function takeInventory(client: pg.Client): Promise<Inventory> {
  const extensions = await client.query<{ name: string; version: string }>(
    'SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1',
  );
  const tablespaces = await client.query<{ name: string }>(
    `SELECT DISTINCT t.spcname AS name FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
     WHERE t.spcname NOT IN ('pg_default', 'pg_global') ORDER BY 1`,
  );
  const indexes = await client.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indisvalid AND ${ours} AND ${notOfExtension('pg_class', 'i.indrelid')} ORDER BY 1`,
  );
  const foreignKeys = await client.query<{ name: string }>(
    `SELECT format('%I.%I: %I', n.nspname, c.relname, k.conname) AS name
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.convalidated AND ${ours} ORDER BY 1`,
  );
  const sequences = await client.query<Inventory['sequences'][number]>(
    `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS "lastValue", increment_by > 0 AS ascending
     FROM pg_sequences WHERE schemaname !~ '^pg_' ORDER BY 1`,
  );
  return {
    tablespaces: tablespaces.rows.map(({ name }) => name),
    extensions: extensions.rows,
    indexes: indexes.rows.map(({ name }) => name),
    foreignKeys: foreignKeys.rows.map(({ name }) => name),
    sequences: sequences.rows,
    materializedViews: await countMaterializedViews(client),
    largeObjects: await digestLargeObjects(client),
  };
}

async function countMaterializedViews(client: pg.Client): Promise<Inventory['materializedViews']> {
  const views = await client.query<{ name: string; filled: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relispopulated AS filled
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND ${ours} ORDER BY 1`,
  );
  const counted: Inventory['materializedViews'] = [];
  for (const { name, filled } of views.rows) {
    const rows = filled
      ? (await client.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${name}`)).rows[0]!.rows
      : null;
    counted.push({ name, rows });
  }
  return counted;
}

/**
 * The fingerprint covers size and content of every large object; only a superuser may read the table that holds them.
 * A page that was never written reads as zeros, and a restore writes them: both count as nothing.
 */
async function digestLargeObjects(client: pg.Client): Promise<Inventory['largeObjects']> {
  const counted = await client.query<{ count: number; readable: boolean }>(
    `SELECT count(*)::float8 AS count, has_table_privilege('pg_largeobject', 'SELECT') AS readable FROM pg_largeobject_metadata`,
  );
  const { count, readable } = counted.rows[0]!;
  if (!readable || count === 0) return { count, fingerprint: null };
  const digest = await client.query<{ fingerprint: string }>(
    `WITH page AS (
       SELECT loid::bigint AS loid, pageno, pageno * (size / 4)::bigint + length(data) AS until, rpad(encode(data, 'hex'), size / 2, '0') AS hex
       FROM pg_largeobject, (SELECT current_setting('block_size')::int AS size) block)
     SELECT (coalesce((SELECT sum(hashtextextended(hex, loid * 1000003 + pageno)::numeric) FROM page WHERE hex ~ '[^0]'), 0)
       + coalesce((SELECT sum(hashint8extended(until, loid)::numeric)
           FROM (SELECT loid, max(until) AS until FROM page GROUP BY loid) ends), 0))::text AS fingerprint`,
  );
  return { count, fingerprint: digest.rows[0]!.fingerprint };
}

/** Tables with rows to dump, with the bytes they take on disk (without indexes), biggest first. */
export async function listTables(
  client: pg.Client,
): Promise<{ oid: number; schema: string; table: string; bytes: number; comparable: boolean }[]> {
  const { rows } = await client.query<{
    oid: number;
    schema: string;
    table: string;
    bytes: number;
    comparable: boolean;
  }>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS table, pg_table_size(c.oid)::float8 AS bytes,
       ${notOfExtension('pg_class', 'c.oid')} AS comparable
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${ours} ORDER BY 4 DESC, 1`,
  );
  return rows;
}

/** What `pg_dump` without `--create` leaves out: everything that belongs to the database itself. */
export async function describeDatabase(client: pg.Client): Promise<ManifestDatabase> {
  const version = await serverVersion(client);
  const locale = version.major >= 17 ? 'd.datlocale' : version.major >= 15 ? 'd.daticulocale' : 'NULL';
  const provider = version.major >= 15 ? 'd.datlocprovider' : `'c'`;
  const found = await client.query<ManifestDatabase & { oid: number; hasAcl: boolean }>(
    `SELECT d.oid::int8::float8 AS oid, d.datname AS name, pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
       d.datcollate AS collate, d.datctype AS ctype, ${provider}::text AS "localeProvider", ${locale}::text AS locale,
       d.datconnlimit AS "connectionLimit", shobj_description(d.oid, 'pg_database') AS comment,
       pg_database_size(d.oid)::float8 AS "sizeBytes", d.datacl IS NOT NULL AS "hasAcl"
     FROM pg_database d WHERE d.datname = current_database()`,
  );
  const { oid, hasAcl, ...database } = found.rows[0]!;
  const grants = await client.query<{ grantee: string | null; privilege: string; grantable: boolean }>(
    `SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END AS grantee, a.privilege_type AS privilege, a.is_grantable AS grantable
     FROM pg_database d, aclexplode(d.datacl) a WHERE d.oid = $1`,
    [oid],
  );
  const settings = await client.query<{ role: string | null; name: string; value: string }>(
    `SELECT CASE s.setrole WHEN 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END AS role,
       split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
     FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setdatabase = $1`,
    [oid],
  );
  return { ...database, grants: hasAcl ? grants.rows : null, settings: settings.rows };
}

/** The roles of the cluster, without passwords and without the ones that PostgreSQL brings. */
export async function listRoles(client: pg.Client): Promise<ManifestRole[]> {
  const { rows } = await client.query<ManifestRole>(
    `SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcreaterole AS "createRole",
       r.rolcreatedb AS "createDb", r.rolcanlogin AS login, r.rolreplication AS replication, r.rolbypassrls AS "bypassRls",
       r.rolconnlimit AS "connectionLimit",
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid GROUP BY 1 ORDER BY 1) AS "memberOf",
       (SELECT coalesce(json_agg(json_build_object('name', split_part(c, '=', 1), 'value', substr(c, strpos(c, '=') + 1))), '[]')
        FROM unnest(r.rolconfig) c) AS settings,
       r.rolvaliduntil::text AS "validUntil", shobj_description(r.oid, 'pg_authid') AS comment,
       (SELECT coalesce(json_agg(o ORDER BY o.role), '[]') FROM (
         SELECT g.rolname AS role, bool_or(m.admin_option) AS admin,
           -- Columns that came with version 16, where several may have granted the same.
           bool_or((to_jsonb(m) ->> 'inherit_option')::boolean) AS inherit, bool_or((to_jsonb(m) ->> 'set_option')::boolean) AS set
         FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid GROUP BY 1) o) AS memberships
     FROM pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1`,
  );
  return rows;
}

export interface ServerVersion {
  /** `15.18` */
  version: string;
  major: number;
}

export async function serverVersion(client: pg.Client): Promise<ServerVersion> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  const { version, number } = rows[0]!;
  return { version: version.split(' ')[0]!, major: Math.floor(number / 10000) };
}
