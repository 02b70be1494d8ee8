import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { MergeTable } from './mergeTable.ts';

/**
 * Moves the sequences of the tables beyond the ids that were put back, and never back. What a sequence has moved stays,
 * even when the transaction is rolled back, which is harmless: ids may have gaps.
 */
export async function raiseSequences(live: Client, tables: readonly MergeTable[]): Promise<void> {
  for (const { source, columns, live: table } of tables)
    for (const { sequence, column, ascending } of table.sequences) {
      if (!columns.includes(column)) continue;
      const [extreme, compare] = ascending ? ['max', '<'] : ['min', '>'];
      await live.query(
        `SELECT setval(${escapeLiteral(sequence)}::regclass, m.id) FROM ${sequence} q,
           (SELECT ${extreme}(${escapeIdentifier(column)})::bigint AS id FROM ${source}) m
         WHERE CASE WHEN q.is_called THEN q.last_value ${compare} m.id ELSE q.last_value ${compare}= m.id END`,
      );
    }
}
