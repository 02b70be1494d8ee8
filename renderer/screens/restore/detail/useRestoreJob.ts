import type { JobView, RunningJob } from '../../../../shared/contract/jobs.ts';
import { useJobs } from '../../../stores/jobStore.ts';
import { useAnswer } from '../../../useAnswer.ts';
import { useStarted } from '../wizard/startedStore.ts';

/** The job that works on a restore now, and the last one that did. */
export function useRestoreJob(restoreId: string): { running: RunningJob | null; last: JobView | null; known: boolean } {
  const running = useJobs((jobs) => jobs.running.find(({ subject }) => subject === restoreId) ?? null);
  const lastEnded = useJobs((jobs) => jobs.lastEnded);
  const started = useStarted((state) => state.started);
  const recent = useAnswer('jobs.recent', { limit: 200 }, ['jobs']);
  const jobId = started?.restoreId === restoreId ? started.jobId : null;
  const isOurs = (job: JobView) => job.subject === restoreId || job.id === jobId;
  const last =
    lastEnded && isOurs(lastEnded)
      ? lastEnded
      : (recent.value?.jobs.find((job) => isOurs(job) && job.status !== 'RUNNING') ?? null);
  return { running, last, known: recent.value !== null && !recent.loading };
}
