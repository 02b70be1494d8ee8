import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { homeAt } from '../../main/console/home.ts';
import { openState } from '../../main/state/openState.ts';
import { browserOptions } from '../../tests/support/browser.ts';
import type { Product } from './product.ts';
import { planMilliseconds } from './retentionPlan.ts';

const launcher = join(import.meta.dirname, '../../bin/strongroom.mjs');
const size = { width: 1280, height: 800 };
const restSeconds = 5;
const roundTrips = 400;

/** How quick the console is in a browser, and how much it weighs. */
export interface ConsoleRun {
  /** Scripts and styles that came until the first sentence stood there, each gzipped. */
  bundleBytes: number;
  /** From the start of the navigation until the evidence stood there, with 10,000 backups. */
  meaningfulMs: number;
  /** The longest frame while a list of 100,000 backups was scrolled from its beginning. */
  longestFrameMs: number;
  /** What retention does with 100,000 backups. */
  planMs: number;
  idleP95Ms: number;
  busyP95Ms: number;
  restBytes: number;
}

/** Measures the console over a state folder that has a backup of `shop` and of `small`. */
export async function measureConsole({ home }: Product, signal: AbortSignal): Promise<ConsoleRun> {
  copyBackups(home, 10_000);
  const first = await withServe(home, signal, async ({ page, restBytes }) => ({
    ...(await firstPaint(page)),
    idleP95Ms: await roundTrip(page, null),
    busyP95Ms: await roundTrip(page, 'shop'),
    restBytes,
  }));
  copyBackups(home, 90_000);
  const planMs = planMilliseconds(home);
  const longestFrameMs = await withServe(home, signal, async ({ page }) => {
    await page.goto(new URL('/#/backups', page.url()).href);
    await page.getByRole('row').nth(3).waitFor();
    return longestFrame(page);
  });
  return { ...first, longestFrameMs, planMs };
}

/** Gives the catalogue more backups, each a copy of the newest one a minute older than the one before. */
function copyBackups(home: string, count: number): void {
  const state = openState(homeAt(home).statePath, { check: false });
  try {
    const known = state.prepare('SELECT count(*) FROM backups').pluck().get() as number;
    const insert = state.prepare(
      `INSERT INTO backups (id, kind, source, filename, status, size_bytes, plain_bytes, sha256, duration_seconds, created_at)
       SELECT @id, kind, source, 'm/' || @id || '.json.age', status, size_bytes + @number, plain_bytes, sha256,
         duration_seconds + @number % 60, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-' || @number || ' minutes')
       FROM backups WHERE id = (SELECT max(id) FROM backups)`,
    );
    const copy = state.prepare(
      `INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes)
       SELECT @id, store, store_kind, state, 'm/' || @id, size_bytes FROM copies WHERE backup_id = (SELECT max(id) FROM backups)`,
    );
    state.transaction(() => {
      for (let number = known; number < known + count; number++) {
        const id = `00${String(10_000_000 - number).padStart(24, '0')}`;
        insert.run({ id, number });
        copy.run({ id });
      }
    })();
  } finally {
    state.close();
  }
}

/** Opens the console in a browser, once it has come to rest. */
export async function withServe<T>(
  home: string,
  signal: AbortSignal,
  work: (open: { page: Page; restBytes: number; pid: number; readyMs: number }) => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  const serve = spawn(process.execPath, [launcher, 'serve', '--json', '--port', '0', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  const ended = once(serve, 'exit');
  try {
    let said = '';
    for await (const piece of serve.stdout.setEncoding('utf8')) {
      said += String(piece);
      if (said.trimEnd().endsWith('}')) break;
    }
    const { url } = JSON.parse(said) as { url: string };
    const readyMs = performance.now() - begun;
    await sleep(restSeconds * 1000, undefined, { signal });
    const restBytes = await residentBytes(serve.pid!);
    const browser = await chromium.launch(browserOptions);
    try {
      const page = await browser.newPage({ viewport: size });
      await page.goto(url);
      return await work({ page, restBytes, pid: serve.pid!, readyMs });
    } finally {
      await browser.close();
    }
  } finally {
    serve.kill('SIGTERM');
    await ended;
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function firstPaint(page: Page): Promise<{ bundleBytes: number; meaningfulMs: number }> {
  const bodies: Promise<number>[] = [];
  page.on('response', (response) => {
    if (['script', 'stylesheet'].includes(response.request().resourceType()))
      bodies.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await page.addInitScript(() => {
    const watcher = new MutationObserver(() => {
      if (!document.body.innerText.includes('Restorable to')) return;
      watcher.disconnect();
      document.documentElement.dataset.meaningfulMs = String(performance.now());
    });
    watcher.observe(document, { childList: true, subtree: true, characterData: true });
  });
  await page.goto('about:blank');
  await page.goBack();
  const marked = page.locator('html[data-meaningful-ms]');
  await marked.waitFor();
  const meaningfulMs = Number(await marked.getAttribute('data-meaningful-ms'));
  const bundleBytes = (await Promise.all(bodies)).reduce((sum, bytes) => sum + bytes, 0);
  return { bundleBytes, meaningfulMs };
}

/** The 95th percentile of a small request's round trip, in the page; while a backup of `source` runs, where one is named. */
function roundTrip(page: Page, source: string | null): Promise<number> {
  return page.evaluate(
    async ({ count, source: busyWith }) => {
      const socket = new WebSocket(new URL('/socket', location.href.replace(/^http/, 'ws')));
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      let nextId = 0;
      const ask = (name: string, body: unknown) =>
        new Promise<{ ok: boolean; value: { jobs: unknown[] } }>((resolve) => {
          const id = ++nextId;
          const heard = ({ data }: MessageEvent<string>) => {
            const message = JSON.parse(data) as { id?: number; answer: { ok: boolean; value: { jobs: unknown[] } } };
            if (message.id !== id) return;
            socket.removeEventListener('message', heard);
            resolve(message.answer);
          };
          socket.addEventListener('message', heard);
          socket.send(JSON.stringify({ id, name, ask: body }));
        });
      if (busyWith !== null)
        await ask('backups.start', { source: busyWith, note: null, pinned: false, notify: 'failure' });
      const taken: number[] = [];
      for (;;) {
        const begun = performance.now();
        const { value } = await ask('jobs.running', {});
        taken.push(performance.now() - begun);
        if (busyWith === null ? taken.length >= count : value.jobs.length === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      socket.close();
      return taken.toSorted((a, b) => a - b)[Math.floor(taken.length * 0.95)]!;
    },
    { count: roundTrips, source },
  );
}

/** The longest frame in 600, each of them a notch of the wheel further: 6,000 pixels a second, more than a hand turns. */
function longestFrame(page: Page): Promise<number> {
  return page.evaluate(async (wheelNotch) => {
    const scroller = [...document.querySelectorAll<HTMLElement>('*')].find(
      ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight * 4 && clientHeight > 100,
    );
    if (!scroller) throw new Error('nothing on this page scrolls');
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    await frame();
    let longest = 0;
    for (let before = await frame(), count = 0; count < 600; count++) {
      scroller.scrollTop += wheelNotch;
      const now = await frame();
      longest = Math.max(longest, now - before);
      before = now;
    }
    return longest;
  }, 100);
}
