import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Restore } from '../../shared/restore.ts';
import { withClient } from '../postgres/connect.ts';
import type { RestoreTools } from './restoreTools.ts';
import { keptName, swapIn } from './swap.ts';

/**
 * Puts a database that was restored and verified earlier in the place of the live one, as `--swap` does at once. What
 * was entered into the live one since then stays in the database that is kept.
 * @throws RESTORE_NOT_FOUND, SWAP_IMPOSSIBLE, SWAP_FAILED
 */
export async function swapRestored(
  restoreId: string,
  live: string,
  password: string | null,
  { restoreLog, catalogue, withLogin }: Pick<RestoreTools, 'restoreLog' | 'catalogue' | 'withLogin'>,
  job: Job,
): Promise<Restore> {
  job.stage('checking');
  const restore = restoreLog.get(restoreId);
  const place = restoreLog.place(restoreId);
  if (!restore || !place)
    throw new Failure('RESTORE_NOT_FOUND', `there is no restore ${restoreId}`, '`strongroom restores` shows them.');
  if (restore.status !== 'COMPLETED' || !restore.verification?.ok)
    throw impossible('only a restore that was verified and did not differ can replace a database');
  if (catalogue.get(restore.backupId)?.kind === 'TENANT')
    throw impossible('it holds one tenant only: the others would be gone');
  if (restore.swapped) throw impossible('this restore has replaced a database already');
  await withLogin(place.connection, password, async (login) => {
    const restored = await withClient(login, async (client) => {
      const found = await client.query<{ name: string }>(
        'SELECT datname AS name FROM pg_database WHERE datname = ANY($1)',
        [[restore.target, place.scratch, live]],
      );
      const names = found.rows.map(({ name }) => name);
      if (!names.includes(live)) throw impossible(`there is no database ${live} to replace`);
      // After a swap that was broken off it still has the name under which it was filled.
      const name = [restore.target, place.scratch].find((known) => known !== live && names.includes(known));
      if (name === undefined) throw impossible(`the restored database ${restore.target} is gone`);
      return name;
    });
    restoreLog.aimAt(restoreId, { live, restored, kept: keptName(live, restoreId) });
    await swapIn(restoreId, restored, live, login, restoreLog, job);
  });
  return restoreLog.get(restoreId)!;
}

function impossible(sentence: string): Failure {
  return new Failure('SWAP_IMPOSSIBLE', sentence, 'Restore the backup once more, with the swap.');
}
