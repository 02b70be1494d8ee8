import type { FailureReport } from '../../shared/failure.ts';
import type { Login } from '../postgres/connect.ts';
import type { RestoreLog } from '../state/restoreLog.ts';
import { dropMadeRoles } from './madeRoles.ts';
import { dropScratch } from './scratchDatabase.ts';

/**
 * Drops everything that a restore has made which came to nothing, and logs it as failed.
 * @throws when the server does not answer: then the next start does it.
 */
export async function dropHalfMade(
  id: string,
  scratch: string,
  login: Login,
  log: RestoreLog,
  failure: FailureReport,
  note: (sentence: string) => void = () => undefined,
): Promise<void> {
  await dropScratch(scratch, login);
  if (log.hasMadeRoles(id))
    for (const sentence of await dropMadeRoles(id, login)) {
      note(sentence);
      log.note(id, sentence);
    }
  log.rolesSettled(id);
  log.fail(id, failure);
}
