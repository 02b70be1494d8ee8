import { escapeIdentifier, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { TenantModel } from '../../shared/source.ts';
import type { ScopedTable } from './tenantReach.ts';
import type { TenantScope } from './tenantScope.ts';

/** The columns of a table that may hold a tenant: `refers` by a foreign key to the tenant's id, `alike` by their type. */
export type OwnerColumns = (table: ScopedTable, column: string) => 'refers' | 'alike' | null;

/** Types of one family can hold the same ids. Of a domain its base type counts. */
const familyOf = (type: string) => `(SELECT CASE
  WHEN base IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 'integer'
  WHEN base IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) THEN 'text' ELSE base::oid::text END
  FROM (SELECT coalesce(nullif(typbasetype, 0), oid) AS base FROM pg_type WHERE oid = ${type}) types)`;

/** Tells by the catalogue which columns may hold a tenant; no row is read. */
export async function findOwnerColumns(client: Client, { root, idColumn }: TenantScope): Promise<OwnerColumns> {
  const { rows } = await client.query<{ table: number; name: string; refers: boolean }>(
    `SELECT * FROM (
       SELECT a.attrelid::int8::float8 AS "table", a.attname AS name, ${familyOf('a.atttypid')} = ${familyOf('id.atttypid')} AS alike,
         EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.convalidated AND k.conrelid = a.attrelid
           AND k.conkey = ARRAY[a.attnum] AND k.confrelid = id.attrelid AND k.confkey = ARRAY[id.attnum]) AS refers
       FROM pg_attribute id, pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
       WHERE id.attrelid = $1 AND id.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped) columns
     WHERE alike OR refers`,
    [root.oid, idColumn],
  );
  const known = new Map(rows.map(({ table, name, refers }) => [`${table} ${name}`, refers]));
  return ({ oid }, column) => {
    const refers = known.get(`${oid} ${column}`);
    return refers === undefined ? null : refers ? 'refers' : 'alike';
  };
}

/**
 * Looks whether what was said of whose rows are can be so: a column without a foreign key has to hold nothing but ids of
 * tenants. Whatever else it holds, a merge would act on the rows of every tenant.
 * @throws TENANT_MODEL_WRONG
 */
export async function checkOwners(
  client: Client,
  scope: TenantScope,
  model: TenantModel,
  said: readonly string[],
): Promise<void> {
  const ownerColumns = await findOwnerColumns(client, scope);
  for (const table of scope.tables) {
    const name = `${table.schema}.${table.table}`;
    if (!said.includes(name)) continue;
    refuseParts(scope, table);
    if (table.reach.kind !== 'column' || ownerColumns(table, table.reach.column) === 'refers') continue;
    const column = escapeIdentifier(table.reach.column);
    const { rows } = await client.query(
      `SELECT FROM ${sqlOf(table)} t WHERE t.${column} IS NOT NULL
         AND NOT EXISTS (SELECT FROM ${sqlOf(scope.root)} r WHERE r.${escapeIdentifier(scope.idColumn)}::text = t.${column}::text)
       LIMIT 1`,
    );
    if (rows.length > 0)
      throw wrong(
        `${table.reach.column} of ${name} cannot tell the tenant: it holds what is no ${scope.idColumn} of ${model.table}`,
        'Name a column that holds nothing but ids of tenants, or a foreign key that leads to them, with --owner TABLE=COLUMN.',
      );
  }
}

/** @throws TENANT_MODEL_WRONG for the tenant table and for partitions, of which nothing can be said by themselves. */
function refuseParts({ root, idColumn, tables }: TenantScope, { oid, schema, table, partitionOf }: ScopedTable): void {
  const name = `${schema}.${table}`;
  if (oid === root.oid)
    throw wrong(
      `${name} is the table of the tenants: ${idColumn} tells whose its rows are`,
      `Say nothing of it; --owner ${name}= forgets what was said.`,
    );
  const whole = tables.find((other) => other.oid === partitionOf);
  if (whole)
    throw wrong(
      `${name} is a partition, and its rows belong as those of ${whole.schema}.${whole.table} do`,
      `Say it of the whole table: --owner ${whole.schema}.${whole.table}=COLUMN.`,
    );
}

function sqlOf({ schema, table }: ScopedTable): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

function wrong(message: string, hint: string): Failure {
  return new Failure('TENANT_MODEL_WRONG', message, hint);
}
