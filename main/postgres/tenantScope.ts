import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { TenantModel } from '../../shared/source.ts';
import {
  columnsOf,
  reachTenants,
  type Column,
  type ForeignKey,
  type ScopedTable,
  type TenantReach,
} from './tenantReach.ts';

/** Which rows of which table belong to a tenant, worked out from columns and foreign keys. */
export interface TenantScope {
  tables: readonly ScopedTable[];
  /** The table with a row per tenant. */
  root: ScopedTable;
  /** Its column that tells the tenant. */
  idColumn: string;
  /**
   * A condition on the rows of a table under the alias `alias`: those of one tenant.
   * Null for a shared table. It follows columns and foreign keys, not the policies, so that one proves the other.
   */
  condition(oid: number, alias: string, tenant: string): string | null;
  /**
   * The same by the rivals of the table and of those that it belongs to: what else could be the tenant's rows.
   * `columns` names, for people, what tells one thing and another: `from_shop and to_shop`.
   */
  rivals(oid: number, alias: string, tenant: string): { condition: string; columns: string }[];
  /** A condition on rows that no tenant can be found for: the column is empty, or what a foreign key refers to is gone. */
  ownerless(oid: number, alias: string): string | null;
  /**
   * The same for many tenants in one reading: what follows FROM to have the table's own rows under the alias `alias`
   * (not those of its children), and the column that tells the tenant. Null for a shared table.
   */
  owned(oid: number, alias: string): { from: string; tenant: string } | null;
}

/**
 * Finds for every table of the database (ordinary, partitioned, and each partition as its whole) how its rows belong to a tenant: by
 * a column that names it (one that a foreign key leads from to the tenant table, or one of the same name in another
 * table; of several the one that is called as the tenant table is), else over the shortest chain of foreign keys that are never null; of two as short, over the one to the parent
 * that the row is a part of.
 * @throws TENANT_MODEL_WRONG when the tenant table, its id or its name column is not there, or an owner is no way to a tenant.
 */
export async function findTenantScope(client: Client, model: TenantModel): Promise<TenantScope> {
  const { tables, columns, foreignKeys } = await readCatalogue(client);
  const root = tables.find(({ schema, table }) => `${schema}.${table}` === model.table);
  const has = (column: string) => columns.some(({ table, name }) => table === root?.oid && name === column);
  if (!root || !has(model.idColumn) || !has(model.nameColumn))
    throw new Failure(
      'TENANT_MODEL_WRONG',
      `the database has no table ${model.table} with a column ${root && has(model.idColumn) ? model.nameColumn : model.idColumn}`,
      'Correct the tenant model of the source: the table is given as schema.table.',
    );
  const reached = reachTenants(tables, columns, foreignKeys, root.oid, model.idColumn, model.owners);
  const lost = reached.find(
    ({ schema, table, partitionOf, reach }) =>
      model.owners[`${schema}.${table}`] && !partitionOf && reach.kind === 'shared',
  );
  if (lost) {
    const name = `${lost.schema}.${lost.table}`;
    throw new Failure(
      'TENANT_MODEL_WRONG',
      `${model.owners[name]} of ${name} leads to no tenant`,
      'Name a column that holds the tenant, or a foreign key that is never null, with --owner TABLE=COLUMN.',
    );
  }
  return tenantScope(reached, model.idColumn);
}

async function readCatalogue(client: Client) {
  const tables = await client.query<{ oid: number; schema: string; table: string; partitionOf: number | null }>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS table,
       CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid::int8::float8 END AS "partitionOf"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     ORDER BY n.nspname, c.relname`,
  );
  const columns = await client.query<Column>(
    `SELECT attrelid::int8::float8 AS "table", attname AS name, attnotnull AS "notNull",
       EXISTS (SELECT FROM pg_constraint k
         WHERE k.conrelid = attrelid AND k.contype = 'p' AND k.conkey = ARRAY[attnum]) AS "isKey"
     FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p'))`,
  );
  const foreignKeys = await client.query<ForeignKey>(
    `SELECT k.conrelid::int8::float8 AS "table", k.confrelid::int8::float8 AS parent,
       (SELECT json_agg(json_build_object('own', a.attname, 'parent', f.attname) ORDER BY i.n)
        FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS i (own, parent, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.own
        JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = i.parent) AS columns,
       k.confdeltype = 'c' OR EXISTS (SELECT FROM pg_constraint p
           WHERE p.conrelid = k.conrelid AND p.contype = 'p' AND k.conkey <@ p.conkey) AS belongs
     FROM pg_constraint k WHERE k.contype = 'f' AND k.convalidated
       -- The server keeps one more of each for every partition of the parent: following that one would lose rows.
       AND NOT EXISTS (SELECT FROM pg_constraint whole WHERE whole.oid = k.conparentid AND whole.confrelid <> k.confrelid)
     ORDER BY belongs DESC, k.conname, k.oid`,
  );
  return { tables: tables.rows, columns: columns.rows, foreignKeys: foreignKeys.rows };
}

type TenantPath = Extract<TenantReach, { kind: 'path' }>;

function tenantScope(tables: readonly ScopedTable[], idColumn: string): TenantScope {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const known = (oid: number): ScopedTable => {
    const found = byOid.get(oid);
    if (!found) throw new Error(`no table has the oid ${oid}`);
    return found;
  };
  const ofParent = ({ parent, columns }: TenantPath, alias: string, also: (next: string) => string): string => {
    const next = `${alias}_`;
    const joined = columns.map(
      ({ own, parent: column }) => `${next}.${escapeIdentifier(column)} = ${alias}.${escapeIdentifier(own)}`,
    );
    return `EXISTS (SELECT FROM ${nameOf(known(parent))} ${next} WHERE ${[...joined, also(next)].join(' AND ')})`;
  };
  const conditionBy = (reach: TenantReach, alias: string, tenant: string): string | null => {
    if (reach.kind === 'shared') return null;
    if (reach.kind === 'path') return ofParent(reach, alias, (next) => condition(reach.parent, next, tenant)!);
    const column = reach.kind === 'column' ? reach.column : idColumn;
    return `${alias}.${escapeIdentifier(column)} = ${escapeLiteral(tenant)}`;
  };
  const condition: TenantScope['condition'] = (oid, alias, tenant) => conditionBy(known(oid).reach, alias, tenant);
  const rivals: TenantScope['rivals'] = (oid, alias, tenant) => {
    const { schema, table, reach, rivals: others } = known(oid);
    const own = others.map((other) => ({
      condition: conditionBy(other, alias, tenant)!,
      columns: `${columnsOf(reach).join(', ')} and ${columnsOf(other).join(', ')} of ${schema}.${table}`,
    }));
    if (reach.kind !== 'path') return own;
    const inherited = rivals(reach.parent, `${alias}_`, tenant);
    return [
      ...own,
      ...inherited.map((rival) => ({ ...rival, condition: ofParent(reach, alias, () => rival.condition) })),
    ];
  };
  const ownerless: TenantScope['ownerless'] = (oid, alias) => {
    const { reach } = known(oid);
    if (reach.kind === 'shared') return null;
    if (reach.kind === 'path')
      return `NOT ${ofParent(reach, alias, (next) => `NOT (${ownerless(reach.parent, next)})`)}`;
    return `${alias}.${escapeIdentifier(reach.kind === 'column' ? reach.column : idColumn)} IS NULL`;
  };
  const owned = (oid: number, alias: string): { from: string; tenant: string } | null => {
    let table = byOid.get(oid);
    if (!table || table.reach.kind === 'shared') return null;
    let from = `ONLY ${nameOf(table)} ${alias}`;
    let at = alias;
    while (table.reach.kind === 'path') {
      const parent: ScopedTable = byOid.get(table.reach.parent)!;
      const next = `${at}_`;
      const pairs = table.reach.columns.map(
        ({ own, parent: column }) => `${next}.${escapeIdentifier(column)} = ${at}.${escapeIdentifier(own)}`,
      );
      // The keys are never null and lead to a unique one, so that no row is lost and none is doubled.
      from += ` JOIN ${nameOf(parent)} ${next} ON ${pairs.join(' AND ')}`;
      at = next;
      table = parent;
    }
    const column = table.reach.kind === 'column' ? table.reach.column : idColumn;
    return { from, tenant: `${at}.${escapeIdentifier(column)}` };
  };
  const root = tables.find(({ reach }) => reach.kind === 'root');
  if (!root) throw new Error('a scope without the tenant table');
  return { tables, root, idColumn, condition, rivals, ownerless, owned };
}

function nameOf({ schema, table }: { schema: string; table: string }): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}
