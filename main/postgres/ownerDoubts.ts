import type { Client } from 'pg';
import type { TenantModel } from '../../shared/source.ts';
import { columnsOf, type ScopedTable } from './tenantReach.ts';
import type { TenantScope } from './tenantScope.ts';

/** Policies of a table, or of partitions of it, that choose rows by other columns than those by which we tell whose they are. */
export interface OtherPolicies {
  table: ScopedTable;
  /** The columns of the table that the policies look at. */
  columns: string[];
}

/**
 * Compares by which columns the policies for the tenant login choose rows with those of the scope, as the catalogue notes
 * them; no row is read. A restrictive policy chooses too, as it may be the one that tells the tenant. Tables are not told
 * that have a permissive policy which looks at no column by its name, as one that calls a function with the whole row,
 * nor those of which a person has said who owns them.
 */
export async function findOtherPolicies(
  client: Client,
  scope: TenantScope,
  { user, owners }: Pick<TenantModel, 'user' | 'owners'>,
): Promise<OtherPolicies[]> {
  // pg_policy has a dependency of its own on each column that its expressions name (recordDependencyOnExpr).
  const { rows } = await client.query<{ oid: number; columns: string[] }>(
    `SELECT p.polrelid::int8::float8 AS oid, json_agg(DISTINCT looked.name) FILTER (WHERE looked.name IS NOT NULL) AS columns
     FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid LEFT JOIN pg_roles r ON r.rolname = $1
     LEFT JOIN LATERAL (
       SELECT a.attname AS name FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
         AND d.refobjid = p.polrelid AND d.refobjsubid > 0) looked ON true
     WHERE c.relrowsecurity AND p.polcmd IN ('r', '*')
       AND (p.polroles = '{0}' OR r.oid IS NULL OR EXISTS (SELECT FROM unnest(p.polroles) named WHERE pg_has_role(r.oid, named, 'USAGE')))
     GROUP BY p.polrelid HAVING bool_and(looked.name IS NOT NULL) FILTER (WHERE p.polpermissive)`,
    [user],
  );
  const looked = new Map(rows.map(({ oid, columns }) => [oid, columns]));
  const doubted = scope.tables.filter(({ oid, reach }) => {
    const columns = looked.get(oid) ?? [];
    const ours = reach.kind === 'root' ? [scope.idColumn] : columnsOf(reach);
    return ours.length > 0 && columns.length > 0 && !ours.some((column) => columns.includes(column));
  });
  const byWhole = Map.groupBy(doubted, ({ oid, partitionOf }) => partitionOf ?? oid);
  return scope.tables.flatMap((table) => {
    const parts = byWhole.get(table.oid) ?? [];
    if (parts.length === 0 || owners[`${table.schema}.${table.table}`] !== undefined) return [];
    return [{ table, columns: [...new Set(parts.flatMap(({ oid }) => looked.get(oid) ?? []))] }];
  });
}

/** Tables with several columns of which each tells a tenant, and nothing tells which is the owner. */
export function findRivalColumns(scope: TenantScope): { table: ScopedTable; columns: string[] }[] {
  return scope.tables
    .filter(({ partitionOf, reach, rivals }) => !partitionOf && reach.kind === 'column' && rivals.length > 0)
    .map((table) => ({ table, columns: [table.reach, ...table.rivals].flatMap(columnsOf) }));
}
