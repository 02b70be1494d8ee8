import type { Client } from 'pg';
import type { MergeTable } from './mergeTable.ts';

/**
 * Tables that are not merged and into which this transaction has written all the same, by a rule, a trigger or a foreign
 * key that acts. The server counts what a transaction does to each table as it goes along.
 * @returns their names; null where the server does not count (`track_counts`), so that nobody knows.
 */
export async function writtenElsewhere(live: Client, tables: readonly MergeTable[]): Promise<string[] | null> {
  const { rows } = await live.query<{ name: string }>(
    `WITH merged AS (SELECT oid FROM unnest($1::oid[]) oid)
     SELECT schemaname || '.' || relname AS name FROM pg_stat_xact_user_tables
     WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND schemaname !~ '^pg_'
       AND relid NOT IN (SELECT oid FROM merged UNION SELECT tree.relid FROM merged, pg_partition_tree(merged.oid) tree)
     ORDER BY name`,
    [tables.map(({ live: { oid } }) => oid)],
  );
  if (rows.length > 0) return rows.map(({ name }) => name);
  const { rows: settings } = await live.query<{ counts: string }>(`SELECT current_setting('track_counts') AS counts`);
  return settings[0]!.counts === 'on' ? [] : null;
}
