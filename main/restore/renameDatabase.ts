import { escapeIdentifier } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { withClient, type Login } from '../postgres/connect.ts';

/** Gives a restored database its name. @throws TARGET_EXISTS when the name was taken meanwhile. */
export async function renameDatabase(from: string, to: string, login: Login): Promise<void> {
  await withClient(login, async (client) => {
    try {
      await client.query(`ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${escapeIdentifier(to)}`);
    } catch (error) {
      if ((error as { code?: unknown }).code !== '42P04') throw error;
      throw new Failure(
        'TARGET_EXISTS',
        `a database ${to} was made meanwhile`,
        'Choose another name, and restore again.',
        {
          cause: error,
        },
      );
    }
  });
}
