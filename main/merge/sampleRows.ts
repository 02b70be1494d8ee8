import { escapeIdentifier, type Client } from 'pg';
import type { RowSample } from '../../shared/merge.ts';
import { kind, list, sameKey, type MergeTable } from './mergeTable.ts';

/** Longer values are cut: a sample is looked at, not restored. */
const sampleCharacters = 200;

/** What FROM names for rows of the backup (`s`) beside the live ones of the same key (`t`), by what is to be done with them. */
export function pairsOfKind(table: MergeTable, letter: 'u' | 'o'): string {
  const { source, diff, live } = table;
  return `${diff} d JOIN ${source} s ON ${sameKey(table, 's', 'd')} JOIN ${live.from} t ON ${sameKey(table, 't', 'd')}
     WHERE d.${kind} = '${letter}'`;
}

/** Some rows of the backup beside live ones, in the order of their keys. @param pairs rows `s` and `t`, with a WHERE. */
export async function sampleRows(
  live: Client,
  { columns, live: { key } }: MergeTable,
  pairs: string,
  limit: number,
): Promise<RowSample[]> {
  const values = (alias: string) =>
    `ARRAY[${columns.map((name) => `left(${alias}.${escapeIdentifier(name)}::text, ${sampleCharacters})`).join(', ')}]`;
  const differs = columns.map((name) => `${alone('t', name)} IS DISTINCT FROM ${alone('s', name)}`);
  const { rows } = await live.query<{ live: (string | null)[]; backup: (string | null)[]; differs: boolean[] }>(
    `SELECT ${values('t')} AS live, ${values('s')} AS backup, ARRAY[${differs.join(', ')}] AS differs
     FROM ${pairs} ORDER BY ${list(key, 's')} LIMIT ${limit}`,
  );
  return rows.map((row) => {
    const at = (name: string) => columns.indexOf(name);
    return {
      key: Object.fromEntries(key.map((name) => [name, row.backup[at(name)] ?? null])),
      columns: columns
        .filter((name) => row.differs[at(name)])
        .map((name) => ({ name, live: row.live[at(name)] ?? null, backup: row.backup[at(name)] ?? null })),
    };
  });
}

function alone(alias: string, name: string): string {
  return `${alias}.${escapeIdentifier(name)}::text`;
}
