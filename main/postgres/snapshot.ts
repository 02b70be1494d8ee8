import { escapeLiteral, type Client } from 'pg';

/**
 * Begins a transaction that sees what an exported snapshot sees.
 * @param lockTimeoutMs how long it waits for a table: behind somebody who waits for that very snapshot to end.
 */
export async function enterSnapshot(client: Client, id: string, lockTimeoutMs: number): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await client.query(`SET TRANSACTION SNAPSHOT ${escapeLiteral(id)}`);
  await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
}
