import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { requests, type RequestName } from '../../shared/contract/contract.ts';
import { holdDumpBack } from '../integration/backup/backups.ts';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { answerOf, ask } from '../support/desktopApp.ts';
import { succeed } from '../support/strongroom.ts';

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, place);
}

/** Follows every link of a list of places, and waits until what it leads to stands there. */
async function followAll(page: Page, list: string): Promise<string[]> {
  const links = page.getByRole('navigation', { name: list }).getByRole('link');
  const names = await links.allTextContents();
  // By their order: the number of open alerts is a part of a name, and may change meanwhile.
  for (const [index] of names.entries()) {
    const link = links.nth(index);
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/^Loading/)).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  }
  return names;
}

test('every page stands in the window of the desktop app', async ({ openConsole, shopConsole }) => {
  for (const note of ['first', 'second']) await succeed(shopConsole.cli, 'backup', 'full', 'shop', '--note', note);
  const { page, shoot } = await openConsole(shopConsole.home);
  // The charts draw under the security policy of the app's own scheme.
  await expect(page.getByRole('img', { name: /^2 backups, from .* to / })).toHaveCount(2);
  expect(await followAll(page, 'Console')).toEqual(expect.arrayContaining(['Overview', 'Backups', 'Settings']));
  expect(await followAll(page, 'Settings')).toEqual(expect.arrayContaining(['Databases', 'Desktop', 'About']));
  await page.getByRole('link', { name: 'Desktop', exact: true }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Desktop' })).toBeVisible();
  await expectAccessible(page); // the one page that a browser never shows
  await shoot('settings-desktop');

  // What a page keeps for itself outlives a reload.
  await page.getByRole('link', { name: 'Appearance', exact: true }).click();
  await page.getByLabel('Dark').check();
  await page.reload();
  await expect(page.getByLabel('Dark')).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('every request of the contract comes through the bridge, and its answer back', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  for (const name of Object.keys(requests) as RequestName[]) {
    const { ask: asked, answer, changes, role } = requests[name];
    // Known there, and parsed: what has no such name would be REQUEST_UNKNOWN.
    const refusal = { ok: false, failure: { code: 'REQUEST_WRONG' } };
    expect(await ask(page, name, 'nothing of this kind' as never), name).toMatchObject(refusal);
    if (changes || role !== 'viewer' || !asked.safeParse({}).success) continue;
    const told = await ask(page, name, {} as never);
    expect(told, name).toMatchObject({ ok: true });
    if (told.ok) expect(answer.safeParse(told.value), name).toMatchObject({ success: true });
  }
  expect(await ask(page, 'no.such' as RequestName, {} as never)).toMatchObject({
    failure: { code: 'REQUEST_UNKNOWN' },
  });
});

test('what the console tells unasked reaches the window: a job is seen running, and its end', async ({
  consoleWindow,
  cluster,
  shop,
}) => {
  const { page } = consoleWindow;
  const strip = page.getByRole('region', { name: 'Activity' });
  await expect(strip).toContainText('Nothing is running.');
  const gate = await holdDumpBack(cluster, shop.name);
  await answerOf(page, 'backups.start', { source: 'shop', note: null, pinned: false, notify: 'failure' });
  await gate.reached();
  await expect(strip.getByRole('button', { name: 'Cancel: Backup of shop' })).toBeVisible();
  await gate.open();
  await expect(strip).toContainText('Done');
  await strip.getByRole('link', { name: 'Show' }).click();
  await expect(page.getByRole('grid', { name: 'Backups' }).locator('[data-index="0"]')).toContainText('shop');
});

test('the recovery kit is saved as a file', async ({ freshWindow }) => {
  const { page, home } = freshWindow;
  await answerOf(page, 'setUp.begin', {});
  await go(page, '/set-up/kit');
  await page.getByRole('button', { name: 'Show the recovery kit' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('recovery-kit.txt');
  const kit = readFileSync(join(home, 'recovery-kit.txt'), 'utf8');
  expect(await page.getByLabel('Recovery kit', { exact: true }).textContent()).toBe(kit);
});
