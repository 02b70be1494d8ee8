import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { answerOf, ask, quit, test } from '../support/desktopApp.ts';
import { expectAccessible } from '../support/consoleWindow.ts';
import { refused, succeed } from '../support/strongroom.ts';

const unsafe = { STAND_IN_KEYCHAIN_KIND: 'basic_text' };
const passphrase = 'four words at three in the morning';

test.describe('a home that the desktop app has made', () => {
  test('has its key in the keychain only, and opens again', async ({ startApp, folder }) => {
    const home = join(folder, 'home');
    const app = await startApp({ home });
    await answerOf(app.page, 'setUp.begin', {});
    expect(readdirSync(join(home, 'keys')).filter((name) => name.startsWith('machine'))).toEqual(['machine.keychain']);
    expect(statSync(join(home, 'keys', 'machine.keychain')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home, 'keys', 'machine.keychain'), 'latin1')).not.toContain('AGE-SECRET-KEY');
    await quit(app);

    const again = await startApp({ home });
    expect(await answerOf(again.page, 'console.state', {})).toMatchObject({ phase: 'ready' });
    await quit(again);
  });

  test('can be listed by the command line, which says where the key is when it needs it', async ({
    startApp,
    folder,
  }) => {
    const home = join(folder, 'home');
    const app = await startApp({ home });
    await answerOf(app.page, 'setUp.begin', {});
    await quit(app);
    expect(await succeed({ home }, 'list')).toMatchObject({ backups: [] });
    const failure = await refused(
      { home },
      'store',
      'add',
      'local',
      '--kind',
      'local',
      '--path',
      join(folder, 'store'),
    );
    expect(failure).toMatchObject({ code: 'KEY_MISSING', status: 1 });
    expect(failure.message).toContain('desktop app');
  });
});

test.describe('without a keychain that keeps a secret', () => {
  test('a passphrase is chosen, asked for at each start, and opens the home', async ({ startApp, folder }) => {
    const home = join(folder, 'home');
    const app = await startApp({ home, env: unsafe });
    const console = app.page;
    const begun = ask(console, 'setUp.begin', {});
    await expect.poll(() => app.pages().length).toBe(2);
    const choose = app.page;
    await expect(choose.getByRole('heading')).toHaveText('Choose a passphrase');
    await expectAccessible(choose);
    await choose.getByLabel('Passphrase').fill('short');
    await choose.getByRole('button', { name: 'Use it' }).click();
    await expect(choose.getByRole('alert')).toContainText('at least 12 characters');
    await choose.getByLabel('Passphrase').fill(passphrase);
    await choose.getByLabel('Once more').fill(`${passphrase}!`);
    await choose.getByRole('button', { name: 'Use it' }).click();
    await expect(choose.getByRole('alert')).toHaveText('The two are not the same.');
    await choose.getByLabel('Once more').fill(passphrase);
    await choose.keyboard.press('Enter');
    expect(await begun).toMatchObject({ ok: true, value: { phase: 'ready' } });
    expect(readdirSync(join(home, 'keys')).filter((name) => name.startsWith('machine'))).toEqual(['machine.age']);
    expect(readFileSync(join(home, 'keys', 'machine.age'), 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    await quit(app);

    const again = await startApp({ home, env: unsafe });
    const enter = again.page;
    await expect(enter.getByRole('heading')).toHaveText('Strongroom is locked');
    expect(await enter.evaluate(() => 'strongroom' in globalThis), 'this page has no bridge').toBe(false);
    await enter.getByLabel('Passphrase').fill('four other words');
    await enter.getByRole('button', { name: 'Unlock' }).click();
    await expect.poll(() => again.pages().at(-1)?.url()).toMatch(/#wrong$/);
    await expect(again.page.getByRole('alert')).toHaveText('This is not the passphrase.');
    await again.page.getByLabel('Passphrase').fill(passphrase);
    await again.page.keyboard.press('Enter');
    // Between the two windows there is a moment without one.
    await expect.poll(() => again.pages().at(-1)?.url(), { timeout: 20_000 }).toBe('http://strongroom.localhost/');
    expect(await answerOf(again.page, 'console.state', {})).toMatchObject({ phase: 'ready' });
    for (const file of ['logs/desktop.log', 'strongroom.sqlite'])
      expect(readFileSync(join(home, file), 'latin1')).not.toContain(passphrase);
    await quit(again);
  });

  test('nothing is set up where nobody chooses a passphrase', async ({ startApp, folder }) => {
    const home = join(folder, 'home');
    const app = await startApp({ home, env: unsafe });
    const begun = ask(app.page, 'setUp.begin', {});
    await expect.poll(() => app.pages().length).toBe(2);
    await expect(app.page.getByRole('heading')).toHaveText('Choose a passphrase');
    await app.page.keyboard.press('Escape');
    expect(await begun).toMatchObject({ ok: false, failure: { code: 'KEYCHAIN_UNSAFE' } });
    expect(existsSync(join(home, 'strongroom.sqlite'))).toBe(false);
    expect(existsSync(join(home, 'recovery-kit.txt')), 'the next try begins anew').toBe(false);
  });
});

test('a home that the command line has made keeps its key file, so that both open it', async ({ app, shopConsole }) => {
  await answerOf(app.page, 'backups.start', { source: 'shop', note: null, pinned: false, notify: 'failure' });
  await expect
    .poll(() => answerOf(app.page, 'jobs.recent', { limit: 1 }), { timeout: 30_000 })
    .toMatchObject({
      jobs: [{ status: 'DONE' }],
    });
  expect(readdirSync(join(shopConsole.home, 'keys')).filter((name) => name.startsWith('machine'))).toEqual([
    'machine.json',
  ]);
  await quit(app);
  await succeed(shopConsole.cli, 'backup', 'full', 'shop');
});
