import type { Client } from 'pg';

/**
 * Runs statements one by one; one that the server refuses is noted, and the others go on.
 * @param told a statement as it is to be read.
 */
export async function runNoted(
  client: Client,
  statements: readonly string[],
  note: (sentence: string) => void,
  told = (statement: string) => statement,
): Promise<void> {
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      note(`not restored: ${told(statement)} (${(error as Error).message})`);
    }
  }
}
