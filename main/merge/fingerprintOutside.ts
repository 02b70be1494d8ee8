import type { Client } from 'pg';
import type { MergeTable } from './mergeTable.ts';

/**
 * Count and fingerprint of every table's rows that a merge must not touch, by the name of the table: which versions of
 * rows there are, told by their addresses. PostgreSQL never changes a version, it writes another one elsewhere, so in the
 * transaction that holds the locks equal addresses are equal rows; and no value has to be read for it.
 */
export async function fingerprintOutside(live: Client, tables: readonly MergeTable[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { live: table, scope } of tables) {
    if (!scope) continue; // all its rows are merged
    const { rows } = await live.query<{ fingerprint: string }>(
      `SELECT count(*) || ' ' || coalesce(bit_xor(hashtidextended(t.ctid, t.tableoid::int8)), 0) AS fingerprint
       FROM ${table.from} t WHERE (${scope('t')}) IS NOT TRUE`,
    );
    found.set(table.name, rows[0]!.fingerprint);
  }
  return found;
}

/** Tables whose fingerprint changed. */
export function changedOutside(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before].filter(([name, fingerprint]) => after.get(name) !== fingerprint).map(([name]) => name);
}
