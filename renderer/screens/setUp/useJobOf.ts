import type { JobView, RunningJob } from '../../../shared/contract/jobs.ts';
import { failureExits, type FailureCode, type FailureReport } from '../../../shared/failure.ts';
import { useJobs } from '../../stores/jobStore.ts';
import { useAnswer } from '../../useAnswer.ts';

/** More than anybody has started since. */
const looked = 100;

interface JobOf {
  running: RunningJob | null;
  /** How the newest one ended; null while it runs, and where there was none. */
  ended: JobView | null;
  /** Why it failed. */
  failure: FailureReport | null;
  loading: boolean;
}

/** The newest job of a kind, about something in particular or anything. Who left finds it again. */
export function useJobOf(kind: string, subject: string | null): JobOf {
  const isIt = (job: { kind: string; subject: string }) =>
    job.kind === kind && (subject === null || job.subject === subject);
  const running = useJobs((mirror) => mirror.running.find(isIt) ?? null);
  const { value, loading } = useAnswer('jobs.recent', { limit: looked }, ['jobs', 'backups']);
  const newest = value?.jobs.find(isIt);
  const ended = newest && newest.status !== 'RUNNING' ? newest : null;
  return { running, ended, failure: ended && failureOf(ended), loading: loading && !value };
}

function failureOf({ id, failure }: JobView): FailureReport | null {
  if (!failure) return null;
  const { code, message, hint } = failure;
  return { code: isCode(code) ? code : 'INTERNAL', message, hint, details: { job: id } };
}

function isCode(code: string): code is FailureCode {
  return code in failureExits;
}
