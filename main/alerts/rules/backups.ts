import { rpoHoursOf, type AlertRules } from '../../../shared/alertRules.ts';
import { formatAge } from '../../../shared/format.ts';
import type { JobPart } from '../../../shared/job.ts';
import { partKey, partWords } from '../../../shared/jobWords.ts';
import type { EndedJob, Facts, SourceFacts } from '../facts.ts';
import { about, because, dayMs, hourMs, type Condition, type Rule } from '../rule.ts';
import { sourceUnreachable, storeUnreachable } from './reach.ts';

/** Which jobs take backups, and what they are called. */
const kinds: Record<string, string> = {
  'backup full': 'backup',
  'backup tenants': 'backup of the tenants',
  'backup config': 'configuration backup',
};

/** Backups that failed, and databases whose newest good backup is too old. */
export const backups: Rule = {
  types: ['BACKUP_FAILURE', 'RPO_BREACH'],
  conditions: (facts, rules) => [
    ...facts.jobs.filter((job) => isFailedBackup(job, facts)).map((job) => failedCondition(job, facts)),
    ...facts.sources.flatMap((source) => rpoCondition(source, rpoHoursOf(rules, source.name), facts)),
    ...facts.sources.flatMap((source) => configurationCondition(source, rules, facts.now)),
  ],
  evidence({ type, fingerprint, about: { source } }, facts, rules) {
    const known = facts.sources.find(({ name }) => name === source);
    if (!known) return null;
    if (type === 'BACKUP_FAILURE') {
      const job = facts.jobs.find((one) => fingerprintOf(one) === fingerprint);
      return job && !isFailedBackup(job, facts) ? `a later ${kinds[job.kind]} of ${source} went well` : null;
    }
    const { newestGoodAt, configurationAt } = known;
    if (fingerprint === configurationFingerprint(known.name))
      return configurationAt !== null && configurationCondition(known, rules, facts.now).length === 0
        ? `the configuration was backed up ${ageOf(configurationAt, facts.now)}`
        : null;
    if (newestGoodAt === null || facts.now - newestGoodAt > rpoHoursOf(rules, known.name) * hourMs) return null;
    return `a good backup was taken ${ageOf(newestGoodAt, facts.now)}`;
  },
};

function fingerprintOf({ kind, subject, part }: EndedJob): string {
  const root = `BACKUP_FAILURE:${kind.replace('backup ', '')}:${subject}`;
  return part === null ? root : `${root}:${partKey(part)}`;
}

/** Whether a later one of all tenants, or of these and perhaps others, went well, or lacks nothing but copies. */
function isMadeGood(failed: EndedJob, jobs: readonly EndedJob[]): boolean {
  return jobs.some(
    ({ kind, subject, part, status, failure, startedAt }) =>
      kind === failed.kind &&
      subject === failed.subject &&
      (status === 'DONE' || failure?.code === 'COPIES_MISSING') &&
      startedAt > failed.startedAt &&
      (part === null || holds(part, failed.part)),
  );
}

function holds(one: JobPart, other: JobPart | null): boolean {
  return (
    other !== null && 'tenants' in one && 'tenants' in other && other.tenants.every((id) => one.tenants.includes(id))
  );
}

/** One that made a good backup, but not every copy, failed only in its copies, which have alerts of their own. */
function isFailedBackup(job: EndedJob, { sources, jobs }: Facts): boolean {
  if (!(job.kind in kinds) || job.status === 'DONE' || job.failure?.code === 'COPIES_MISSING') return false;
  if (isMadeGood(job, jobs)) return false;
  const source = sources.find(({ name }) => name === job.subject);
  if (!source) return false;
  return job.kind !== 'backup full' || source.newestGoodAt === null || source.newestGoodAt < job.startedAt;
}

function failedCondition(job: EndedJob, { stores }: Facts): Condition {
  const { id, kind, subject, part, status, failure } = job;
  const what = part === null ? `${kinds[kind]} of ${subject}` : `backup of ${partWords(subject, part)}`;
  const primary = stores.find((store) => store.primary);
  const code = failure?.code ?? '';
  return {
    type: 'BACKUP_FAILURE',
    severity: 'ERROR',
    fingerprint: fingerprintOf(job),
    occurrence: id,
    message:
      status === 'INTERRUPTED'
        ? `The ${what} was cut off: Strongroom or this machine was stopped in its middle`
        : `The ${what} failed${because(failure)}`,
    hint: failure?.hint ?? 'What was half-made is removed. Take another one now.',
    about: about({ source: subject, jobId: id }),
    link: '/jobs',
    causes: [
      ...(code.startsWith('SOURCE_') ? [sourceUnreachable(subject)] : []),
      ...(code.startsWith('STORE_') && primary ? [storeUnreachable(primary.name)] : []),
    ],
  };
}

function rpoCondition(source: SourceFacts, hours: number, { now, stores }: Facts): Condition[] {
  const { name, newestGoodAt, newestGoodId, addedAt } = source;
  // A new database has as long as an old one until its first backup is missed.
  if (now - (newestGoodAt ?? addedAt) <= hours * hourMs) return [];
  const primary = stores.find((store) => store.primary);
  return [
    {
      type: 'RPO_BREACH',
      severity: 'CRITICAL',
      fingerprint: `RPO_BREACH:${name}`,
      occurrence: '',
      message:
        newestGoodAt === null
          ? `There is no good backup of ${name}`
          : `The newest good backup of ${name} was taken ${ageOf(newestGoodAt, now)}; it should be at most ${hours} h old`,
      hint: 'Everything entered since then would be lost. Take a backup now, and look why the planned one did not come.',
      about: about({ source: name, backupId: newestGoodId }),
      link: `/backups?source=${encodeURIComponent(name)}`,
      causes: [sourceUnreachable(name), ...(primary ? [storeUnreachable(primary.name)] : [])],
    },
  ];
}

const configurationFingerprint = (source: string) => `RPO_BREACH:config:${source}`;

/** Only where it was backed up before: who does not want it has turned it off. */
function configurationCondition(
  { name, configurationAt }: SourceFacts,
  { configurationDays }: AlertRules,
  now: number,
): Condition[] {
  if (configurationAt === null || now - configurationAt <= configurationDays * dayMs) return [];
  return [
    {
      type: 'RPO_BREACH',
      severity: 'WARNING',
      fingerprint: configurationFingerprint(name),
      occurrence: '',
      message: `The newest good backup of the configuration of ${name} was taken ${ageOf(configurationAt, now)}; it should be at most ${configurationDays} days old`,
      hint: 'Back it up now, and look under Schedule why the planned one did not come.',
      about: about({ source: name }),
      link: `/backups?source=${encodeURIComponent(name)}&kind=CONFIGURATION`,
      causes: [sourceUnreachable(name)],
    },
  ];
}

function ageOf(at: number, now: number): string {
  return formatAge((now - at) / 1000);
}
