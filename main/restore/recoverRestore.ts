import { reportFailure, type Failure } from '../../shared/failure.ts';
import { withClient } from '../postgres/connect.ts';
import type { RestoreTools } from './restoreTools.ts';
import { dropScratch } from './scratchDatabase.ts';
import { allowConnections } from './swap.ts';

type PasswordOf = (source: string) => Promise<string | null>;

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
  await withLogin(place.connection, await passwordOf(restore.source), (login) => dropScratch(place.scratch, login));
  restoreLog.fail(id, reportFailure(interrupted));
}

/**
 * Ends an interrupted swap: both names changed in one transaction or not at all, so the name of the kept database
 * tells which it was. Either way the live database takes connections again.
 */
export async function recoverSwap(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore.source), (login) =>
    withClient(login, async (client) => {
      const kept = await client.query('SELECT FROM pg_database WHERE datname = $1', [restore.replaced]);
      await allowConnections(client, restore.target);
      if (kept.rows.length > 0) restoreLog.swapped(id);
      else {
        await allowConnections(client, place.scratch);
        restoreLog.notSwapped(id);
      }
    }),
  );
}
