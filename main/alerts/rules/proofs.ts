import { formatAge } from '../../../shared/format.ts';
import type { AlertRules } from '../../../shared/alertRules.ts';
import type { Facts, FailedRestore, SourceFacts } from '../facts.ts';
import { about, because, dayMs, type Condition, type Rule } from '../rule.ts';
import { sourceUnreachable } from './reach.ts';

/** Restores that failed, and databases of which no restore was proven for too long. */
export const proofs: Rule = {
  types: ['RESTORE_FAILURE', 'DRILL_FAILURE', 'PROOF_OVERDUE'],
  conditions: ({ sources, now }, rules) =>
    sources.flatMap((source) => [
      ...failedCondition(source.name, 'RESTORE_FAILURE', source.failedRestore),
      ...failedCondition(source.name, 'DRILL_FAILURE', source.failedTest),
      ...overdueCondition(source, rules, now),
    ]),
  evidence({ type, about: { source } }, { sources, now }: Facts, rules) {
    const known = sources.find(({ name }) => name === source);
    if (!known) return null;
    const { provenAt, restoredAt, failedRestore, failedTest } = known;
    if (type === 'PROOF_OVERDUE')
      return provenAt !== null && now - provenAt <= rules.proofDays * dayMs
        ? `a restore was proven ${formatAge((now - provenAt) / 1000)}`
        : null;
    if (type === 'DRILL_FAILURE')
      return failedTest === null && provenAt !== null ? `a later restore of ${source} was proven` : null;
    // What shows that restoring works is one that did.
    return failedRestore === null && restoredAt !== null ? `a later restore of ${source} went well` : null;
  },
};

function failedCondition(
  source: string,
  type: 'RESTORE_FAILURE' | 'DRILL_FAILURE',
  failed: FailedRestore | null,
): Condition[] {
  if (!failed) return [];
  const { id, differs, failure, target, link, restoreId } = failed;
  const what = type === 'DRILL_FAILURE' ? `The test restore of ${source}` : `The restore of ${source} into ${target}`;
  return [
    {
      type,
      severity: differs ? 'CRITICAL' : 'ERROR',
      fingerprint: `${type}:${source}`,
      occurrence: id,
      message: differs ? `${what} gave something else than the backup has` : `${what} failed${because(failure)}`,
      hint: differs
        ? 'Look at what differs, take a new backup, and prove it by a test restore.'
        : (failure?.hint ?? 'Look at its report, mend what it says, and prove it by a test restore.'),
      about: about({ source, restoreId }),
      link,
      causes: failure?.code.startsWith('SOURCE_') ? [sourceUnreachable(source)] : [],
    },
  ];
}

function overdueCondition(
  { name, provenAt, addedAt, newestGoodId }: SourceFacts,
  { proofDays }: AlertRules,
  now: number,
): Condition[] {
  // Without a backup there is nothing to prove, and that has an alert of its own.
  if (newestGoodId === null || now - (provenAt ?? addedAt) <= proofDays * dayMs) return [];
  return [
    {
      type: 'PROOF_OVERDUE',
      severity: 'WARNING',
      fingerprint: `PROOF_OVERDUE:${name}`,
      occurrence: '',
      message:
        provenAt === null
          ? `No restore of ${name} was ever proven`
          : `The last proven restore of ${name} was ${formatAge((now - provenAt) / 1000)}`,
      hint: 'Make a test restore of the newest backup: it is restored beside the shop, compared and dropped.',
      about: about({ source: name, backupId: newestGoodId }),
      link: `/backups/${newestGoodId}`,
      causes: [],
    },
  ];
}
