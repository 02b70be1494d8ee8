import type { Client } from 'pg';
import { copyText } from './copyText.ts';
import type { ScopedTable } from './tenantReach.ts';
import type { TenantScope } from './tenantScope.ts';

/** Which rows of a table belong to one tenant, where the text of one column can tell it. */
export type RowsOfTenant =
  /** None: all tenants share them. */
  | { kind: 'shared' }
  /** Those that hold this value, as COPY writes it. */
  | { kind: 'column'; column: string; value: string };

/** By `schema.table`; of a table that is not in it only the server can tell. */
export type TenantRows = Readonly<Record<string, RowsOfTenant>>;

/** Types whose equal values have equal texts, by groups whose texts are written alike. */
const groups = `CASE
  WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 'integer'
  WHEN a.atttypid = 'uuid'::regtype THEN 'uuid'
  WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype)
    AND (SELECT collisdeterministic FROM pg_collation WHERE oid = a.attcollation) THEN 'text' END`;

/** Tells which rows of a database are one tenant's. @param tenant the id as its table writes it. */
export async function findTenantRows(client: Client, scope: TenantScope, tenant: string): Promise<TenantRows> {
  const { rows } = await client.query<{ table: number; column: string; group: string | null }>(
    `SELECT a.attrelid::int8::float8 AS "table", a.attname AS column, ${groups} AS "group"
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'`,
  );
  const known = new Map(rows.map(({ table, column, group }) => [JSON.stringify([table, column]), group]));
  return tenantRows(scope, (table, column) => known.get(JSON.stringify([table.oid, column])) ?? null, tenant);
}

/** Pure. @param groupOf null: a column whose text does not tell. */
export function tenantRows(
  scope: TenantScope,
  groupOf: (table: ScopedTable, column: string) => string | null,
  tenant: string,
): TenantRows {
  const idGroup = groupOf(scope.root, scope.idColumn);
  const found: Record<string, RowsOfTenant> = {};
  for (const table of scope.tables) {
    const { reach, rivals } = table;
    if (rivals.length > 0) continue; // what is unclear is told by who has all rows
    const name = `${table.schema}.${table.table}`;
    if (reach.kind === 'shared') found[name] = { kind: 'shared' };
    const column = reach.kind === 'root' ? scope.idColumn : reach.kind === 'column' ? reach.column : null;
    if (column !== null && idGroup !== null && groupOf(table, column) === idGroup)
      found[name] = { kind: 'column', column, value: copyText(tenant) };
  }
  return found;
}
