import type { Client } from 'pg';
import type { MergeTable } from './mergeTable.ts';

/** Count and fingerprint of every table's rows that a merge must not touch, by the name of the table. */
export async function fingerprintOutside(live: Client, tables: readonly MergeTable[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { live: table, scope } of tables) {
    if (!scope) continue; // all its rows are merged
    const { rows } = await live.query<{ fingerprint: string }>(
      `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS fingerprint
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
