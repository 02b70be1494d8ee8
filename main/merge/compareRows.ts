import { escapeIdentifier, type Client } from 'pg';
import type { TableComparison } from '../../shared/merge.ts';
import { kind, list, rowText, sameKey, type MergeTable } from './mergeTable.ts';
import { pairsOfKind, sampleRows } from './sampleRows.ts';
import { makeQuick } from './stageRows.ts';

/** Notes for every row, by its key, what is to be done with it (`diff`). */
export async function compareRows(live: Client, table: MergeTable): Promise<void> {
  await makeDiff(live, table);
  await live.query(`INSERT INTO ${table.diff} ${comparisonSql(table)}`);
  await makeQuick(live, table.diff, table);
}

/** Where a comparison is noted, empty. */
async function makeDiff(live: Client, { live: { from, key }, diff }: MergeTable): Promise<void> {
  await live.query(`DROP TABLE IF EXISTS ${diff}`);
  await live.query(`CREATE TEMP TABLE ${diff} AS SELECT ${list(key)}, ''::text AS ${kind} FROM ${from} WITH NO DATA`);
}

function comparisonSql(table: MergeTable): string {
  const { source, columns, scope } = table;
  const { from, key } = table.live;
  const owned = scope ? `(${scope('t')}) IS TRUE` : 'true';
  const first = escapeIdentifier(key[0]!);
  // Values that are stored alike are written alike, and only the others have to be written to be compared.
  return `SELECT ${list(key, 's')}, CASE WHEN t.${first} IS NULL THEN 'i' WHEN NOT ${owned} THEN 'o'
       WHEN record_image_eq(ROW(${list(columns, 't')}), ROW(${list(columns, 's')})) THEN 's'
       WHEN ${rowText(columns, 't')} IS DISTINCT FROM ${rowText(columns, 's')} THEN 'u' ELSE 's' END
     FROM ${source} s LEFT JOIN ${from} t ON ${sameKey(table, 't', 's')}
     UNION ALL
     SELECT ${list(key, 't')}, 'x' FROM ${from} t
     WHERE ${scope?.('t') ?? 'true'} AND NOT EXISTS (SELECT FROM ${source} s WHERE ${sameKey(table, 's', 't')})`;
}

/** How many rows are of which kind. */
export async function countKinds(
  live: Client,
  { diff }: MergeTable,
): Promise<Record<'i' | 'u' | 's' | 'o' | 'x', number>> {
  const { rows } = await live.query<{ kind: 'i' | 'u' | 's' | 'o' | 'x'; count: number }>(
    `SELECT ${kind} AS kind, count(*)::float8 AS count FROM ${diff} GROUP BY 1`,
  );
  const counts = { i: 0, u: 0, s: 0, o: 0, x: 0 };
  for (const row of rows) counts[row.kind] = row.count;
  return counts;
}

/** The comparison of a table, with a few of the rows that differ. @param conflicts rows that cannot be put back, and some of them. */
export async function tellComparison(
  live: Client,
  table: MergeTable,
  conflicts: Pick<TableComparison, 'conflicts' | 'conflictSamples'>,
  limit: number,
): Promise<TableComparison> {
  const counts = await countKinds(live, table);
  return {
    name: table.live.name,
    policy: table.policy,
    insert: counts.i,
    differ: counts.u,
    same: counts.s,
    extra: counts.x,
    samples: counts.u > 0 ? await sampleRows(live, table, pairsOfKind(table, 'u'), limit) : [],
    ...conflicts,
  };
}
