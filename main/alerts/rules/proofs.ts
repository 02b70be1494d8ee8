import { formatAge } from '../../../shared/format.ts';
import type { AlertRules } from '../../../shared/alertRules.ts';
import type { JobPart } from '../../../shared/job.ts';
import { partKey, partWords } from '../../../shared/jobWords.ts';
import type { Facts, FailedRestore, SourceFacts } from '../facts.ts';
import { about, because, dayMs, type Condition, type Rule } from '../rule.ts';
import { sourceUnreachable } from './reach.ts';

/** Restores that failed, and databases of which no restore was proven for too long. */
export const proofs: Rule = {
  types: ['RESTORE_FAILURE', 'DRILL_FAILURE', 'PROOF_OVERDUE'],
  conditions: ({ sources, now }, rules) =>
    sources.flatMap((source) => [
      ...(source.failedRestore ? [restoreCondition(source.name, source.failedRestore)] : []),
      ...source.tests.flatMap(({ part, failed, gone }) =>
        failed && !gone ? [testCondition(source.name, part, failed)] : [],
      ),
      ...overdueCondition(source, rules, now),
    ]),
  evidence({ type, fingerprint, about: { source } }, { sources, now }: Facts, rules) {
    const known = sources.find(({ name }) => name === source);
    if (!known) return null;
    const { provenAt, restoredAt, failedRestore, tests } = known;
    if (type === 'PROOF_OVERDUE')
      return provenAt !== null && now - provenAt <= rules.proofDays * dayMs
        ? `a restore was proven ${formatAge((now - provenAt) / 1000)}`
        : null;
    if (type === 'DRILL_FAILURE') {
      const test = tests.find(({ part }) => testFingerprint(known.name, part) === fingerprint);
      if (test?.gone) return 'the backup was deleted';
      return test?.failed === null ? 'a later test restore of the same went well' : null;
    }
    // What shows that restoring works is one that did.
    return failedRestore === null && restoredAt !== null ? `a later restore of ${source} went well` : null;
  },
};

function testFingerprint(source: string, part: JobPart | null): string {
  return ['DRILL_FAILURE', source, ...(part === null ? [] : [partKey(part)])].join(':');
}

function testCondition(source: string, part: JobPart | null, test: FailedRestore): Condition {
  const backup = part !== null && 'backup' in part;
  return {
    ...failedCondition(source, test, `The test restore of ${partWords(source, part)}`),
    type: 'DRILL_FAILURE',
    fingerprint: testFingerprint(source, part),
    about: about({
      source,
      tenant: part !== null && 'tenants' in part ? (part.tenants[0] ?? null) : null,
      backupId: backup ? part.backup : null,
    }),
  };
}

function restoreCondition(source: string, restore: FailedRestore): Condition {
  return {
    ...failedCondition(source, restore, `The restore of ${source} into ${restore.target}`),
    type: 'RESTORE_FAILURE',
    fingerprint: `RESTORE_FAILURE:${source}`,
    about: about({ source, restoreId: restore.restoreId }),
  };
}

function failedCondition(
  source: string,
  { id, differs, failure, link }: FailedRestore,
  what: string,
): Omit<Condition, 'type' | 'fingerprint' | 'about'> {
  return {
    severity: differs ? 'CRITICAL' : 'ERROR',
    occurrence: id,
    message: differs ? `${what} gave something else than the backup has` : `${what} failed${because(failure)}`,
    hint: differs
      ? 'Look at what differs, take a new backup, and prove it by a test restore.'
      : (failure?.hint ?? 'Look at its report, mend what it says, and prove it by a test restore.'),
    link,
    causes: failure?.code.startsWith('SOURCE_') ? [sourceUnreachable(source)] : [],
  };
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
