import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { requestChannel } from '../../shared/contract/channels.ts';
import { answerOf, ask, test } from '../support/desktopApp.ts';

const elsewhere = 'https://example.com/';
const home = 'http://strongroom.localhost/';
const evil = { startAtLogin: true, closeToTray: false, trayExplained: true };

/** Runs code in the page, as somebody would who has found a hole in it. */
const attack = (page: Page, code: string): Promise<unknown> => page.evaluate(code);

test.describe('a page that was taken over', () => {
  for (const [way, code] of Object.entries({
    'by its address': `location.href = '${elsewhere}'`,
    'by a link': `Object.assign(document.body.appendChild(document.createElement('a')), { href: '${elsewhere}' }).click()`,
    'by a form': `Object.assign(document.body.appendChild(document.createElement('form')), { action: '${elsewhere}' }).submit()`,
    'to a file': `location.href = 'file:///etc/passwd'`,
    'to another place of its own scheme': `location.href = 'http://other.localhost/'`,
  }))
    test(`cannot go elsewhere ${way}`, async ({ app }) => {
      await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
      await attack(app.page, code);
      await app.page.waitForTimeout(300);
      expect(app.page.url()).toMatch(new RegExp(`^${home}`));
      expect(await ask(app.page, 'console.state', {})).toMatchObject({ ok: true });
      expect((await app.seen()).network).toEqual([]);
    });

  test('can load itself anew', async ({ app }) => {
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    const loaded = app.page.waitForEvent('load');
    await attack(app.page, 'location.reload()');
    await loaded;
    expect(await ask(app.page, 'console.state', {})).toMatchObject({ ok: true });
  });

  test('opens no window', async ({ app, shopConsole }) => {
    await attack(app.page, `void window.open('${elsewhere}')`);
    await attack(app.page, `void window.open('${home}')`);
    await expect.poll(() => readLog(shopConsole.home).match(/wanted to open a window/g)?.length).toBe(2);
    await expect.poll(() => app.pages().length).toBe(1);
    expect(await app.seen()).toMatchObject({ openedWindows: [], openedOutside: [], network: [] });
  });

  test('reaches nothing outside, neither by script nor by picture nor by a frame', async ({ app }) => {
    const blocked = await app.page.evaluate(async (url) => {
      const page = globalThis as unknown as {
        document: { body: { append(element: unknown): void }; createElement(tag: string): object };
        addEventListener(name: string, listener: (event: { effectiveDirective: string }) => void): void;
      };
      const directives: string[] = [];
      page.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      await fetch(url).catch(() => undefined);
      for (const [tag, attributes] of Object.entries({ img: { src: url }, iframe: { src: url }, script: { src: url } }))
        page.document.body.append(Object.assign(page.document.createElement(tag), attributes));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return directives;
    }, elsewhere);
    expect(blocked.toSorted()).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src-elem']);
    expect((await app.seen()).network).toEqual([]);
  });

  test('runs no code that was written into it', async ({ app }) => {
    const ran = await app.page.evaluate(async () => {
      const page = globalThis as unknown as {
        stolen?: boolean;
        setTimeout(code: string, ms: number): void;
        document: {
          body: { append(element: unknown): void; insertAdjacentHTML(where: string, html: string): void };
          createElement(tag: string): object;
        };
      };
      const script = Object.assign(page.document.createElement('script'), { textContent: 'globalThis.stolen = true' });
      page.document.body.append(script);
      page.document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="globalThis.stolen = true">');
      page.setTimeout('globalThis.stolen = true', 0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return page.stolen === true;
    });
    expect(ran).toBe(false);
  });

  test('gets no permission but to copy a text', async ({ app }) => {
    const states = await app.page.evaluate(async () => {
      const { permissions } = (
        globalThis as unknown as {
          navigator: { permissions: { query(what: object): Promise<{ state: string }> } };
        }
      ).navigator;
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'clipboard-write',
      ];
      return Promise.all(names.map(async (name) => [name, (await permissions.query({ name })).state] as const));
    });
    for (const [name, state] of states)
      expect([name, state]).toEqual([name, name === 'clipboard-write' ? 'granted' : 'denied']);
  });

  test('finds nothing of Electron or Node beside the bridge', async ({ app }) => {
    const found = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
    );
    expect(found).toEqual([]);
    const bridge = await app.page.evaluate(() =>
      Object.keys((globalThis as unknown as { strongroom: object }).strongroom),
    );
    expect(bridge).toEqual(['request', 'onEvent']);
  });

  test('opens a page outside only from the list', async ({ app }) => {
    const refusedAsk = await ask(app.page, 'desktop.openExternal', { link: elsewhere as 'age' });
    expect(refusedAsk).toMatchObject({ ok: false, failure: { code: 'REQUEST_WRONG' } });
    expect(await ask(app.page, 'desktop.openExternal', { link: 'age' })).toMatchObject({ ok: true });
    expect((await app.seen()).openedOutside).toEqual(['https://age-encryption.org/']);
  });
});

test.describe('a message that the page of our window has not sent', () => {
  for (const [sender, url, inside] of [
    ['another page', elsewhere, false],
    ['another page that says it is ours', 'app://strongroom/', false],
    ['a frame inside ours', 'app://strongroom/', true],
  ] as const)
    test(`but ${sender} is refused without effect`, async ({ app, shopConsole }) => {
      const refusal = await app.act('invokeFrom', url, inside, requestChannel, ['preferences.save', evil]);
      expect(refusal).toMatchObject({ ok: false, failure: { code: 'REQUEST_REFUSED' } });
      expect(await answerOf(app.page, 'preferences.show', {})).toMatchObject({
        startAtLogin: false,
        closeToTray: true,
      });
      expect(readLog(shopConsole.home)).toContain('was refused');
    });
});

test('a page of the app cannot be asked for anything but its own files', async ({ app }) => {
  const found = await app.page.evaluate(
    async (paths) => {
      const statuses: [string, number][] = [];
      for (const path of paths) statuses.push([path, (await fetch(path)).status]);
      statuses.push(['POST', (await fetch('/', { method: 'POST', body: 'x' })).status]);
      return statuses;
    },
    [
      '/',
      '/index.html',
      '/..%2fmain/desktop.js',
      '/assets/../../package.json',
      '/assets/..%5c..%5cpackage.json',
      '/passphrase',
    ],
  );
  expect(found).toEqual([
    ['/', 200],
    ['/index.html', 200],
    ['/..%2fmain/desktop.js', 404],
    ['/assets/../../package.json', 404],
    ['/assets/..%5c..%5cpackage.json', 404],
    ['/passphrase', 404],
    ['POST', 405],
  ]);
});

function readLog(folder: string): string {
  return readFileSync(join(folder, 'logs', 'desktop.log'), 'utf8');
}
