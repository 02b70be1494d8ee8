import { escapeIdentifier, type Client } from 'pg';

export interface Column {
  name: string;
  /** Computed by the server, never written. */
  generated: boolean;
  /** GENERATED ALWAYS AS IDENTITY: can be inserted, but not updated. */
  identityAlways: boolean;
  notNull: boolean;
  hasDefault: boolean;
}

export interface UniqueKey {
  name: string;
  columns: string[];
  /** Its nulls count as equal. */
  nullsEqual: boolean;
}

/** A sequence that fills a column of whole numbers. */
export interface FedColumn {
  sequence: string;
  column: string;
  ascending: boolean;
}

/** A trigger, or a rule that turns a statement into others. */
export interface Trigger {
  kind: 'TRIGGER' | 'RULE';
  name: string;
  /** The table or partition that has it, quoted. */
  on: string;
  /** `O` fires unless the session is a replica, `A` always, `R` only in a replica. */
  state: 'O' | 'A' | 'R';
}

/** An ordinary table or a partitioned one as a whole, as the database describes it. */
export interface Table {
  oid: number;
  /** `schema.table`, for people. */
  name: string;
  /** Quoted. */
  sql: string;
  /** What FROM, UPDATE, DELETE and LOCK name: the table with its partitions, but without tables that inherit from it. */
  from: string;
  columns: Column[];
  /** The primary key, else a unique key without nulls; empty where there is none. */
  key: string[];
  /** Other unique keys that columns alone make up. */
  uniques: UniqueKey[];
  /** Unique indexes on expressions or on some rows only, and exclusion constraints: only doing it shows them. */
  hiddenRules: string[];
  triggers: Trigger[];
  sequences: FedColumn[];
  /** The role may turn its triggers off. */
  owned: boolean;
}

export interface ForeignKey {
  name: string;
  child: number;
  childSql: string;
  childName: string;
  parent: number;
  parentSql: string;
  parentName: string;
  columns: { own: string; parent: string }[];
  deferrable: boolean;
}

const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** The tables whose rows a merge can move: those of extensions, partitions by themselves and temporary ones are not among them. */
export async function describeTables(client: Client): Promise<Table[]> {
  const nullsEqual = (await major(client)) >= 15 ? 'i.indnullsnotdistinct' : 'false';
  const columnsOf = (numbers: string) =>
    `(SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(${numbers}) WITH ORDINALITY k (attnum, n)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.n <= i.indnkeyatts)`;
  const { rows } = await client.query<{
    oid: number;
    schema: string;
    table: string;
    partitioned: boolean;
    owned: boolean;
    columns: Column[] | null;
    indexes: (UniqueKey & { primary: boolean; plain: boolean })[] | null;
    triggers: Trigger[] | null;
    sequences: FedColumn[] | null;
  }>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS "table", c.relkind = 'p' AS partitioned,
       pg_has_role(c.relowner, 'USAGE') AS owned,
       (SELECT json_agg(json_build_object('name', a.attname, 'generated', a.attgenerated <> '',
          'identityAlways', a.attidentity = 'a', 'notNull', a.attnotnull,
          'hasDefault', a.atthasdef OR a.attidentity <> '') ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT json_agg(json_build_object('name', x.relname, 'primary', i.indisprimary, 'nullsEqual', ${nullsEqual},
          'plain', i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisexclusion,
          'columns', ${columnsOf('i.indkey::int2[]')}) ORDER BY i.indisprimary DESC, x.relname)
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisvalid AND (i.indisunique OR i.indisexclusion)) AS indexes,
       (SELECT json_agg(json_build_object('kind', f.kind, 'name', f.name, 'on', f.relation::regclass::text, 'state', f.state) ORDER BY f.name)
        FROM (SELECT 'TRIGGER' AS kind, tgname AS name, tgrelid AS relation, tgenabled AS state FROM pg_trigger WHERE NOT tgisinternal
              UNION ALL SELECT 'RULE', rulename, ev_class, ev_enabled FROM pg_rewrite WHERE ev_type IN ('2', '3', '4')) f
        WHERE f.state <> 'D' AND CASE f.kind WHEN 'RULE' THEN f.relation ELSE coalesce(pg_partition_root(f.relation), f.relation) END = c.oid) AS triggers,
       (SELECT json_agg(json_build_object('sequence', f.sequence, 'column', a.attname, 'ascending', q.seqincrement > 0))
        FROM (SELECT d.objid::regclass::text AS sequence, d.objid AS id, d.refobjsubid AS attnum FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
              UNION
              SELECT d.refobjid::regclass::text, d.refobjid, v.adnum FROM pg_depend d JOIN pg_attrdef v ON v.oid = d.objid
              WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND v.adrelid = c.oid) f
        JOIN pg_sequence q ON q.seqrelid = f.id
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.attnum
        JOIN pg_type y ON y.oid = a.atttypid
        WHERE coalesce(nullif(y.typbasetype, 0), y.oid)::regtype IN ('int2', 'int4', 'int8')) AS sequences
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND ${ours}
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 2, 3`,
  );
  return rows.map(({ oid, schema, table, partitioned, owned, columns, indexes, triggers, sequences }) => {
    const sql = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
    const all = columns ?? [];
    const plain = (indexes ?? []).filter((index) => index.plain);
    const required = new Set(all.filter(({ notNull }) => notNull).map(({ name }) => name));
    const key = plain.find((index) => index.primary || index.columns.every((name) => required.has(name)));
    return {
      oid,
      name: `${schema}.${table}`,
      sql,
      from: partitioned ? sql : `ONLY ${sql}`,
      columns: all,
      key: key?.columns ?? [],
      uniques: plain.filter((index) => index !== key),
      hiddenRules: (indexes ?? []).filter((index) => !index.plain).map(({ name }) => name),
      triggers: triggers ?? [],
      sequences: sequences ?? [],
      owned,
    };
  });
}

/** Every foreign key of the database; that of a partitioned table counts once. */
export async function listForeignKeys(client: Client): Promise<ForeignKey[]> {
  const only = (table: string) => `CASE ${table}.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END`;
  const { rows } = await client.query<ForeignKey>(
    `SELECT k.conname AS name, k.conrelid::int8::float8 AS child, ${only('c')} || k.conrelid::regclass::text AS "childSql",
       format('%s.%s', cn.nspname, c.relname) AS "childName",
       k.confrelid::int8::float8 AS parent, ${only('p')} || k.confrelid::regclass::text AS "parentSql",
       format('%s.%s', pn.nspname, p.relname) AS "parentName", k.condeferrable AS deferrable,
       (SELECT json_agg(json_build_object('own', a.attname, 'parent', f.attname) ORDER BY i.n)
        FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS i (own, parent, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.own
        JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = i.parent) AS columns
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
     JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY 4, 1`,
  );
  return rows;
}

async function major(client: Client): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS number`,
  );
  return rows[0]!.number;
}
