import type { Client } from 'pg';

/** How many rows a FROM clause, with what follows it, has. */
export async function countFrom(live: Client, from: string): Promise<number> {
  const { rows } = await live.query<{ count: number }>(`SELECT count(*)::float8 AS count ${from}`);
  return rows[0]!.count;
}
