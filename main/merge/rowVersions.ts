import type { Client } from 'pg';

/**
 * Rows of a table, told by which versions of rows there are: by their addresses and by the transactions that wrote them.
 * PostgreSQL never changes a version, it writes another one elsewhere, so equal fingerprints are equal rows; and no value
 * has to be read for it.
 */
const version = 'hash_array_extended(ARRAY[t.xmin], hashtidextended(t.ctid, t.tableoid::int8))';

function fingerprint(filter = ''): string {
  return `count(*)${filter} || ' ' || coalesce(bit_xor(version)${filter}, 0)`;
}

/** That one row is outside a scope. EXISTS is never null, and its plain negation can be a join that several processes do. */
function outsideOf(scope: string): string {
  return scope.startsWith('EXISTS (') ? `NOT ${scope}` : `(${scope}) IS NOT TRUE`;
}

/**
 * Counts and fingerprints, as text: of all rows, and of those outside a scope, by one reading.
 * @param from what FROM names. @param scope on rows under the alias `t`; null: nothing is outside.
 */
export async function versionsOf(
  client: Client,
  from: string,
  scope: string | null,
): Promise<{ all: string; outside: string }> {
  const outside = scope === null ? 'false' : outsideOf(scope);
  const { rows } = await client.query<{ all: string; outside: string }>(
    `SELECT ${fingerprint()} AS all, ${fingerprint(' FILTER (WHERE outside)')} AS outside
     FROM (SELECT ${version} AS version, ${outside} AS outside FROM ${from} t OFFSET 0) of_rows`,
  );
  return rows[0]!;
}

/** The first of the two alone, or the second where a scope is given. */
export async function versionsNow(live: Client, from: string, scope: string | null): Promise<string> {
  const { rows } = await live.query<{ fingerprint: string }>(
    `SELECT ${fingerprint()} AS fingerprint
     FROM (SELECT ${version} AS version FROM ${from} t WHERE ${scope === null ? 'true' : outsideOf(scope)}) of_rows`,
  );
  return rows[0]!.fingerprint;
}
