import type { JobView } from '../../shared/contract/jobs.ts';

type Job = Pick<JobView, 'kind' | 'subject'>;

const names: Record<string, (subject: string) => string> = {
  'backup full': (subject) => `Backup of ${subject}`,
  'restore full': () => 'Restore',
  verify: () => 'Verification',
  replicate: () => 'Copying to the stores',
  swap: () => 'Putting a restored database in place',
  rollback: () => 'Undoing a swap',
  demo: () => 'Setting up the demo shop',
};

/** A job's name, outside the window, where there is no room for more. */
export function jobName({ kind, subject }: Job): string {
  return names[kind]?.(subject) ?? `${kind} ${subject}`.trim();
}

/** Where in the console a job that failed is looked at. */
export function jobPlace({ kind, subject }: Job): string {
  const known = /^[0-9A-HJKMNP-TV-Z]{26}$/.test(subject);
  if (known && kind === 'verify') return `/backups/${subject}`;
  if (known && ['restore full', 'swap', 'rollback'].includes(kind)) return `/restore/${subject}`;
  return '/jobs';
}

/** Several jobs in one phrase: `Backup of shop`, `Backup of shop and 2 more`. */
export function jobNames(jobs: readonly Job[]): string {
  const [first, ...more] = jobs;
  if (!first) return '';
  return more.length === 0 ? jobName(first) : `${jobName(first)} and ${more.length} more`;
}
