import type { JobView } from './contract/jobs.ts';
import { ulidPattern } from './backup.ts';
import type { JobPart } from './job.ts';

type Named = Pick<JobView, 'kind' | 'subject'>;

/** What a job is, in words. @param about how a backup that it is about is called, where there is room for it. */
export function jobName({ kind, subject }: Named, about?: string): string {
  const of = about ? ` of ${about}` : '';
  if (kind === 'backup full') return `Backup of ${subject}`;
  if (kind === 'backup tenants') return `Backup of tenants of ${subject}`;
  if (kind === 'backup config') return `Backup of the configuration of ${subject}`;
  if (kind === 'restore config') return 'Restore of configuration';
  if (kind === 'diff') return 'Comparing configuration';
  if (kind === 'import') return `Import of a backup of ${subject}`;
  if (kind === 'restore full') return 'Restore';
  if (kind === 'merge plan') return 'Comparing a backup with the live database';
  if (kind === 'merge rehearsal') return 'Rehearsal of a merge';
  if (kind === 'merge') return 'Merge';
  if (kind === 'test restore') return ulidPattern.test(subject) ? `Test restore${of}` : `Test restore of ${subject}`;
  if (kind === 'verify') return `Verification${of}`;
  if (kind === 'integrity') return 'Integrity check';
  if (kind === 'replicate') return 'Copying what is missing';
  if (kind === 'cleanup') return 'Clean-up';
  if (kind === 'delete') return subject.includes(' ') ? `Deletion of ${subject}` : `Deletion${of}`;
  if (kind === 'swap') return 'Putting a restored database in place';
  if (kind === 'rollback') return 'Undoing a restore';
  if (kind === 'demo') return 'Setting up the demo shop';
  return `${kind} ${subject}`.trim();
}

/** What a job about a part of a source is about, in words. */
export function partWords(source: string, part: JobPart | null): string {
  if (part === null) return source;
  if ('backup' in part) return `the backup ${part.backup} of ${source}`;
  const [tenant, ...more] = part.tenants;
  return `tenant ${tenant}${more.length > 0 ? ` and ${more.length} more` : ''} of ${source}`;
}

/** The same for the same part, for a fingerprint. */
export function partKey(part: JobPart): string {
  return 'backup' in part ? part.backup : part.tenants.join(',');
}

/** Where in the console a job's result is looked at. */
export function jobPlace({ kind, subject }: Named): string {
  if (ulidPattern.test(subject))
    return ['restore full', 'merge', 'merge rehearsal', 'swap', 'rollback'].includes(kind)
      ? `/restore/${subject}`
      : `/backups/${subject}`;
  if (kind === 'backup tenants') return `/backups?source=${encodeURIComponent(subject)}&kind=TENANT`;
  if (kind === 'backup full' || kind === 'import') return `/backups?source=${encodeURIComponent(subject)}`;
  if (kind === 'test restore') return '/restore/drills';
  if (['replicate', 'integrity', 'cleanup'].includes(kind)) return '/stores';
  if (kind === 'backup config') return `/backups?source=${encodeURIComponent(subject)}&kind=CONFIGURATION`;
  return '/jobs';
}

/** Several jobs in one phrase: `Backup of shop`, `Backup of shop and 2 more`. */
export function jobNames(jobs: readonly Named[]): string {
  const [first, ...more] = jobs;
  if (!first) return '';
  return more.length === 0 ? jobName(first) : `${jobName(first)} and ${more.length} more`;
}
