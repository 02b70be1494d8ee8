import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { browserOptions } from './browser.ts';
import type { ConsoleHost, HostOrder } from './consoleHost.ts';
import type { Seen } from './electronStandIn/control.ts';

export type { Seen, SeenMenuItem } from './electronStandIn/control.ts';

const checkout = join(import.meta.dirname, '../..');
const standIn = join(import.meta.dirname, 'electronStandIn/register.ts');
const patienceMs = 30_000;

export interface DesktopOrder {
  home: string;
  /** Told of every page before it loads anything. */
  watch?: (page: Page) => void;
  args?: string[];
  /** The folder of another app than that of this checkout. */
  appPath?: string;
  env?: Record<string, string>;
}

/** The desktop app while it runs. */
export interface DesktopApp {
  /** The newest window that is open. */
  readonly page: Page;
  /** Every page of the app, also one that should not be there. */
  pages(): Page[];
  /** What the app has done outside its window. */
  seen(): Promise<Seen>;
  /** Does what a person, the system or an attacker does; the names are in tests/support/electronStandIn. */
  act<Answer>(name: string, ...args: unknown[]): Promise<Answer>;
  /** Waits for the end of the app. */
  ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;
  /** What it has said on stderr so far. */
  stderr(): string;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** A Chromium that stands for the one in Electron, and what outlives the app in it: the keychain. */
export interface DesktopBrowser {
  start(order: DesktopOrder): Promise<DesktopApp>;
  /** Starts the app where another one may run already, and waits for nothing. */
  startSecond(order: DesktopOrder): ChildProcess;
  close(): Promise<void>;
}

/** Starts the browser in which the desktop app shows its windows. */
export async function openDesktopBrowser(): Promise<DesktopBrowser> {
  const profile = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'desktop-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...browserOptions,
    viewport: { width: 1280, height: 800 },
    args: ['--remote-debugging-port=0', ...browserOptions.args],
  });
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
  const launch = ({ home, appPath = checkout, args = [], env = {} }: DesktopOrder) =>
    fork(join(appPath, 'out/main/desktop.js'), args, {
      execArgv: ['--import', standIn, '--disable-warning=ExperimentalWarning'],
      env: {
        ...process.env,
        STRONGROOM_HOME: home,
        STAND_IN_BROWSER: `http://127.0.0.1:${port}`,
        STAND_IN_KEYCHAIN: profile,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });

  return {
    startSecond: launch,
    async start(order) {
      const others = context.pages();
      const onPage = (page: Page) => order.watch?.(page);
      context.on('page', onPage);
      const running = watchApp(launch(order), () => context.pages().filter((page) => !others.includes(page)));
      void running.ended.then(() => context.off('page', onPage));
      await running.loaded;
      return running;
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function watchApp(child: ChildProcess, pages: () => Page[]): DesktopApp & { loaded: Promise<void> } {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  const loaded = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => (message as { loaded?: boolean }).loaded && resolve());
    void ended.then(() => reject(new Error(`the app ended before it showed a window\n${stderr}`)));
  });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  child.on('message', ({ id, value, error }: { id: number; value: never; error?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the app has ended'));
  });
  let nextId = 1;
  const act = <Answer>(name: string, ...args: unknown[]) =>
    new Promise<Answer>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      if (child.connected) child.send({ id, name, args }, (error) => error && reject(error));
      else reject(new Error('the app has ended'));
    });

  return {
    ended,
    loaded,
    pages,
    act,
    seen: () => act<Seen>('seen'),
    stderr: () => stderr,
    get page() {
      const page = pages().at(-1);
      if (!page) throw new Error(`the app has no window\n${stderr}`);
      return page;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
      // In Electron the windows go with their process.
      for (const page of pages()) await page.close();
    },
  };
}

/** The desktop app as one of the hosts on which the console is tested. */
export async function startDesktopHost({ home, watch }: Omit<HostOrder, 'browser'>): Promise<ConsoleHost> {
  const browser = await openDesktopBrowser();
  let running: DesktopApp | null = await browser.start({ home, watch });

  const end = async () => {
    const ending = running;
    running = null;
    if (!ending) return;
    await ending.act('quit').catch(() => undefined); // it may end before it can answer
    const patience = setTimeout(() => void ending.kill(), patienceMs);
    // Where a job runs the app asks first.
    const asked = setInterval(() => void ending.act('answerDialog', 'Cancel and quit').catch(() => undefined), 200);
    const { status, signal } = await ending.ended;
    clearTimeout(patience);
    clearInterval(asked);
    if (status !== 0) throw new Error(`the desktop app ended with ${status ?? signal}\n${ending.stderr()}`);
  };

  const page = () => {
    if (!running) throw new Error('the desktop app does not run');
    return running.page;
  };
  return {
    get page() {
      return page();
    },
    /** There is one window only: whoever starts the app again gets it. */
    async openSecondWindow() {
      const [status] = (await once(browser.startSecond({ home }), 'exit')) as [number | null];
      expect(status, 'a second start gives way to the first').toBe(0);
      return page();
    },
    async kill() {
      await running?.kill();
      running = null;
    },
    async restart() {
      await end();
      running = await browser.start({ home, watch });
    },
    async close() {
      await end();
      await browser.close();
    },
  };
}
