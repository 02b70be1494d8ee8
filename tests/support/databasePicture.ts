import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';

const execute = promisify(execFile);

/** Everything by which two databases can be told apart, found without any code of the product. */
export interface DatabasePicture {
  /** `"schema"."table"|rows|sum of a hash of every row`, whatever the order of the rows. */
  tables: string[];
  sequences: string[];
  largeObjects: string[];
  /** `pg_dump --schema-only`: types, tables, indexes, keys, triggers, functions, policies, owners, grants … */
  schema: string;
}

export async function pictureOf(cluster: Cluster, database: string): Promise<DatabasePicture> {
  return {
    tables: await tablesOf(cluster, database),
    sequences: (await cluster.psql(database, sequencesSql)).split('\n'),
    largeObjects: (await cluster.psql(database, largeObjectsSql)).split('\n'),
    schema: await schemaOf(cluster, database),
  };
}

/** The rows of every table and materialized view. */
export async function tablesOf(cluster: Cluster, database: string): Promise<string[]> {
  return (await cluster.psql(database, tablesSql)).split('\n');
}

/** What belongs to the database itself, of which `pg_dump` without `--create` knows nothing. */
export async function propertiesOf(cluster: Cluster, database: string): Promise<string[]> {
  const name = database.replaceAll("'", "''");
  return (await cluster.psql('postgres', propertiesSql.replaceAll('$name', name))).split('\n');
}

/** The names of the databases that a restore fills, and that are gone or renamed when it is over. */
export async function scratchDatabases(cluster: Cluster): Promise<string[]> {
  const names = await cluster.psql('postgres', `SELECT datname FROM pg_database WHERE datname LIKE 'strongroom%';`);
  return names.split('\n').filter(Boolean);
}

const pinned = `SET statement_timeout = 0; SET search_path = ''; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 3; SET intervalstyle = 'postgres'; SET bytea_output = 'hex';`;

const tablesSql = `${pinned}
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ONLY %I.%I t;',
  format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname, c.relname \\gexec`;

const sequencesSql = `${pinned} SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2;`;

const largeObjectsSql = `${pinned} SELECT oid, md5(lo_get(oid)), pg_get_userbyid(lomowner) FROM pg_largeobject_metadata ORDER BY 1;`;

const propertiesSql = `
SELECT 'owner ' || pg_get_userbyid(datdba), 'limit ' || datconnlimit, pg_encoding_to_char(encoding), datcollate, datctype,
  'comment ' || coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = '$name';
SELECT 'grant ' || a.privilege_type || ' to ' || CASE a.grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(a.grantee) END
  || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END
FROM pg_database, aclexplode(datacl) a WHERE datname = '$name' ORDER BY 1;
SELECT 'setting ' || CASE s.setrole WHEN 0 THEN '' ELSE pg_get_userbyid(s.setrole) || ' ' END || c
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c WHERE d.datname = '$name' ORDER BY 1;`;

async function schemaOf(cluster: Cluster, database: string): Promise<string> {
  const dumped = await execute(join(cluster.clientDir, 'pg_dump'), ['--schema-only', '--no-password'], {
    env: { ...process.env, ...cluster.environment(database) },
    maxBuffer: 64 * 1024 * 1024,
  });
  // A key against injected commands, new in every dump.
  return dumped.stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}
