import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openConsole } from '../../main/console.ts';
import { homeAt } from '../../main/console/home.ts';
import { backupFull } from '../../main/requests/backups.ts';

/*
 * One full backup inside this process, with its event loop watched: `node delayProbe.ts HOME SOURCE`.
 * Prints how late the main thread was, in milliseconds.
 */

/** How often the monitor wants to run; a loop that is never busy records this, so it is taken off. */
const resolutionMs = 10;

const [home, source] = process.argv.slice(2);
if (home === undefined || source === undefined) throw new Error('usage: node delayProbe.ts HOME SOURCE');

const delay = monitorEventLoopDelay({ resolution: resolutionMs });
const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
const console = await openConsole(homeAt(home), { owner: true });
try {
  delay.enable();
  await backupFull(console, { source, note: null, pinned: false }, { signal: new AbortController().signal });
  delay.disable();
} finally {
  console.close();
}
process.stdout.write(
  JSON.stringify({ p99Ms: late(delay.percentile(99)), maxMs: late(delay.max), samples: delay.count }),
);
