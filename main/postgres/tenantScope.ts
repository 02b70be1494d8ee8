import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { TenantModel } from '../../shared/source.ts';

/** How the rows of a table belong to a tenant. */
export type TenantReach =
  /** The table with a row per tenant. */
  | { kind: 'root' }
  /** A column of its own holds the tenant. */
  | { kind: 'column'; column: string }
  /** Over a foreign key that is never null, to a table that is reached itself. */
  | { kind: 'path'; parent: number; columns: { own: string; parent: string }[] }
  /** Not at all: shared by all tenants. */
  | { kind: 'shared' };

export interface ScopedTable {
  oid: number;
  schema: string;
  table: string;
  reach: TenantReach;
}

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
   * The same for many tenants in one reading: what follows FROM to have the table's own rows under the alias `alias`
   * (not those of its children), and the column that tells the tenant. Null for a shared table.
   */
  owned(oid: number, alias: string): { from: string; tenant: string } | null;
}

interface Column {
  table: number;
  name: string;
  notNull: boolean;
  /** It alone is the primary key. */
  isKey: boolean;
}

interface ForeignKey {
  table: number;
  parent: number;
  /** Its columns are part of the primary key, or its rows go with the parent's: the child is a part of that parent. */
  belongs: boolean;
  columns: { own: string; parent: string }[];
}

/**
 * Finds for every table of the database (ordinary, partitioned, and each partition) how its rows belong to a tenant: by
 * a column that names it (one that a foreign key leads from to the tenant table, or one of the same name in another
 * table; of several the one that is called as the tenant table is), else over the shortest chain of foreign keys that are never null; of two as short, over the one to the parent
 * that the row is a part of.
 * @throws TENANT_MODEL_WRONG when the tenant table, its id or its name column is not there.
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
  return tenantScope(reachTenants(tables, columns, foreignKeys, root.oid, model.idColumn), model.idColumn);
}

async function readCatalogue(client: Client) {
  const tables = await client.query<{ oid: number; schema: string; table: string }>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS table
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

/** Pure: how each table reaches the root. */
export function reachTenants(
  tables: readonly Omit<ScopedTable, 'reach'>[],
  columns: readonly Column[],
  foreignKeys: readonly ForeignKey[],
  root: number,
  idColumn: string,
): ScopedTable[] {
  const toRoot = (key: ForeignKey) =>
    key.parent === root && key.table !== root && key.columns.length === 1 && key.columns[0]?.parent === idColumn;
  const direct = foreignKeys.filter(toRoot).map((key) => ({ table: key.table, column: key.columns[0]!.own }));
  const named = usualNames(tables, root, idColumn);
  const usual = new Set(named);
  // The key of a table with a row per tenant, such as `id`, is in another table the key of something else.
  const keys = new Set(columns.filter(({ isKey }) => isKey).map(({ table, name }) => `${table} ${name}`));
  for (const { table, column } of direct) if (column !== idColumn && !keys.has(`${table} ${column}`)) usual.add(column);
  // A column of the usual name that leads to another table means something else there.
  const meansOther = new Set(
    foreignKeys
      .filter(({ parent, columns: pairs }) => parent !== root && pairs.length === 1)
      .map(({ table, columns: pairs }) => `${table} ${pairs[0]!.own}`),
  );
  const reaches = new Map<number, TenantReach>([[root, { kind: 'root' }]]);
  for (const { oid } of tables) {
    if (oid === root) continue;
    const referring = direct.filter(({ table }) => table === oid).map(({ column }) => column);
    const own =
      referring.find((column) => named.includes(column)) ??
      referring[0] ??
      columns.find(({ table, name }) => table === oid && usual.has(name) && !meansOther.has(`${table} ${name}`))?.name;
    if (own !== undefined) reaches.set(oid, { kind: 'column', column: own });
  }
  const always = new Set(columns.filter(({ notNull }) => notNull).map(({ table, name }) => `${table} ${name}`));
  const sound = foreignKeys.filter(
    (key) => key.table !== key.parent && key.columns.every(({ own }) => always.has(`${key.table} ${own}`)),
  );
  for (let found = true; found;) {
    const round = sound.filter(({ table, parent }) => !reaches.has(table) && reaches.has(parent));
    for (const { table, parent, columns: pairs } of round)
      if (!reaches.has(table)) reaches.set(table, { kind: 'path', parent, columns: pairs });
    found = round.length > 0;
  }
  return tables.map((table) => ({ ...table, reach: reaches.get(table.oid) ?? { kind: 'shared' } }));
}

/** What a column is called that names a tenant where no foreign key says so. */
function usualNames(tables: readonly Omit<ScopedTable, 'reach'>[], root: number, idColumn: string): string[] {
  const name = tables.find(({ oid }) => oid === root)?.table ?? '';
  return [`${name}_id`, `${name.replace(/s$/, '')}_id`, ...(idColumn === 'id' ? [] : [idColumn])];
}

function tenantScope(tables: readonly ScopedTable[], idColumn: string): TenantScope {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const condition = (oid: number, alias: string, tenant: string): string | null => {
    const found = byOid.get(oid);
    if (!found) throw new Error(`no table has the oid ${oid}`);
    const { reach } = found;
    if (reach.kind === 'shared') return null;
    if (reach.kind === 'root') return `${alias}.${escapeIdentifier(idColumn)} = ${escapeLiteral(tenant)}`;
    if (reach.kind === 'column') return `${alias}.${escapeIdentifier(reach.column)} = ${escapeLiteral(tenant)}`;
    const parent = byOid.get(reach.parent)!;
    const next = `${alias}_`;
    const joined = reach.columns.map(
      ({ own, parent: column }) => `${next}.${escapeIdentifier(column)} = ${alias}.${escapeIdentifier(own)}`,
    );
    return `EXISTS (SELECT FROM ${nameOf(parent)} ${next} WHERE ${[...joined, condition(reach.parent, next, tenant)].join(' AND ')})`;
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
  return { tables, root, idColumn, condition, owned };
}

function nameOf({ schema, table }: { schema: string; table: string }): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}
