import { create } from 'zustand';
import type { JobView, RunningJob } from '../../shared/contract/jobs.ts';
import { onConnection, onEvent, request } from '../bridge.ts';

/** A mirror of the jobs that run, and of the last one that ended. */
interface JobMirror {
  running: RunningJob[];
  lastEnded: JobView | null;
}

export const useJobs = create<JobMirror>(() => ({ running: [], lastEnded: null }));

/** Mirrors the jobs from here on. */
export function mirrorJobs(): void {
  const ask = () => {
    request('jobs.running', {}).then(
      ({ jobs }) => useJobs.setState({ running: jobs }),
      () => useJobs.setState({ running: [] }), // a fresh console has none; a lost one is shown by its banner
    );
  };
  onEvent('progress', (job) =>
    useJobs.setState(({ running }) => ({
      running: running.some(({ id }) => id === job.id)
        ? running.map((known) => (known.id === job.id ? job : known))
        : [...running, job],
    })),
  );
  onEvent('jobEnded', (job) =>
    useJobs.setState(({ running }) => ({ running: running.filter(({ id }) => id !== job.id), lastEnded: job })),
  );
  onConnection((connected) => {
    if (connected) ask();
  });
  ask();
}
