import type { Console } from '../console/console.ts';
import type { KnownSchedule } from '../state/schedules.ts';
import type { ScheduledJob } from './scheduledJob.ts';

const hourMs = 3_600_000;

/** What a job fails of because something that it needs is away. What is full, or wrong, would fail again. */
const awayCodes = new Set([
  'STORE_FOLDER_MISSING',
  'STORE_UNREACHABLE',
  'STORE_READ_ONLY',
  'STORE_ACCESS_DENIED',
  'STORE_BUCKET_MISSING',
  'SOURCE_UNREACHABLE',
  'SOURCE_CONNECTION_LOST',
  'SOURCE_PASSWORD_WRONG',
  'SOURCE_DATABASE_MISSING',
]);

/** A store that was away for a week is not left alone for days once it is back. */
const mostDoublings = 3;

interface Failed {
  jobId: string;
  at: number;
  /** How often in a row. */
  times: number;
}

/**
 * Runs of schedules that failed because a store or the database was away. Each is tried again when the health check has
 * since found that everything it needs is back: an hour after it failed, then two, four and at most eight hours, until its next
 * moment comes, it goes well, or somebody has run it by hand. A try is a run of a moment of its own.
 */
export class Retries {
  private readonly failed = new Map<string, Failed>();

  /** What the process before has left. */
  begin({ schedules, jobLog }: Console): void {
    this.failed.clear();
    for (const { id } of schedules.all()) {
      const [last] = schedules.runs(id, 1);
      if (last) this.note(id, last.jobId, jobLog.get(last.jobId)?.failure?.code ?? null, Date.parse(last.claimedAt));
    }
  }

  /** A run has ended. @param code what it failed of; null: of nothing. */
  note(scheduleId: string, jobId: string, code: string | null, at: number): void {
    if (code === null || !awayCodes.has(code)) this.failed.delete(scheduleId);
    else this.failed.set(scheduleId, { jobId, at, times: (this.failed.get(scheduleId)?.times ?? 0) + 1 });
  }

  /** Whether a run of this schedule that failed is to be made again now. */
  isDue(console: Console, { id, source }: KnownSchedule, { logged }: ScheduledJob, now: number): boolean {
    const failed = this.failed.get(id);
    if (!failed || now - failed.at < hourMs * 2 ** Math.min(failed.times - 1, mostDoublings)) return false;
    const newest = console.jobLog.newest(logged, source ?? '');
    if (newest?.status === 'DONE' || newest?.status === 'CANCELLED') this.failed.delete(id);
    else if (newest?.status !== 'RUNNING') return isBack(console, source, failed.at);
    return false;
  }
}

/** Whether everything that a job needs was seen to be there since. */
function isBack({ settings, looks }: Console, source: string | null, since: number): boolean {
  const stores = settings.stores();
  const primary = stores.find(({ settings: { kind: where } }) => where === 'local');
  const needed = source === null ? stores : stores.filter((store) => store === primary);
  const seen = [
    ...needed.map(({ name }) => looks.get('store', name)),
    ...(source === null ? [] : [looks.get('source', source)]),
  ];
  return seen.every((look) => look !== null && look.failure === null && Date.parse(look.at) > since);
}
