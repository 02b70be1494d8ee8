import { escapeIdentifier, type Client } from 'pg';
import type { ManifestTable } from '../../shared/manifest.ts';

/**
 * Whether a table holds just the rows that it was loaded with: as many, and all written by that one transaction.
 *
 * PostgreSQL never changes a row where it stands: it writes another version with the number of its own transaction, and
 * a transaction that is over writes no more. So this tells as surely as reading all values again, and reads none.
 * @param table was found to have the rows of the manifest since. @param xid of the transaction that loaded it.
 */
export async function isAsLoaded(client: Client, table: ManifestTable, xid: string): Promise<boolean> {
  const name = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.table)}`;
  const found = await client.query<{ rows: number; loaded: number }>(
    `SELECT count(*)::float8 AS rows, count(*) FILTER (WHERE t.xmin = $1::xid)::float8 AS loaded FROM ONLY ${name} t`,
    [xid],
  );
  const { rows, loaded } = found.rows[0]!;
  return rows === table.rows && loaded === table.rows;
}
