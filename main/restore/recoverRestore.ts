import { reportFailure, type Failure } from '../../shared/failure.ts';
import type { Restore } from '../../shared/restore.ts';
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
  tools: RestoreTools,
  interrupted: Failure,
): Promise<void> {
  const { restoreLog } = tools;
  await atTarget(id, passwordOf, tools, async ({ verification, target }, scratch, login) => {
    if (verification && (await isNamed(target, scratch, login))) restoreLog.complete(id);
    else await dropHalfMade(id, scratch, login, restoreLog, reportFailure(interrupted));
  });
}

/** Ends what a restore that came to its end did with the roles it has made: they stay. */
export async function recoverRoles(id: string, passwordOf: PasswordOf, tools: RestoreTools): Promise<void> {
  await atTarget(id, passwordOf, tools, async (_restore, _scratch, login) => {
    await keepMadeRoles(id, login);
    tools.restoreLog.rolesSettled(id);
  });
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
export async function recoverSwap(id: string, passwordOf: PasswordOf, tools: RestoreTools): Promise<void> {
  const { restoreLog } = tools;
  await atTarget(id, passwordOf, tools, ({ target }, scratch, login) =>
    withClient(login, async (client) => {
      const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [scratch]);
      await allowConnections(client, target);
      if (found.rows.length === 0) restoreLog.swapped(id);
      else {
        await allowConnections(client, scratch);
        if (restoreLog.isRollingBack(id)) restoreLog.rolledBack(id);
        else restoreLog.notSwapped(id);
      }
    }),
  );
}

/** Logs in where a restore was made, if anything is known of it. @param work is told the name that its database had meanwhile. */
async function atTarget(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin }: RestoreTools,
  work: (restore: Restore, scratch: string, login: Login) => Promise<void>,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  await withLogin(place.connection, await passwordOf(restore), (login) => work(restore, place.scratch, login));
}
