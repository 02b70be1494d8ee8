import type { Client } from 'pg';

/** A statement that a restore can do without. */
export interface NotedStatement {
  sql: string;
  /** As it is to be read. */
  told: string;
  /** What is told nowhere, also not where the server repeats it: the value of a setting may be a password. */
  secret?: string;
}

/**
 * Runs statements one by one; one that the server refuses is noted, and the others go on.
 * @returns those that were done.
 */
export async function runNoted<T extends NotedStatement>(
  client: Client,
  statements: readonly T[],
  note: (sentence: string) => void,
): Promise<T[]> {
  const done: T[] = [];
  for (const statement of statements) {
    try {
      await client.query(statement.sql);
      done.push(statement);
    } catch (error) {
      note(`not restored: ${statement.told} (${reason(error as Error, statement.secret)})`);
    }
  }
  return done;
}

/** Only as a whole word: the value `on` stands in the middle of many a word of the server. */
function reason({ message }: Error, secret: string | undefined): string {
  if (!secret) return message;
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return message.replaceAll(new RegExp(`(?<!\\w)${literal}(?!\\w)`, 'g'), '…');
}
