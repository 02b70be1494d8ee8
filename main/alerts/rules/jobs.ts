import { formatDuration } from '../../../shared/format.ts';
import { jobName } from '../../../shared/jobWords.ts';
import type { AlertRules } from '../../../shared/alertRules.ts';
import type { EndedJob, Facts, RunningFacts } from '../facts.ts';
import { about, because, type Condition, type Rule } from '../rule.ts';
import { storeUnreachable } from './reach.ts';

/** Jobs that run by themselves and have no other alert for their failure. */
const watched: Record<string, string> = {
  cleanup: 'clean-up',
  integrity: 'integrity check',
  replicate: 'copying of what is missing',
  health: 'health check',
};

/** Jobs that failed, and jobs that stand still. */
export const jobs: Rule = {
  types: ['CLEANUP_FAILURE', 'JOB_FAILURE', 'JOB_STALLED'],
  conditions: (facts, rules) => [
    ...facts.jobs
      .filter((job) => isFailed(job) && isMoot(job, facts) === null)
      .map((job) =>
        failedCondition(
          job,
          facts.stores.map(({ name }) => storeUnreachable(name)),
        ),
      ),
    ...facts.running.filter((job) => isStalled(job, rules, facts.now)).map((job) => stalledCondition(job, facts.now)),
  ],
  evidence({ type, fingerprint, about: { jobId } }, facts, rules) {
    if (type === 'JOB_STALLED') {
      const job = facts.running.find(({ id }) => id === jobId);
      if (!job) return 'it has ended';
      return isStalled(job, rules, facts.now) ? null : 'it moves again';
    }
    const newest = facts.jobs.find((job) => fingerprintOf(job) === fingerprint);
    if (!newest) return null;
    return isFailed(newest) ? isMoot(newest, facts) : 'a later one went well';
  },
};

function fingerprintOf({ kind, subject }: EndedJob): string {
  return kind === 'cleanup' ? `CLEANUP_FAILURE:${subject}` : `JOB_FAILURE:${kind}:${subject}`;
}

/** What an integrity check has found is told by the alerts about the copies. */
function isFailed({ kind, status, failure }: EndedJob): boolean {
  return kind in watched && status !== 'DONE' && !(kind === 'integrity' && failure?.code === 'INTEGRITY_FAILURE');
}

/**
 * What shows that a failure is over though no later job of its own went well. Copying may have been cut off after its
 * last copy: where nothing is missing, no later one begins. A clean-up of one store is done by one of all stores.
 */
function isMoot({ kind, startedAt }: EndedJob, { stores, jobs: ended }: Facts): string | null {
  if (kind === 'replicate' && stores.every(({ missing }) => missing.count === 0)) return 'every store has its copies';
  const ofAll = ended.find((job) => job.kind === kind && job.subject === '' && job.status === 'DONE');
  if (kind === 'cleanup' && ofAll && ofAll.startedAt > startedAt) return 'a later one of all stores went well';
  return null;
}

function isStalled({ movedAt }: RunningFacts, { stallMinutes }: AlertRules, now: number): boolean {
  return now - movedAt > stallMinutes * 60_000;
}

function failedCondition(job: EndedJob, storesDown: readonly string[]): Condition {
  const { id, kind, status, failure } = job;
  return {
    type: kind === 'cleanup' ? 'CLEANUP_FAILURE' : 'JOB_FAILURE',
    severity: kind === 'cleanup' ? 'ERROR' : 'WARNING',
    fingerprint: fingerprintOf(job),
    occurrence: id,
    message: `The ${watched[kind]} ${status === 'INTERRUPTED' ? 'was cut off' : `failed${because(failure)}`}`,
    hint: failure?.hint ?? 'It runs again at its next time; start it by hand to see whether it works.',
    about: about({ jobId: id }),
    link: '/jobs',
    causes: failure?.code.startsWith('STORE_') ? storesDown : [],
  };
}

function stalledCondition({ id, kind, subject, stage, movedAt }: RunningFacts, now: number): Condition {
  return {
    type: 'JOB_STALLED',
    severity: 'ERROR',
    fingerprint: `JOB_STALLED:${kind}:${subject}`,
    occurrence: id,
    message: `${jobName({ kind, subject })} has stood still for ${formatDuration((now - movedAt) / 1000)} (${stage})`,
    hint: 'Look whether the database waits for a lock or the network is gone; cancel it and start it again.',
    about: about({ jobId: id }),
    link: '/jobs',
    causes: [],
  };
}
