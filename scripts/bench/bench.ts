import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../shared/format.ts';
import { openBenchCluster } from './benchCluster.ts';
import { parseOptions, usage, WrongUsage, type BenchOptions } from './options.ts';
import { rows } from './rows.ts';
import { takeMeasures } from './takeMeasures.ts';
import { markdownTable } from './table.ts';

/*
 * `npm run bench`: how fast and how small we are beside others, as ratios within one run. What is compared runs in
 * turns, so that a machine that gets slower gets slower for all.
 */

const say = (line: string) => console.error(`bench: ${line}`);

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'strongroom-bench-'));
  chmodSync(dir, 0o711); // the account of the database server passes through it
  try {
    const clusterDir = options.clusterDir ?? join(dir, 'cluster');
    const cluster = await openBenchCluster(clusterDir, options.scale, options.clusterDir !== null, say);
    try {
      const taken = await takeMeasures(options, dir, cluster, signal, say);
      const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${formatBytes(totalmem())} of memory`;
      const versions = `Node ${process.versions.node}, PostgreSQL client programs ${cluster.version}`;
      console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}, ${versions}.`);
      console.log(
        `Medians of ${options.runs} in turns (least to most); a raw dump of ${formatBytes(taken.rawBytes)}.\n`,
      );
      console.log(markdownTable(rows(taken)));
    } finally {
      await cluster.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const cancel = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => cancel.abort());
try {
  await bench(parseOptions(process.argv.slice(2)), cancel.signal);
} catch (error) {
  if (cancel.signal.aborted) say('cancelled, and everything is cleaned up');
  else console.error(error instanceof WrongUsage ? `${error.message}\n\n${usage}` : error);
  process.exitCode = cancel.signal.aborted ? 130 : 1;
}
