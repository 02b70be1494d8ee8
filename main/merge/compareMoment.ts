import type { Client } from 'pg';
import { comparisonSql, makeDiff } from './compareRows.ts';
import type { ForeignKey } from './describeTables.ts';
import type { MergeTable } from './mergeTable.ts';
import { versionsNow, versionsSql } from './rowVersions.ts';
import { makeQuick } from './stageRows.ts';
import { unmergedParents } from './writeRows.ts';

/** What was compared, and which rows there were at that moment. */
export interface Moment {
  /** Which transactions had been committed; null: nothing was compared. */
  snapshot: string | null;
  /** Fingerprints of all tables that the comparison depends on, by what FROM names. */
  all: ReadonlyMap<string, string>;
  /** Fingerprints of the rows outside the scope. */
  outside: ReadonlyMap<MergeTable, string>;
}

/**
 * Compares every table and takes the fingerprints in one statement, which sees one moment: what is compared before the
 * locks are taken then still holds under them where the fingerprints do, so that writers need not wait for it.
 */
export async function compareMoment(
  live: Client,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<Moment> {
  const all = new Map<string, string>();
  const outside = new Map<MergeTable, string>();
  if (tables.length === 0) return { snapshot: null, all, outside };
  for (const table of tables) await makeDiff(live, table);
  const parents = unmergedParents(tables, foreignKeys);
  const compared = tables.map((table, index) => `of_${index} AS (INSERT INTO ${table.diff} ${comparisonSql(table)})`);
  const asked = [
    ...tables.map(({ live: { from }, scope }) => versionsSql(from, scope?.('t') ?? null)),
    ...parents.map((from) => versionsSql(from, null)),
  ].map((sql) => `(${sql})`);
  const found = await live.query<{ snapshot: string; fingerprints: [all: string, outside: string][] }>(
    `WITH ${compared.join(',\n')} SELECT pg_current_snapshot()::text AS snapshot, ARRAY[${asked.join(',\n')}] AS fingerprints`,
  );
  const { snapshot, fingerprints } = found.rows[0]!;
  for (const [index, table] of tables.entries()) {
    all.set(table.live.from, fingerprints[index]![0]);
    if (table.scope) outside.set(table, fingerprints[index]![1]);
    await makeQuick(live, table.diff, table);
  }
  for (const [index, from] of parents.entries()) all.set(from, fingerprints[tables.length + index]![0]);
  return { snapshot, all, outside };
}

/**
 * Whether a row was written since on which the comparison depends. Where no transaction has even begun to write anything
 * on the whole server, no table has to be looked at.
 */
export async function isPast(live: Client, { snapshot, all }: Moment): Promise<boolean> {
  const { rows } = await live.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  if (rows[0]!.snapshot === snapshot) return false;
  for (const [from, before] of all) if ((await versionsNow(live, from, null)) !== before) return true;
  return false;
}

/** Tables of which rows outside the scope were written since. */
export async function changedOutside(live: Client, { outside }: Moment): Promise<string[]> {
  const changed: string[] = [];
  for (const [{ live: table, scope }, before] of outside)
    if ((await versionsNow(live, table.from, scope!('t'))) !== before) changed.push(table.name);
  return changed;
}
