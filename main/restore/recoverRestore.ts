import { reportFailure, type Failure } from '../../shared/failure.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { dropHalfMade } from './dropHalfMade.ts';
import { keepMadeRoles } from './madeRoles.ts';
import type { RestoreTools } from './restoreTools.ts';
import { allowConnections } from './swap.ts';

type PasswordOf = (restore: { id: string; source: string }) => Promise<string | null>;

/**
 * Ends an interrupted restore: a database that was verified and has its name is complete, whatever else is there was
 * half-made and is dropped, with the roles that it made.
 */
export async function recoverRestore(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
  interrupted: Failure,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore), async (login) => {
    if (restore.verification && (await isNamed(restore.target, place.scratch, login))) restoreLog.complete(id);
    else await dropHalfMade(id, place.scratch, login, restoreLog, reportFailure(interrupted));
  });
}

/** Ends what a restore that came to its end did with the roles it has made: they stay. */
export async function recoverRoles(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore), (login) => keepMadeRoles(id, login));
  restoreLog.rolesSettled(id);
}

function isNamed(target: string, scratch: string, login: Login): Promise<boolean> {
  return withClient(login, async (client) => {
    const found = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datname IN ($1, $2)',
      [target, scratch],
    );
    return found.rows.length === 1 && found.rows[0]?.name === target;
  });
}

/**
 * Ends an interrupted swap or rollback: both names changed in one transaction or not at all, so the scratch name, which
 * only a database has that is not live, tells which it was: after a swap no database has it, after a rollback the one that
 * was live. Either way the live database takes connections again.
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
        if (restoreLog.isRollingBack(id)) restoreLog.rolledBack(id);
        else restoreLog.notSwapped(id);
      }
    }),
  );
}
