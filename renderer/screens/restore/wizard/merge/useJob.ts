import type { JobView, RunningJob } from '../../../../../shared/contract/jobs.ts';
import { useJobs } from '../../../../stores/jobStore.ts';
import { useAnswer } from '../../../../useAnswer.ts';

/** More than anybody has started since. */
const looked = 100;

/** One job: as it runs, or how it ended. Both are null until that is known. */
export function useJob(jobId: string): { running: RunningJob | null; ended: JobView | null } {
  const running = useJobs((jobs) => jobs.running.find(({ id }) => id === jobId) ?? null);
  const last = useJobs(({ lastEnded }) => (lastEnded?.id === jobId ? lastEnded : null));
  const recent = useAnswer('jobs.recent', { limit: looked }, ['jobs']);
  const known = recent.value?.jobs.find(({ id, status }) => id === jobId && status !== 'RUNNING') ?? null;
  return { running, ended: last ?? known };
}
