import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { ConsoleHost, HostOrder } from './consoleHost.ts';
import { freePort } from './freePort.ts';
import { start, type CliOptions, type CliRun } from './strongroom.ts';

/** `strongroom serve` while it runs. */
export interface RunningServe {
  /** Lets one browser in. */
  url: string;
  port: number;
  pid: number;
  /** What it has said on stderr so far. */
  stderr(): string;
  end(signal: NodeJS.Signals): Promise<CliRun>;
}

const patienceMs = 30_000;

/** Starts the real, built `strongroom serve` and waits until it says where it is. */
export async function startServe(options: CliOptions, ...args: string[]): Promise<RunningServe> {
  let stderr = '';
  let tellWhere: (where: { url: string; port: number }) => void = () => undefined;
  const where = new Promise<{ url: string; port: number }>((resolve) => {
    tellWhere = resolve;
  });
  const onStdout = (said: string) => said.trimEnd().endsWith('}') && tellWhere(JSON.parse(said));
  const onStderr = (said: string) => {
    stderr = said;
  };
  const running = start({ ...options, onStdout, onStderr }, 'serve', ...args);
  const tooEarly = running.ended.then(({ status, stdout }) => {
    throw new Error(`strongroom serve ended with ${status} at its start\n${stdout}${stderr}`);
  });
  const { url, port } = await Promise.race([where, tooEarly]);
  tooEarly.catch(() => undefined); // from here on its end is no surprise
  return {
    url,
    port,
    pid: running.pid,
    stderr: () => stderr,
    async end(signal) {
      running.kill(signal);
      const patience = setTimeout(() => running.kill('SIGKILL'), patienceMs);
      const run = await running.ended;
      clearTimeout(patience);
      return run;
    },
  };
}

/** A console in a browser, with a browser of its own for each window. */
export async function startServeHost({ home, browser, watch }: HostOrder): Promise<ConsoleHost> {
  const port = String(await freePort());
  const contexts: BrowserContext[] = [];
  let serve: RunningServe | null = await startServe({ home }, '--port', port);

  const openWindow = async (url: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    const page = await context.newPage();
    watch(page);
    await page.goto(url);
    return page;
  };

  const end = async () => {
    const run = await serve?.end('SIGTERM');
    serve = null;
    if (run && run.status !== 0)
      throw new Error(`strongroom serve ended with ${run.status ?? run.signal}\n${run.stderr}`);
  };

  return {
    page: await openWindow(serve.url),
    openSecondWindow: () => openWindow(nextUrl(home)),
    async kill() {
      await serve?.end('SIGKILL');
      serve = null;
    },
    async restart() {
      await end();
      serve = await startServe({ home }, '--port', port);
    },
    async close() {
      for (const context of contexts) await context.close();
      await end();
    },
  };
}

/** The address for one more browser, where the running console keeps it. */
export function nextUrl(home: string): string {
  return readFileSync(join(home, 'run', 'console-url'), 'utf8').trim();
}
