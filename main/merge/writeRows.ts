import type { Client } from 'pg';
import type { Job } from '../../shared/job.ts';
import { deleteRows, insertRows, keepBefore, updateRows } from './applyRows.ts';
import type { ForeignKey } from './describeTables.ts';
import { inOrder, silenceTriggers, type SessionKind } from './mergeSession.ts';
import type { MergeTable } from './mergeTable.ts';

export type Written = Map<MergeTable, { inserted: number; updated: number; deleted: number }>;

/**
 * Locks what is written against other writers, and what it refers to against changes: readers run, writers wait until
 * the transaction ends.
 * @throws LOCK_TIMEOUT when a writer does not let go within seconds.
 */
export async function lockTables(
  live: Client,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<void> {
  if (tables.length > 0)
    await live.query(`LOCK TABLE ${tables.map((table) => table.live.from).join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  const referred = unmergedParents(tables, foreignKeys);
  if (referred.length > 0) await live.query(`LOCK TABLE ${referred.join(', ')} IN SHARE MODE`);
}

/** Tables to which merged ones refer, as SQL. */
export function unmergedParents(tables: readonly MergeTable[], foreignKeys: readonly ForeignKey[]): string[] {
  const merged = new Set(tables.map((table) => table.live.oid));
  const parents = foreignKeys.filter(({ child, parent }) => merged.has(child) && !merged.has(parent));
  return [...new Set(parents.map(({ parentSql }) => parentSql))];
}

/** Writes what was compared: first deletes, then changes, then inserts; a statement for each table. */
export async function writeRows(
  live: Client,
  session: SessionKind,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
  job: Job,
): Promise<Written> {
  const { ordered } = inOrder(tables, foreignKeys);
  const written: Written = new Map(tables.map((table) => [table, { inserted: 0, updated: 0, deleted: 0 }]));
  for (const table of ordered) await keepBefore(live, table);
  const wake = await silenceTriggers(live, session, tables);
  // Deletes come first, so that what is entered again under another id is out of the way of a unique key. Where foreign
  // keys act, a row to which one leads that is about to be changed goes last: it would take that one with it.
  const kept = (table: MergeTable) =>
    session === 'replica' ? [] : foreignKeys.filter(({ parent }) => parent === table.live.oid);
  for (const table of ordered.toReversed()) written.get(table)!.deleted = await deleteRows(live, table, kept(table));
  for (const table of ordered) {
    job.reached('merge-writing');
    written.get(table)!.updated = await updateRows(live, table, session === 'replica');
    written.get(table)!.inserted = await insertRows(live, table);
  }
  if (session === 'constraints')
    for (const table of ordered.toReversed()) written.get(table)!.deleted += await deleteRows(live, table);
  await wake();
  return written;
}
