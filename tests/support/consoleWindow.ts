import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import axe, { type RunOptions } from 'axe-core';
import type { ConsoleHost, StartHost } from './consoleHost.ts';
import { startDesktopHost } from './desktopHost.ts';
import { startElectronHost } from './electronHost.ts';
import { startServeHost } from './serveHost.ts';
import { test as base } from './shopConsole.ts';

/** Which host a project of the tests shows the console with. */
export interface HostOption {
  host: 'serve' | 'desktop' | 'electron';
}

/** An open console, as a person has it before them. */
export interface ConsoleWindow {
  readonly page: Page;
  home: string;
  /** Ends the console in good order if it still runs, and starts it again at the same place. */
  restartHost(): Promise<void>;
  /** Ends the console as a power cut does. */
  killHost(): Promise<void>;
  openSecondWindow(): Promise<Page>;
  /** Errors in the browser that match are part of what is tested; any other one fails the test. */
  expectTrouble(pattern: RegExp): void;
  /** With SHOOT=1: pictures in every size and both themes, under test-results/screens. */
  shoot(name: string): Promise<void>;
}

interface Fixtures {
  /** Opens the console of a state folder, which may not exist yet. */
  openConsole: (home: string) => Promise<ConsoleWindow>;
  /** The console of a state folder that has the source `shop` and the store `local`. */
  consoleWindow: ConsoleWindow;
  /** The console on a machine that has no state folder yet. */
  freshWindow: ConsoleWindow;
}

const hosts: Record<HostOption['host'], StartHost> = {
  serve: startServeHost,
  desktop: startDesktopHost,
  electron: startElectronHost,
};

/** What a browser says by itself while the console is away. */
const lostSocket = /WebSocket connection to .* failed|net::ERR_CONNECTION_REFUSED/;

/** A test fails with whatever a window wrote to its console as an error, CSP violations among it. */
export const test = base.extend<Fixtures & HostOption>({
  host: ['serve', { option: true }],

  openConsole: async ({ host, browser }, use, testInfo) => {
    const troubles: string[] = [];
    const expected: RegExp[] = [];
    const opened: ConsoleHost[] = [];
    const watch = (page: Page) => {
      page.on('pageerror', (error) => troubles.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(`${message.text()} (${message.location().url})`);
      });
    };

    await use(async (home) => {
      const running = await hosts[host]({ home, browser, watch });
      opened.push(running);
      return {
        home,
        get page() {
          return running.page;
        },
        async restartHost() {
          expected.push(lostSocket);
          await running.restart();
        },
        async killHost() {
          expected.push(lostSocket);
          await running.kill();
        },
        openSecondWindow: () => running.openSecondWindow(),
        expectTrouble: (pattern) => expected.push(pattern),
        shoot: (name) => shoot(running.page, name),
      };
    });

    const seen = [...troubles]; // what a window misses while its console ends is no fault of it
    for (const running of opened) await running.close();
    const unexpected = seen.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
    if (testInfo.status === testInfo.expectedStatus) expect(unexpected, 'errors in a window').toEqual([]);
    else if (unexpected.length > 0) await testInfo.attach('errors in a window', { body: unexpected.join('\n\n') });
  },

  consoleWindow: async ({ openConsole, shopConsole }, use) => use(await openConsole(shopConsole.home)),

  freshWindow: async ({ openConsole, folder }, use) => use(await openConsole(join(folder, 'home'))),
});

const themes = ['light', 'dark'] as const;
const sizes = [
  { width: 1024, height: 700 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** What the other theme can change: the rest of a page is the same document in both. */
const colours: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/** Looks for whatever keeps people from using what is on the page, in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await transitionsEnd(page);
    const findings = await axeFindings(page, colorScheme === themes[0] ? {} : colours);
    expect(findings, `what axe finds on ${page.url()}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  expect(await smallText(page), `text too small to be read on ${page.url()}`).toEqual([]);
}

/** Colours on their way from one theme to the other are nobody's. */
async function transitionsEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
  });
}

/** axe is large, so that a document gets it once, and it is told to describe nothing but what is wrong. */
async function axeFindings(page: Page, options: RunOptions): Promise<unknown[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async (asked) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, asked);
      return violations.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
      }));
    },
    { ...options, resultTypes: ['violations'] } as RunOptions,
  );
}

/** Words on the page that are smaller than 12 pixels. */
function smallText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const small: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const words = text.textContent?.trim() ?? '';
      const holder = text.parentElement;
      if (words === '' || !holder?.checkVisibility()) continue;
      const size = Number.parseFloat(getComputedStyle(holder).fontSize);
      if (size < 12) small.push(`${size} px: ${words.slice(0, 60)}`);
    }
    return small;
  });
}

async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOOT !== '1') return;
  const before = page.viewportSize();
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const file = `${name}-${size.width}x${size.height}-${colorScheme}.png`;
      await page.screenshot({ path: join('test-results', 'screens', file), animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}
