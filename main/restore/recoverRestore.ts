import { reportFailure, type Failure } from '../../shared/failure.ts';
import { withClient } from '../postgres/connect.ts';
import type { RestoreTools } from './restoreTools.ts';
import { dropScratch } from './scratchDatabase.ts';
import { allowConnections } from './swap.ts';

type PasswordOf = (restore: { id: string; source: string }) => Promise<string | null>;

/** Drops the database that an interrupted restore has left half-filled. */
export async function recoverRestore(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
  interrupted: Failure,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore), (login) => dropScratch(place.scratch, login));
  restoreLog.fail(id, reportFailure(interrupted));
}

/**
 * Ends an interrupted swap or rollback: both names changed in one transaction or not at all, so the scratch name, which
 * only a database has that is not live, tells which it was. Either way the live database takes connections again.
 */
export async function recoverSwap(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore), (login) =>
    withClient(login, async (client) => {
      const scratch = await client.query('SELECT FROM pg_database WHERE datname = $1', [place.scratch]);
      await allowConnections(client, restore.target);
      if (scratch.rows.length === 0) restoreLog.swapped(id);
      else {
        await allowConnections(client, place.scratch);
        restoreLog.notSwapped(id);
      }
    }),
  );
}
