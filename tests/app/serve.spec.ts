import { expect, type Page } from '@playwright/test';
import { socketPath } from '../../shared/contract/channels.ts';
import type { RequestName } from '../../shared/contract/contract.ts';
import type { Envelope } from '../../shared/contract/envelope.ts';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { nextUrl } from '../support/serveHost.ts';

/** Asks the console as the page does, over one more socket of the same browser. */
function ask(page: Page, name: RequestName, what: unknown): Promise<Envelope> {
  return page.evaluate(
    ([url, message]) =>
      new Promise<Envelope>((resolve, reject) => {
        const socket = new WebSocket(url);
        socket.addEventListener('open', () => socket.send(message));
        socket.addEventListener('error', () => reject(new Error('the socket failed')));
        socket.addEventListener('message', ({ data }) => {
          const said = JSON.parse(String(data)) as { id?: number; answer: Envelope };
          if (said.id !== 1) return;
          socket.close();
          resolve(said.answer);
        });
      }),
    [`ws://${new URL(page.url()).host}${socketPath}`, JSON.stringify({ id: 1, name, ask: what })] as const,
  );
}

/** What the page's sockets hear from now on. */
function hearing(page: Page): string[] {
  const heard: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
  return heard;
}

test('a machine without a state folder shows the first page, and nothing is wrong with it', async ({ freshWindow }) => {
  const { page } = freshWindow;
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/$/); // the token has left the address
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await ask(page, 'console.state', {})).toMatchObject({ ok: true, value: { phase: 'fresh', host: 'serve' } });
  await expectAccessible(page);
  await freshWindow.shoot('first-run');
});

test('the console of a shop shows its first page', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  expect(await ask(page, 'console.state', {})).toMatchObject({ ok: true, value: { phase: 'ready' } });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test('a page finds the console again after it was restarted, and keeps its place', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await page.goto(`${page.url()}#/stores`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stores');
  const heard = hearing(page);
  await consoleWindow.restartHost();
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stores');
});

test('a page finds the console again after a power cut', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const heard = hearing(page);
  const tried = page.waitForEvent('websocket');
  await consoleWindow.killHost();
  await tried; // by itself, while nobody is there
  expect(heard).toEqual([]);
  await consoleWindow.restartHost();
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(0);
});

test('a page whose first socket could not be opened shows everything as soon as one can', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  consoleWindow.expectTrouble(/WebSocket connection to .*\/nothing' failed/);
  await page.addInitScript(() => {
    const urls = ['/nothing'];
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        super(new URL(urls.pop() ?? url, url));
      }
    };
  });
  const refused = page.waitForEvent('websocket', (socket) => socket.url().endsWith('/nothing'));
  await page.reload();
  await refused;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 20_000 });
});

test('two windows hear of the same change, whoever made it', async ({ consoleWindow }) => {
  const windows = [consoleWindow.page, await consoleWindow.openSecondWindow()];
  const heard = windows.map(hearing);
  for (const page of windows) await page.reload();
  // Each was answered on the socket of its own.
  for (const said of heard) await expect.poll(() => said.length).toBeGreaterThan(0);
  const preferences = { startAtLogin: false, closeToTray: false, trayExplained: true };
  expect(await ask(consoleWindow.page, 'preferences.save', preferences)).toMatchObject({ ok: true });
  for (const said of heard) await expect.poll(() => said.join('\n')).toContain('"event":"changed"');
});

test('an address that leads here from another page lets the browser in as well', async ({ freshWindow, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('http://elsewhere.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${nextUrl(freshWindow.home)}">the console</a>` }),
  );
  await page.goto('http://elsewhere.test/');
  await page.getByRole('link').click();
  await expect(page.locator('#root')).not.toBeEmpty();
  await context.close();
});

test('a browser that was not let in sees only how to get in', async ({ freshWindow, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const answer = await page.goto(new URL('/', freshWindow.page.url()).href);
  expect(answer?.status()).toBe(401);
  await expect(page.locator('body')).toContainText('one-time address');
  await context.close();
});
