import { ulid } from 'ulid';
import { defaultRules, scheduledKinds, type ScheduledKind } from '../../shared/schedule.ts';
import type { Console } from '../console/console.ts';
import type { ScheduledJobs } from './scheduledJob.ts';

/**
 * Gives every source, and the console as a whole, the schedules that are missing, at their usual times in the zone of
 * this machine, and removes those of sources that are gone. What somebody has changed stays.
 * @returns whether there was something to do.
 */
export function completeSchedules({ schedules, settings }: Console, jobs: ScheduledJobs, now: Date): boolean {
  const known = schedules.all();
  const sources = settings.sources();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wanted = scheduledKinds
    .filter((kind) => jobs[kind])
    .flatMap((kind): { kind: ScheduledKind; source: string | null; cron: string }[] => {
      const { cron, about } = defaultRules[kind];
      if (about === 'console') return [{ kind, source: null, cron }];
      return sources
        .filter(({ tenants }) => about === 'source' || tenants !== null)
        .map(({ name }) => ({ kind, source: name, cron }));
    })
    .filter((one) => !known.some(({ kind, source }) => kind === one.kind && source === one.source));
  const gone = known.filter(({ source }) => source !== null && !sources.some(({ name }) => name === source));
  for (const { id } of gone) schedules.remove(id);
  for (const one of wanted) schedules.add({ ...one, id: ulid(), zone, enabled: true, countsFrom: now.toISOString() });
  return wanted.length + gone.length > 0;
}
