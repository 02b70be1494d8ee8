import { formatBytes, formatDuration } from '../../shared/format.ts';
import type { JobProgress } from '../../shared/job.ts';
import type { JobWatcher } from '../jobs/jobRunner.ts';

export type ProgressStyle = 'bar' | 'json' | 'none';

const barWidth = 24;

/** Shows a job's progress on stderr: one line that is written over, or a JSON object per line. */
export function progressWatcher(style: ProgressStyle): JobWatcher & { end(): void } {
  if (style === 'json')
    return {
      onProgress: (progress) => process.stderr.write(`${JSON.stringify(progress)}\n`),
      onNote: (note) => process.stderr.write(`${JSON.stringify({ note })}\n`),
      end() {},
    };
  const note = (sentence: string) => process.stderr.write(`${style === 'bar' ? clearLine : ''}note: ${sentence}\n`);
  if (style === 'none') return { onNote: note, end() {} };
  let stage = '';
  let begun = 0;
  return {
    onNote: note,
    onProgress(progress) {
      if (progress.stage !== stage) {
        stage = progress.stage;
        begun = performance.now();
      }
      process.stderr.write(clearLine + progressLine(progress, (performance.now() - begun) / 1000));
    },
    end: () => process.stderr.write(clearLine),
  };
}

const clearLine = '\r\u001b[2K';

/** `dumping  [#######-----------------] 31%  45.2 MB of about 145.0 MB  23.1 MB/s  4.3 s left` */
export function progressLine({ stage, doneBytes, totalBytes, estimated }: JobProgress, seconds: number): string {
  if (totalBytes === null) return `${stage} …`;
  const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const filled = Math.round(share * barWidth);
  const rate = seconds > 0.5 ? doneBytes / seconds : 0;
  const words = [
    stage,
    ` [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${Math.floor(share * 100)}%`,
    ` ${formatBytes(doneBytes)} of ${estimated ? 'about ' : ''}${formatBytes(totalBytes)}`,
  ];
  if (rate > 0) words.push(` ${formatBytes(rate)}/s`);
  if (rate > 0 && share < 1) words.push(` ${formatDuration((totalBytes - doneBytes) / rate)} left`);
  return words.join(' ');
}
