import type { DrillReport } from '../../shared/drill.ts';
import type { Job } from '../../shared/job.ts';

/** A job whose stages are timed and whose notes are kept, for a report. */
export function timedJob(
  outer: Job,
  now: () => number = () => performance.now(),
): { job: Job; notes: string[]; steps(): DrillReport['steps'] } {
  const begun: { name: string; at: number }[] = [];
  const notes: string[] = [];
  const job: Job = {
    ...outer,
    stage(name, total) {
      begun.push({ name, at: now() });
      outer.stage(name, total);
    },
    note(sentence) {
      notes.push(sentence);
      outer.note(sentence);
    },
  };
  return {
    job,
    notes,
    steps() {
      const end = now();
      return begun.map(({ name, at }, index) => ({
        name,
        seconds: Math.round((begun[index + 1]?.at ?? end) - at) / 1000,
      }));
    },
  };
}
