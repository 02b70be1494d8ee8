import type { Backup } from '../../shared/backup.ts';
import { Failure } from '../../shared/failure.ts';
import type { Restore } from '../../shared/restore.ts';
import type { VerifyAnswer } from './verify.ts';

/*
 * What is wrong with results that are returned all the same: the log, the strip and the notifications must not call
 * such a job done.
 */

/** A restored database that differs from its backup. */
export function judgeRestore({ status, target }: Restore): Failure | null {
  if (status !== 'MISMATCH') return null;
  return new Failure(
    'RESTORE_MISMATCH',
    `the restored database ${target} differs from the backup`,
    'Do not use it. Restore from another store, or another backup.',
  );
}

/** A copy that is not good, or a test restore that differed. */
export function judgeVerification({ id, ok, results, restored }: VerifyAnswer): Failure | null {
  if (ok) return null;
  const bad = results.filter((result) => !result.ok).map(({ store, reason }) => `${store}: ${reason ?? 'not good'}`);
  if (restored && !restored.ok) bad.push('the test restore differs from the backup');
  return new Failure(
    'COPY_DAMAGED',
    `the backup ${id} is not good everywhere (${bad.join('; ') || 'it has no copy'})`,
    'Copy what is missing from a store that is good, and take a new backup.',
  );
}

/** A backup that is safe in the local store, but not in every other one. */
export function judgeCopies({ copies }: Pick<Backup, 'copies'>): Failure | null {
  const missing = copies.filter(({ state }) => state !== 'STORED');
  if (missing.length === 0) return null;
  const told = missing.map(({ store, reason }) => (reason === null ? store : `${store}: ${reason}`)).join('; ');
  return new Failure(
    'STORE_FAILED',
    `the backup is safe in the local store, but not everywhere (${told})`,
    'Mend the store, then copy what is missing.',
  );
}
