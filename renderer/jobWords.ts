import { ulidPattern } from '../shared/backup.ts';
import { formatBytes } from '../shared/format.ts';
import { jobName } from '../shared/jobWords.ts';
import type { JobView, RunningJob } from '../shared/contract/jobs.ts';
import type { Tone } from './components/tone.ts';
import { clockAndDay, durationRange } from './when.ts';

const ulidDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** When an id was made: ULIDs begin with their time. */
export function timeOfId(id: string): Date {
  let time = 0;
  for (const digit of id.slice(0, 10)) time = time * 32 + ulidDigits.indexOf(digit);
  return new Date(time);
}

/** What a job is, in words; a backup that it is about is named by its time, because nobody knows its id. */
export function jobWords({ kind, subject }: Pick<JobView, 'kind' | 'subject'>, now: Date): string {
  const about = ulidPattern.test(subject)
    ? `the backup of ${clockAndDay(timeOfId(subject).toISOString(), now)}`
    : subject;
  return jobName({ kind, subject }, about);
}

/** How a job stands, as colour and word. A verification that has something to tell is never just green. */
export function jobOutcome({ kind, status, notes }: Pick<JobView, 'kind' | 'status' | 'notes'>): {
  tone: Tone;
  word: string;
} {
  if (status === 'RUNNING') return { tone: 'working', word: 'Running' };
  if (status === 'FAILED') return { tone: 'bad', word: 'Failed' };
  if (status === 'INTERRUPTED') return { tone: 'bad', word: 'Interrupted' };
  if (status === 'CANCELLED') return { tone: 'neutral', word: 'Cancelled' };
  if (notes.length === 0) return { tone: 'good', word: 'Done' };
  return { tone: kind === 'verify' ? 'warning' : 'good', word: 'Done, with notes' };
}

/** `120.4 MB of about 512.0 MB`, `120.4 MB`, or nothing where no bytes are counted. */
export function amountOf({ doneBytes, totalBytes, estimated }: RunningJob): string {
  if (totalBytes === null) return doneBytes > 0 ? formatBytes(doneBytes) : '';
  return `${formatBytes(doneBytes)} of ${estimated ? 'about ' : ''}${formatBytes(totalBytes)}`;
}

/** From 0 to 100; null while nobody knows. An estimate may be passed, and then stays just below the end. */
export function percentOf({ doneBytes, totalBytes, estimated }: RunningJob): number | null {
  if (totalBytes === null || totalBytes === 0) return null;
  return Math.min(estimated ? 99 : 100, (doneBytes / totalBytes) * 100);
}

/** `34.0 MB/s`, or nothing. */
export function rateWords({ rate }: RunningJob): string {
  return rate === null ? '' : `${formatBytes(rate)}/s`;
}

/** `20-40 s left in this stage`, or nothing while nobody knows. */
export function etaWords({ eta }: RunningJob): string {
  return eta === null ? '' : `${durationRange(eta)} left in this stage`;
}

/** What is told of a job that has not moved a byte for a minute or more. */
export function stalledWords(stage: string): string {
  return `Stalled, no byte for over a minute: ${stage}`;
}
