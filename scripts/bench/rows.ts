import { tenants } from './benchCluster.ts';
import { mergeRows } from './mergeMeasures.ts';
import { bytes, median, ratios, seconds, type Row } from './table.ts';
import type { ScaleRun } from './scaleMeasures.ts';
import type { Taken } from './takeMeasures.ts';

const megabyte = 1_000_000;
/** What the two sizes of the shop may differ by. */
const alike = 1.15;

/** What was measured against what was promised; a row is left out where it was not measured. */
export function rows(taken: Taken): Row[] {
  return [
    ...backupRows(taken),
    ...rivalRows(taken),
    ...restoreRows(taken),
    ...memoryRows(taken),
    ...tenantRows(taken),
    ...restRows(taken),
    ...consoleRows(taken),
    ...scaleRows(taken),
    ...mergeRows(taken.merges),
  ];
}

function backupRows({ backups, rawDumps }: Taken): Row[] {
  if (backups.length === 0) return [];
  const dump = rawDumps.map((run) => run.seconds);
  const whole = backups.map((run) => run.seconds);
  const proof = backups.map(({ proofSeconds }) => proofSeconds);
  const backup = withoutProof(backups);
  const against = `${seconds(dump)} pg_dump`;
  return [
    {
      measure: 'full backup, start of the program → committed locally, without the proof, against `pg_dump -Fc -Z0`',
      goal: { must: 1.4, aim: 1, unit: 'x' },
      values: ratios(backup, dump),
      unit: 'x',
      absolute: `${seconds(backup)}, ${against}`,
    },
    {
      measure: 'the re-read proof, on top',
      goal: { must: 0.5, aim: 0.3, unit: 'x' },
      values: ratios(proof, dump),
      unit: 'x',
      absolute: seconds(proof),
    },
    {
      measure: 'both together: the whole command',
      goal: null,
      values: ratios(whole, dump),
      unit: 'x',
      absolute: seconds(whole),
    },
  ];
}

function rivalRows({ backups, oldWays, restics, zstdBytes }: Taken): Row[] {
  const found: Row[] = [];
  const against = (measure: string, rival: Taken['oldWays'], must: number, aim: number, more = '') => {
    if (rival.length === 0) return;
    const theirs = rival.map((run) => run.seconds);
    const withProof = median(
      ratios(
        theirs,
        backups.map((run) => run.seconds),
      ),
    );
    found.push({
      measure,
      goal: { must, aim, atLeast: true, unit: 'x' },
      values: ratios(theirs, withoutProof(backups)),
      unit: 'x',
      absolute: `${seconds(theirs)}${more}; ${withProof.toFixed(2)}x with our proof`,
    });
  };
  const memory = oldWays.length > 0 ? `, ${bytes(oldWays.map(({ peakBytes }) => peakBytes))} of memory` : '';
  against('times faster than pg_dump, `gzip -9`, Fernet in memory', oldWays, 3, 4, memory);
  against('times faster than `pg_dump -Fc -Z0` into `restic backup --stdin`', restics, 1.5, 2);
  if (zstdBytes !== null) {
    const stored = backups.map(({ storedBytes }) => storedBytes);
    found.push({
      measure: 'stored size against `zstd -3` of the raw dump',
      goal: { must: 1.02, aim: 0.95, unit: 'x' },
      values: stored.map((size) => size / zstdBytes),
      unit: 'x',
      absolute: `${bytes(stored)}, ${bytes([zstdBytes])} zstd`,
    });
  }
  return found;
}

function restoreRows({ restores, plainRestores }: Taken): Row[] {
  if (plainRestores.length === 0) return [];
  const ours = restores.map((run) => run.seconds);
  const analyze = restores.map(({ analyzeSeconds }) => analyzeSeconds);
  return [
    {
      measure: 'restore, start of the program → every row verified, against `createdb` and `pg_restore -j2`',
      goal: { must: 1.35, aim: 1.15, unit: 'x' },
      values: ratios(ours, plainRestores),
      unit: 'x',
      absolute: `${seconds(ours)}, ${seconds(plainRestores)} pg_restore; then ${seconds(analyze)} of ANALYZE, which only we do`,
    },
  ];
}

function memoryRows(taken: Taken): Row[] {
  return [
    ...memoryOf('backup', taken.backups, taken.smallBackups),
    ...memoryOf('restore', taken.restores, taken.smallRestores),
  ];
}

function memoryOf(what: string, large: { peakBytes: number }[], small: { peakBytes: number }[]): Row[] {
  if (small.length === 0) return [];
  const peaks = large.map(({ peakBytes }) => peakBytes);
  const smallPeaks = small.map(({ peakBytes }) => peakBytes);
  return [
    {
      measure: `peak memory of our process, ${what}`,
      goal: { must: 300, aim: 200, unit: 'MB' },
      values: peaks.map((peak) => peak / megabyte),
      unit: 'MB',
      absolute: `${bytes(smallPeaks)} for a tenth of the rows`,
    },
    {
      measure: `the same, large shop against small one, ${what}`,
      goal: { must: alike, aim: alike, unit: 'x' },
      values: ratios(peaks, smallPeaks),
      unit: 'x',
      absolute: '',
    },
  ];
}

function tenantRows({ allTenants, fullBesideTenants }: Taken): Row[] {
  if (allTenants.length === 0) return [];
  const all = allTenants.map((run) => run.seconds);
  const full = fullBesideTenants.map((run) => run.seconds);
  return [
    {
      measure: `a backup of each of the ${tenants} tenants, against one full backup, both with their proof`,
      goal: { must: 1.5, aim: 1, unit: 'x' },
      values: ratios(all, full),
      unit: 'x',
      absolute: `${seconds(all)}, ${seconds(full)} full backup`,
    },
    {
      measure: 'peak memory of our process, all tenants',
      goal: { must: 300, aim: 200, unit: 'MB' },
      values: allTenants.map(({ peakBytes }) => peakBytes / megabyte),
      unit: 'MB',
      absolute: '',
    },
  ];
}

function restRows({ delays, starts }: Taken): Row[] {
  const found: Row[] = [];
  if (delays.length > 0)
    found.push({
      measure: 'delay of the main thread during a backup, p99',
      goal: { must: 50, aim: 20, unit: 'ms' },
      values: delays.map(({ p99Ms }) => p99Ms),
      unit: 'ms',
      absolute: `at most ${Math.max(...delays.map(({ maxMs }) => maxMs)).toFixed(0)} ms`,
    });
  if (starts)
    found.push({
      measure: '`strongroom list` of 200 backups from a cold start, against `node -e 0`',
      goal: { must: 6, aim: 3, unit: 'x' },
      values: ratios(starts.list, starts.bareNode),
      unit: 'x',
      absolute: `${(median(starts.list) * 1000).toFixed(0)} ms, ${(median(starts.bareNode) * 1000).toFixed(0)} ms node`,
    });
  return found;
}

function withoutProof(backups: Taken['backups']): number[] {
  return backups.map((run) => run.seconds - run.proofSeconds);
}

function consoleRows({ consoles }: Taken): Row[] {
  if (consoles.length === 0) return [];
  const row = (measure: string, must: number, unit: 'MB' | 'ms' | 'KB', values: number[]): Row => ({
    measure: `console: ${measure}`,
    goal: { must, aim: must, unit },
    values,
    unit,
    absolute: '',
  });
  return [
    row(
      'scripts and styles until the first page stands there, gzipped',
      400,
      'KB',
      consoles.map((run) => run.bundleBytes / 1000),
    ),
    row(
      'the evidence stands there, with 10,000 backups',
      1000,
      'ms',
      consoles.map((run) => run.meaningfulMs),
    ),
    row(
      'longest frame while 100,000 backups are scrolled',
      50,
      'ms',
      consoles.map((run) => run.longestFrameMs),
    ),
    row(
      'retention decides over 100,000 backups',
      2000,
      'ms',
      consoles.map((run) => run.planMs),
    ),
    row(
      'round trip of a request, p95, idle',
      20,
      'ms',
      consoles.map((run) => run.idleP95Ms),
    ),
    row(
      'round trip of a request, p95, during a backup',
      50,
      'ms',
      consoles.map((run) => run.busyP95Ms),
    ),
    row(
      'memory of the main process at rest',
      150,
      'MB',
      consoles.map((run) => run.restBytes / megabyte),
    ),
  ];
}

function scaleRows({ scales }: Taken): Row[] {
  const row = (measure: string, must: number, unit: 'ms' | '%', of: (run: ScaleRun) => number, told = ''): Row => ({
    measure: `100,000 backups: ${measure}`,
    goal: { must, aim: must, unit },
    values: scales.map(of),
    unit,
    absolute: told,
  });
  const [first] = scales;
  if (!first) return [];
  const slowest = (part: keyof ScaleRun['asked']) => (run: ScaleRun) =>
    Math.max(...Object.values(run.asked[part]).map(({ p95 }) => p95));
  const each = (part: keyof ScaleRun['asked']) =>
    Object.entries(first.asked[part])
      .map(([name, { p50, p95 }]) => `${name} ${p50.toFixed(0)}/${p95.toFixed(0)}`)
      .join(', ');
  return [
    ...(['list', 'overview', 'others'] as const).map((part) =>
      row(`${part}, p95 of the slowest request`, 50, 'ms', slowest(part), `p50/p95 in ms: ${each(part)}`),
    ),
    row('retention plan', 2000, 'ms', (run) => run.planMs),
    row('p95 of another request while it is made', 50, 'ms', (run) => run.besidePlanP95),
    row('integrity plan', 2000, 'ms', (run) => run.forecastMs),
    row('p95 of another request while it is made', 50, 'ms', (run) => run.besideForecastP95),
    row('p95 of another request while the watch looks at everything', 50, 'ms', (run) => run.besideLookP95),
    row('start of the program to first paint', 2000, 'ms', (run) => run.firstPaintMs),
    row('processor of the main process at rest', 1, '%', (run) => run.idlePercent),
  ];
}
