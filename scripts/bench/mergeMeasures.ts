import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { MergeAnswer } from '../../main/requests/merges.ts';
import { smallTenant, type BenchCluster } from './benchCluster.ts';
import { measured } from './measure.ts';
import type { Product } from './product.ts';
import type { Rivals } from './rivals.ts';
import { bytes, ratios, seconds, type Row } from './table.ts';

export interface MergeRun {
  seconds: number;
  peakBytes: number;
  rows: number;
  /** How long writers of the live tables had to wait at most. */
  lockedSeconds: number;
  /** Restoring the backup's tables and rows into a scratch database, and reading the tenant's rows there. */
  plainSeconds: number;
}

const tenant = smallTenant;
const live = 'bench_merge';
const plain = 'bench_plain';
const pollMs = 20;

/** What happens to the tenant: most of its rows are changed or gone. */
const damage = [
  'SET session_replication_role = replica',
  `DELETE FROM shop.sale_items WHERE sale_id IN (SELECT id FROM shop.sales WHERE tenant_id = ${tenant})`,
  `DELETE FROM shop.payments WHERE tenant_id = ${tenant}`,
  `DELETE FROM shop.sales WHERE tenant_id = ${tenant}`,
  `DELETE FROM shop.events WHERE tenant_id = ${tenant}`,
  `UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = ${tenant}`,
  `UPDATE shop.products SET price = price + 1 WHERE tenant_id = ${tenant}`,
];

const itsRows = [
  ...['customers', 'products', 'inventory', 'sales', 'payments', 'audit_log', 'events'].map(
    (table) => `SELECT * FROM shop.${table} WHERE tenant_id = ${tenant}`,
  ),
  `SELECT i.* FROM shop.sale_items i JOIN shop.sales s ON s.id = sale_id WHERE s.tenant_id = ${tenant}`,
];

/** Merges the smallest tenant back into a damaged copy of the shop, and does by hand what that needs at least. */
export async function mergeMeasures(
  product: Product,
  rivals: Rivals,
  cluster: BenchCluster,
  inTurns: (name: string, round: () => Promise<void>) => Promise<void>,
  signal: AbortSignal,
): Promise<MergeRun[]> {
  const { id } = await product.backup('shop');
  const model = '--tenant-table shop.tenants --tenant-id id --tenant-setting app.current_tenant --tenant-user nobody';
  await product.run(['source', 'tenants', 'shop', ...model.split(' ')]);
  const dump = join(product.dir, 'raw.dump');
  await rivals.dumpTo(dump);
  const runs: MergeRun[] = [];
  await inTurns('merges', async () => {
    const plainSeconds = await byHand(rivals, cluster, dump, signal);
    await cluster.run(`DROP DATABASE IF EXISTS ${live}`, `CREATE DATABASE ${live} TEMPLATE shop`);
    await withSession(cluster, live, async (client) => {
      for (const statement of damage) await client.query(statement);
    });
    await cluster.run('CHECKPOINT');
    const watch = watchLocks(cluster);
    const policy = ['--tenant', String(tenant), '--policy', 'mirror'];
    const run = await product.run(['restore', id, '--mode', 'merge', '--into', live, ...policy]);
    const lockedSeconds = await watch.end();
    const { tables } = JSON.parse(run.stdout) as MergeAnswer;
    const rows = tables.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);
    runs.push({ seconds: run.seconds, peakBytes: run.peakBytes, rows, lockedSeconds, plainSeconds });
    await cluster.run(`DROP DATABASE ${live}`);
  });
  await rm(dump, { force: true });
  return runs;
}

async function byHand(rivals: Rivals, cluster: BenchCluster, dump: string, signal: AbortSignal): Promise<number> {
  await cluster.run('CHECKPOINT');
  const restored = await rivals.plainRestore(dump, plain, ['--section=pre-data', '--section=data']);
  const statements = itsRows.flatMap((rows) => ['-c', `COPY (${rows}) TO STDOUT`]);
  const copied = await measured(
    { program: cluster.tool('psql'), args: ['-XAtq', ...statements], env: cluster.environment(plain), stdout: 'drop' },
    signal,
  );
  await cluster.run(`DROP DATABASE ${plain}`);
  return restored + copied.seconds;
}

/** Looks again and again whether writers of the live tables would wait. */
function watchLocks(cluster: BenchCluster): { end(): Promise<number> } {
  const ended = new AbortController();
  const locked = withSession(cluster, 'postgres', async (client) => {
    let [first, last] = [0, 0];
    while (!ended.signal.aborted) {
      const { rows } = await client.query(
        `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE d.datname = '${live}' AND l.mode = 'ShareRowExclusiveLock' AND l.granted LIMIT 1`,
      );
      if (rows.length > 0) {
        last = performance.now();
        first ||= last - pollMs;
      }
      await sleep(pollMs);
    }
    return first === 0 ? 0 : (last + pollMs - first) / 1000;
  });
  return {
    end() {
      ended.abort();
      return locked;
    },
  };
}

async function withSession<T>(cluster: BenchCluster, database: string, work: (client: pg.Client) => Promise<T>) {
  const { port, user, password } = cluster;
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function mergeRows(runs: readonly MergeRun[]): Row[] {
  if (runs.length === 0) return [];
  const whole = runs.map((run) => run.seconds);
  const plainly = runs.map((run) => run.plainSeconds);
  const peaks = runs.map((run) => run.peakBytes);
  const locked = runs.map((run) => run.lockedSeconds);
  return [
    {
      measure:
        'merge of a tenant of 1% of the rows, against a restore of tables and rows by `pg_restore -j2` and COPY of its rows',
      goal: { must: 1.2, aim: 1, unit: 'x' },
      values: ratios(whole, plainly),
      unit: 'x',
      absolute: `${seconds(whole)}, ${seconds(plainly)} by hand; ${runs[0]!.rows} rows written`,
    },
    {
      measure: 'locks on the live tables, for 100,000 merged rows',
      goal: { must: 5000, aim: 2500, unit: 'ms' },
      values: runs.map((run) => (run.lockedSeconds * 1000 * 100_000) / run.rows),
      unit: 'ms',
      absolute: `${seconds(locked)} for these`,
    },
    {
      measure: 'peak memory of our process, merge',
      goal: { must: 300, aim: 200, unit: 'MB' },
      values: peaks.map((peak) => peak / 1_000_000),
      unit: 'MB',
      absolute: bytes(peaks),
    },
  ];
}
