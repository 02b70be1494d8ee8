import { escapeIdentifier, escapeLiteral } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';

/** The database that a restore fills before it gets its name; by it a later start finds what a crash has left. */
export function scratchName(restoreId: string): string {
  return `strongroom_${restoreId.toLowerCase()}`;
}

/** An empty database with the encoding and locale of the one that was backed up. @throws RESTORE_FAILED */
export async function createScratch(name: string, { database }: Manifest, login: Login): Promise<void> {
  const options = [
    'TEMPLATE template0',
    `ENCODING ${escapeLiteral(database.encoding)}`,
    `LC_COLLATE ${escapeLiteral(database.collate)}`,
    `LC_CTYPE ${escapeLiteral(database.ctype)}`,
  ];
  if (database.localeProvider === 'i')
    options.push('LOCALE_PROVIDER icu', `ICU_LOCALE ${escapeLiteral(database.locale ?? '')}`);
  if (database.localeProvider === 'b')
    options.push('LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${escapeLiteral(database.locale ?? '')}`);
  await withClient(login, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)} ${options.join(' ')}`);
    } catch (error) {
      throw new Failure(
        'RESTORE_FAILED',
        `the server could not make a database like the one that was backed up: ${(error as Error).message}`,
        `The server must know the locale ${database.collate}; install it there, then start again.`,
        { cause: error, details: { database } },
      );
    }
    await client.query(`COMMENT ON DATABASE ${escapeIdentifier(name)} IS 'strongroom: a restore that is not finished'`);
  });
}

/** Removes it together with whoever is connected to it; it may be gone already. */
export async function dropScratch(name: string, login: Login): Promise<void> {
  await withClient(login, (client) => client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`));
}
