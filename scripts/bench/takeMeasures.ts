import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { BenchCluster } from './benchCluster.ts';
import { coldStarts } from './coldStart.ts';
import { measureConsole, type ConsoleRun } from './consoleMeasures.ts';
import { measured, type MeasuredRun } from './measure.ts';
import { mergeMeasures, type MergeRun } from './mergeMeasures.ts';
import type { BenchOptions, Measure } from './options.ts';
import { manyBackups, measureScale, type ScaleRun } from './scaleMeasures.ts';
import { Product, type BackupRun, type RestoreRun } from './product.ts';
import { Rivals } from './rivals.ts';

/** Everything that was measured, run by run; what was not wanted is empty. */
export interface Taken {
  rawBytes: number;
  zstdBytes: number | null;
  rawDumps: MeasuredRun[];
  backups: BackupRun[];
  oldWays: MeasuredRun[];
  restics: MeasuredRun[];
  plainRestores: number[];
  restores: RestoreRun[];
  smallBackups: BackupRun[];
  smallRestores: RestoreRun[];
  /** Each of the full backups ran beside one of all tenants. */
  fullBesideTenants: BackupRun[];
  allTenants: MeasuredRun[];
  delays: { p99Ms: number; maxMs: number }[];
  starts: { list: number[]; bareNode: number[] } | null;
  consoles: ConsoleRun[];
  scales: ScaleRun[];
  merges: MergeRun[];
}

/** Measures what is wanted, one thing at a time. */
export async function takeMeasures(
  { runs, wanted }: BenchOptions,
  dir: string,
  cluster: BenchCluster,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Taken> {
  const rivals = new Rivals(dir, cluster, signal);
  const wants = (...names: Measure[]) => names.some((name) => wanted.has(name));
  const inTurns = async (name: string, round: () => Promise<void>) => {
    for (let run = 1; run <= runs; run++) {
      say(`${name}, ${run} of ${runs}`);
      await round();
    }
  };
  /** A new state folder and store for each, so that nothing gets better or worse from what lies there already. */
  const withProduct = async <T>(work: (product: Product) => Promise<T>): Promise<T> => {
    const product = await Product.setUp(dir, cluster, signal);
    try {
      return await work(product);
    } finally {
      await product.remove();
    }
  };
  const restoreIn = async <T>(restore: (into: string) => Promise<T>): Promise<T> => {
    await cluster.run('CHECKPOINT');
    try {
      return await restore('bench_restored');
    } finally {
      await cluster.run('DROP DATABASE IF EXISTS bench_restored');
    }
  };

  say('warming up');
  await rivals.rawDump();
  const { rawBytes, zstdBytes } = await rivals.sizes(wants('size'));
  const taken: Taken = {
    rawBytes,
    zstdBytes,
    rawDumps: [],
    backups: [],
    oldWays: [],
    restics: [],
    plainRestores: [],
    restores: [],
    smallBackups: [],
    smallRestores: [],
    fullBesideTenants: [],
    allTenants: [],
    delays: [],
    starts: null,
    consoles: [],
    scales: [],
    merges: [],
  };

  if (wants('backup', 'old-way', 'restic', 'size', 'memory'))
    await inTurns('backups', async () => {
      taken.rawDumps.push(await rivals.rawDump());
      taken.backups.push(await withProduct((product) => product.backup('shop')));
      if (wants('old-way')) taken.oldWays.push(await rivals.oldWay());
      if (wants('restic')) taken.restics.push(await rivals.restic());
    });

  if (wants('restore', 'memory'))
    await withProduct(async (product) => {
      const dump = join(dir, 'raw.dump');
      await product.backup('shop');
      if (wants('restore')) await rivals.dumpTo(dump);
      await inTurns('restores', async () => {
        if (wants('restore')) taken.plainRestores.push(await restoreIn((into) => rivals.plainRestore(dump, into)));
        taken.restores.push(await restoreIn((into) => product.restore('shop', into)));
      });
      await rm(dump, { force: true });
    });

  if (wants('merge'))
    taken.merges = await withProduct((product) => mergeMeasures(product, rivals, cluster, inTurns, signal));

  if (wants('memory', 'list'))
    await withProduct(async (product) => {
      const { id } = await product.backup('small');
      if (wants('memory'))
        await inTurns('the small shop', async () => {
          taken.smallBackups.push(await product.backup('small'));
          taken.smallRestores.push(await restoreIn((into) => product.restore('small', into)));
        });
      if (!wants('list')) return;
      say('cold starts');
      taken.starts = await coldStarts(product, id, signal);
    });

  if (wants('tenants'))
    await inTurns('all tenants', () =>
      withProduct(async (product) => {
        await product.nameTenants('shop', cluster);
        taken.fullBesideTenants.push(await product.backup('shop'));
        taken.allTenants.push(await product.backUpTenants('shop'));
      }),
    );

  if (wants('delay'))
    await inTurns('the delay of the main thread', () =>
      withProduct(async ({ home }) => {
        const probe = fileURLToPath(new URL('./delayProbe.ts', import.meta.url));
        const run = await measured({ program: process.execPath, args: [probe, home, 'shop'] }, signal);
        taken.delays.push(JSON.parse(run.stdout) as Taken['delays'][number]);
      }),
    );

  if (wants('console'))
    await inTurns('the console', () =>
      withProduct(async (product) => {
        await product.backup('small');
        taken.consoles.push(await measureConsole(product, signal));
      }),
    );

  if (wants('scale'))
    await withProduct(async (product) => {
      await manyBackups(product, cluster, say);
      await inTurns('100,000 backups', async () => void taken.scales.push(await measureScale(product, signal)));
    });
  return taken;
}
