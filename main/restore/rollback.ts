import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Connection } from '../../shared/source.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import type { RestoreLog } from '../state/restoreLog.ts';
import { allowConnections, exchange } from './swap.ts';

/**
 * Undoes a swap: the database that was replaced is live again, the restored one is kept under its scratch name.
 * @throws RESTORE_NOT_FOUND, ROLLBACK_IMPOSSIBLE, SWAP_FAILED
 */
export async function rollback(
  restoreId: string,
  password: string | null,
  tools: {
    restoreLog: RestoreLog;
    withLogin<T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T>;
  },
  job: Job,
): Promise<Restore> {
  const { restoreLog } = tools;
  const restore = restoreLog.get(restoreId);
  const place = restoreLog.place(restoreId);
  if (!restore || !place)
    throw new Failure('RESTORE_NOT_FOUND', `there is no restore ${restoreId}`, '`strongroom restores` shows them.');
  const { target, replaced } = restore;
  if (!restore.swapped || replaced === null) throw impossible('this restore did not replace a database');
  job.stage('rolling back');
  await tools.withLogin(place.connection, password, (login) =>
    withClient(login, async (client) => {
      const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [replaced]);
      if (found.rows.length === 0) throw impossible(`the database ${replaced}, which was kept, is gone`);
      restoreLog.rollingBack(restoreId);
      try {
        await exchange(client, { live: target, fresh: replaced, kept: place.scratch }, () =>
          job.reached('swap-blocked'),
        );
      } catch (error) {
        if (error instanceof Failure && error.code === 'SWAP_FAILED') restoreLog.swapped(restoreId);
        throw error;
      }
      job.reached('rollback-exchanged');
      await allowConnections(client, place.scratch);
    }),
  );
  restoreLog.rolledBack(restoreId);
  return restoreLog.get(restoreId)!;
}

function impossible(sentence: string): Failure {
  return new Failure('ROLLBACK_IMPOSSIBLE', sentence, 'Restore a backup from before with --swap in its place.');
}
