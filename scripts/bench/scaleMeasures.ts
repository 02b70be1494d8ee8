import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { backupSorts } from '../../shared/contract/backups.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { BenchCluster } from './benchCluster.ts';
import { withServe } from './consoleMeasures.ts';
import { addYears } from './manyBackups.ts';
import type { Product } from './product.ts';

const backups = 100_000;
const alerts = 2000;
/** A p95 of fewer is the luck of one. */
const times = 60;
const restSeconds = 75;
/** What the kernel counts processor time in; USER_HZ is the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Asked {
  p50: number;
  p95: number;
}

/** How the console does with years of backups, from the page of a browser and back. */
export interface ScaleRun {
  asked: Record<'list' | 'overview' | 'others', Record<string, Asked>>;
  planMs: number;
  besidePlanP95: number;
  forecastMs: number;
  besideForecastP95: number;
  besideLookP95: number;
  /** From the start of the program until its page was painted first. */
  firstPaintMs: number;
  /** Of one core, with a window open and everything on that runs by itself. */
  idlePercent: number;
}

type Ask = [name: string, ask: unknown];

/** Five databases in three stores, and years of their backups. */
export async function manyBackups(product: Product, cluster: BenchCluster, say: (line: string) => void): Promise<void> {
  for (const name of ['second', 'third'])
    await product.run(['store', 'add', name, '--kind', 'local', '--path', join(product.dir, name)]);
  for (const name of ['west', 'east', 'north']) {
    const url = `postgresql://${cluster.user}@127.0.0.1:${cluster.port}/small`;
    await product.run(['source', 'add', name, '--url', url, '--password-stdin'], `${cluster.password}\n`);
  }
  const { id } = await product.backup('small');
  const shown = await product.run(['show', id]);
  say('writing 100,000 backups');
  await addYears(product.home, (JSON.parse(shown.stdout) as { manifest: Manifest }).manifest, backups, alerts);
}

export async function measureScale({ home }: Product, signal: AbortSignal): Promise<ScaleRun> {
  return withServe(home, signal, async ({ page, pid, readyMs }) => {
    const firstPaintMs = readyMs + (await paintedAfter(page));
    const asked = {
      list: await askEach(page, await listAsks(page)),
      overview: await askEach(page, {
        evidence: ['overview.show', {}],
        strip: ['backups.points', { source: null, kind: null, days: 30 }],
        trends: ['backups.points', { source: 'west', kind: 'FULL_DATABASE', days: 365 }],
        restores: ['restores.list', { limit: 200 }],
        drills: ['drills.list', { source: null, limit: 200 }],
        health: ['health.show', {}],
        stores: ['stores.list', {}],
        alerts: ['alerts.list', { open: true, limit: 20 }],
        schedules: ['schedules.list', {}],
      }),
      others: await askEach(page, {
        'all alerts': ['alerts.list', { open: false, limit: alerts }],
        tenants: ['tenants.coverage', { source: 'west' }],
        jobs: ['jobs.recent', { limit: 200 }],
        drills: ['drills.list', { source: null, limit: 100 }],
      }),
    };
    const plan = await askBeside(page, ['retention.preview', { store: 'second', policy: null, limit: 100 }]);
    const forecast = await askBeside(page, ['integrity.plan', {}]);
    const look = await askBeside(page, ['alerts.look', {}]);
    const before = await processorSeconds(pid);
    await sleep(restSeconds * 1000, undefined, { signal });
    const idlePercent = (((await processorSeconds(pid)) - before) / restSeconds) * 100;
    return {
      asked,
      planMs: plan.ms,
      besidePlanP95: plan.besideP95,
      forecastMs: forecast.ms,
      besideForecastP95: forecast.besideP95,
      besideLookP95: look.besideP95,
      firstPaintMs,
      idlePercent,
    };
  });
}

/** Every order both ways, every filter, and a page far down. */
async function listAsks(page: Page): Promise<Record<string, Ask>> {
  const first = { filter: {}, sort: 'created', descending: true, cursor: null as string | null, limit: 200 };
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const filters = {
    kind: { kind: 'TENANT' },
    source: { source: 'west' },
    tenant: { source: 'west', tenant: '17' },
    status: { status: 'VERIFIED' },
    failed: { status: 'FAILED' },
    store: { store: 'second' },
    from: { from: daysAgo(30) },
    between: { from: daysAgo(400), until: daysAgo(300) },
    deleted: { deleted: true },
    none: { source: 'west', kind: 'FULL_DATABASE', status: 'IN_PROGRESS' },
  };
  const asks: Record<string, Ask> = {};
  for (const sort of backupSorts)
    for (const descending of [true, false])
      asks[`${sort} ${descending ? 'down' : 'up'}`] = ['backups.page', { ...first, sort, descending }];
  for (const [name, filter] of Object.entries(filters))
    for (const sort of ['created', 'size']) asks[`${name} by ${sort}`] = ['backups.page', { ...first, filter, sort }];
  let cursor: string | null = null;
  for (let pages = 0; pages < 50; pages++) {
    const { value } = await askOnce(page, ['backups.page', { ...first, sort: 'size', cursor, limit: 1000 }]);
    ({ cursor } = value as { cursor: string | null });
  }
  asks['page far down'] = ['backups.page', { ...first, sort: 'size', cursor }];
  return asks;
}

async function askEach(page: Page, asks: Record<string, Ask>): Promise<Record<string, Asked>> {
  const found: Record<string, Asked> = {};
  for (const [name, ask] of Object.entries(asks)) {
    await askOnce(page, ask); // what is asked for the first time is compiled and read from the disk
    const taken: number[] = [];
    for (let time = 0; time < times; time++) taken.push((await askOnce(page, ask)).ms);
    found[name] = { p50: share(taken, 0.5), p95: share(taken, 0.95) };
  }
  return found;
}

function share(taken: readonly number[], part: number): number {
  return taken.toSorted((a, b) => a - b)[Math.ceil(taken.length * part) - 1]!;
}

/** One request from the page; throws where it is refused, because that would be quick. */
async function askOnce(page: Page, ask: Ask): Promise<{ ms: number; value: unknown }> {
  const { ms, value } = await askBeside(page, ask);
  return { ms, value };
}

/** A request with its time in the page, and the 95th percentile of small ones on another socket that go beside it. */
function askBeside(page: Page, [name, ask]: Ask): Promise<{ ms: number; value: unknown; besideP95: number }> {
  return page.evaluate(
    async ({ name: asked, body: what }) => {
      const open = async () => {
        const socket = new WebSocket(new URL('/socket', location.href.replace(/^http/, 'ws')));
        await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
        return socket;
      };
      const request = (socket: WebSocket, of: string, body: unknown) =>
        new Promise<{ ok: boolean; value: unknown }>((resolve) => {
          const heard = ({ data }: MessageEvent<string>) => {
            const message = JSON.parse(data) as { id?: number; answer: { ok: boolean; value: unknown } };
            if (message.id !== 1) return;
            socket.removeEventListener('message', heard);
            resolve(message.answer);
          };
          socket.addEventListener('message', heard);
          socket.send(JSON.stringify({ id: 1, name: of, ask: body }));
        });
      const [main, small] = await Promise.all([open(), open()]);
      const end = new AbortController();
      const begun = performance.now();
      const answer = request(main, asked, what).finally(() => end.abort());
      const beside: number[] = [];
      while (!end.signal.aborted) {
        const sent = performance.now();
        await Promise.race([request(small, 'jobs.running', {}), answer]);
        beside.push(performance.now() - sent);
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), answer]);
      }
      const { ok, value } = await answer;
      const ms = performance.now() - begun;
      main.close();
      small.close();
      if (!ok) throw new Error(`${asked} was refused: ${JSON.stringify(value)}`);
      const sorted = beside.toSorted((a, b) => a - b);
      return { ms, value, besideP95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0 };
    },
    { name, body: ask },
  );
}

/** Loads the page anew. */
async function paintedAfter(page: Page): Promise<number> {
  await page.reload();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list, observer) => {
          const [entry] = list.getEntriesByName('first-contentful-paint');
          if (!entry) return;
          observer.disconnect();
          resolve(entry.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
}

/** User and system time of a process and its threads. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
