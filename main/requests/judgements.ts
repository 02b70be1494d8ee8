import { isWanted, type Backup } from '../../shared/backup.ts';
import type { Drill } from '../../shared/drill.ts';
import { Failure } from '../../shared/failure.ts';
import type { IntegrityReport } from '../../shared/integrity.ts';
import type { Restore } from '../../shared/restore.ts';
import type { VerifyAnswer } from './verifyAnswer.ts';

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

/** A test restore that found differences. */
export function judgeDrill({ status, report, backupId }: Drill): Failure | null {
  if (status !== 'MISMATCH') return null;
  const broken = report?.assertions.filter(({ ok }) => !ok).map(({ name }) => name) ?? [];
  const what = [
    report?.verification?.ok === false ? 'it differs from its manifest' : null,
    broken.length > 0 ? `not true: ${broken.join(', ')}` : null,
  ].filter((part) => part !== null);
  return new Failure(
    'DRILL_FAILED',
    `the test restore of ${backupId} did not give what it should (${what.join('; ')})`,
    'Look at its report, then at the backup: verify it, and take a new one.',
  );
}

/** A copy that is not good, or a test restore that differed. */
export function judgeVerification({ id, ok, results, restored, drill }: VerifyAnswer): Failure | null {
  if (ok) return null;
  const bad = results.filter((result) => !result.ok).map(({ store, reason }) => `${store}: ${reason ?? 'not good'}`);
  if (restored && !restored.ok) bad.push('the test restore differs from the backup');
  else if (drill && drill.status !== 'PASSED') bad.push(`not all is true that must be: test restore ${drill.id}`);
  return new Failure(
    'COPY_DAMAGED',
    `the backup ${id} is not good everywhere (${bad.join('; ') || 'it has no copy'})`,
    'Copy what is missing from a store that is good, and take a new backup.',
  );
}

/** Copies that are not good and could not be made again; or nothing could be looked at, which proves nothing. */
export function judgeIntegrity(report: IntegrityReport): Failure | null {
  const left = report.damage.filter(({ leftBecause }) => leftBecause !== null);
  if (left.length === 0) return judgeSight(report);
  const told = left.slice(0, 3).map(({ backupId, store, reason }) => `${backupId} in ${store}: ${reason}`);
  const more = left.length > told.length ? ` and ${left.length - told.length} more` : '';
  return new Failure(
    'INTEGRITY_FAILURE',
    `${left.length} ${left.length === 1 ? 'copy is' : 'copies are'} not good and could not be made again (${told.join('; ')}${more})`,
    'Mend the store that is bad, then check again; take a new backup where no copy is good.',
    { details: { damage: left } },
  );
}

function judgeSight({ listed, read, unread }: IntegrityReport): Failure | null {
  const blind = [...listed.map(({ store, failure }) => ({ store, reason: failure })), ...unread];
  const [first] = blind.filter(({ reason }) => reason !== null);
  if (!first || read.length > 0 || listed.some(({ failure }) => failure === null)) return null;
  return new Failure(
    'STORE_FAILED',
    `no store could be looked at (${first.store}: ${first.reason})`,
    'Mend the stores; nothing is known of their copies until then.',
  );
}

/** A backup that is safe in the local store, but not in every other one. */
export function judgeCopies({ copies }: Pick<Backup, 'copies'>): Failure | null {
  const missing = copies.filter((copy) => isWanted(copy) && copy.state !== 'STORED');
  if (missing.length === 0) return null;
  const told = missing.map(({ store, reason }) => (reason === null ? store : `${store}: ${reason}`)).join('; ');
  return new Failure(
    'COPIES_MISSING',
    `the backup is safe in the local store, but not everywhere (${told})`,
    'Mend the store, then copy what is missing.',
  );
}
