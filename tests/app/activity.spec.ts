import { expect, type Page } from '@playwright/test';
import pg from 'pg';
import type { Cluster } from '../support/cluster.ts';
import { expectAccessible, test as base } from '../support/consoleWindow.ts';
import { halfMade } from '../support/shopConsole.ts';

/** Holds a backup of the shop still, without any guess about time: it waits for the lock of one table. */
interface Brake {
  hold(): Promise<void>;
  release(): Promise<void>;
}

const test = base.extend<{ brake: Brake }>({
  brake: async ({ cluster, shop }, use) => {
    const client = await clientOf(cluster, shop.name);
    await use({
      hold: async () => {
        await client.query('BEGIN');
        await client.query('LOCK TABLE shop.sales IN ACCESS EXCLUSIVE MODE');
      },
      release: async () => {
        await client.query('ROLLBACK');
      },
    });
    await client.end();
  },
});

async function clientOf(cluster: Cluster, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: cluster.url(database) });
  await client.connect();
  return client;
}

function strip(page: Page) {
  return page.getByRole('region', { name: 'Activity' });
}

function dialogOf(page: Page) {
  return page.getByRole('dialog', { name: 'Back up now' });
}

async function startBackup(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await dialogOf(page).getByRole('button', { name: 'Back up now' }).click();
  await expect(dialogOf(page)).toHaveCount(0);
}

test('a backup from the dialog is seen running, and its end leads to it', async ({ consoleWindow, brake }) => {
  const { page } = consoleWindow;
  await brake.hold();
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  const dialog = dialogOf(page);
  await expect(dialog.getByLabel('Database')).toHaveValue('shop');
  await dialog.getByLabel('Note').fill('x'.repeat(501));
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog.getByLabel('Note')).toHaveAccessibleDescription('A note has at most 500 characters');
  await expectAccessible(page);
  await consoleWindow.shoot('back-up-now');
  await dialog.getByLabel('Note').fill('before the price change');
  await dialog.getByLabel('Pin it').check();
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(strip(page)).toContainText('Backup of shop');
  await expect(strip(page).getByRole('progressbar', { name: 'Progress: Backup of shop' })).toBeVisible();
  await expect(strip(page).getByRole('status')).toContainText('Backup of shop: ');
  await expectAccessible(page);
  await consoleWindow.shoot('running');
  await brake.release();
  await expect(strip(page)).toContainText('Done');
  await strip(page).getByRole('link', { name: 'Show' }).click();
  const row = page.getByRole('grid', { name: 'Backups' }).locator('[data-index="0"]');
  await expect(row).toContainText('before the price change');
  await expect(row.getByRole('img', { name: 'Pinned' })).toBeVisible();
  await strip(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(strip(page)).toContainText('Nothing is running.');
});

test('a cancel says first what it leaves, and leaves that', async ({ consoleWindow, shopConsole, brake }) => {
  const { page } = consoleWindow;
  await brake.hold();
  await startBackup(page);
  const cancel = strip(page).getByRole('button', { name: 'Cancel: Backup of shop' });
  await cancel.click();
  const asked = page.getByRole('dialog', { name: 'Cancel: Backup of shop?' });
  await expect(asked).toContainText('Nothing is kept of this backup');
  await expect(asked.getByRole('button', { name: 'Let it run' }).last()).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(asked).toHaveCount(0);
  await expect(cancel).toBeFocused();

  await strip(page).getByRole('link', { name: 'Backup of shop' }).click();
  const details = page.getByRole('region', { name: 'Backup of shop' });
  await expect(details).toContainText('If it is cancelled');
  await expectAccessible(page);
  await consoleWindow.shoot('jobs-running');
  await details.getByRole('button', { name: 'Cancel: Backup of shop' }).click();
  await asked.getByRole('button', { name: 'Cancel it' }).click();
  await expect(strip(page)).toContainText('Cancelled');
  await brake.release();
  await expect(page.getByRole('listitem').filter({ hasText: 'Backup of shop' })).toContainText('Cancelled');
  expect(halfMade(shopConsole)).toEqual([]);
});

test('the palette takes a backup by keys alone', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const find = page.getByRole('dialog', { name: 'Find a screen or an action' });
  await expect(find.getByPlaceholder('A screen or an action')).toBeFocused();
  await expect(find.getByText('Back up now: shop')).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('palette');
  await page.keyboard.type('back up now');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page).getByLabel('Database')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('by keys');
  for (const _ of ['keep', 'notify', 'not now', 'back up']) await page.keyboard.press('Tab');
  await expect(dialogOf(page).getByRole('button', { name: 'Back up now' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(strip(page)).toContainText('Done');
  await page.keyboard.press('Control+k');
  await expect(find.getByPlaceholder('A screen or an action')).toBeFocused();
  await page.keyboard.type('dark');
  await expect(find.getByText(/^Appearance/)).toHaveText(['Appearance: dark']);
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('a failure stays in the strip until somebody has seen it', async ({ consoleWindow, cluster, shop }) => {
  const { page } = consoleWindow;
  await cluster.psql('postgres', `ALTER DATABASE ${shop.name} RENAME TO gone;`);
  await startBackup(page);
  await expect(strip(page)).toContainText('Failed');
  await cluster.psql('postgres', `ALTER DATABASE gone RENAME TO ${shop.name};`);
  await expectAccessible(page);
  await consoleWindow.shoot('failed');
  await strip(page).getByRole('link', { name: 'Details' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Backup of shop' })).toContainText('Failed');
  await strip(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(strip(page).getByRole('link', { name: 'Details' })).toHaveCount(0);
});

test('a console that was lost is told, keeps what was typed, and comes back by itself', async ({
  consoleWindow,
  host,
}) => {
  test.skip(host !== 'serve', 'a window of the desktop app ends with its console');
  const { page } = consoleWindow;
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await dialogOf(page).getByLabel('Note').fill('typed before the power cut');
  await consoleWindow.killHost();
  const lost = page.getByRole('alert').filter({ hasText: 'The console does not answer.' });
  await expect(lost).toBeVisible();
  await dialogOf(page).getByRole('button', { name: 'Back up now' }).click();
  await expect(dialogOf(page).getByRole('alert')).toContainText('CONSOLE_LOST');
  await expectAccessible(page);
  await consoleWindow.shoot('lost');
  await consoleWindow.restartHost();
  await expect(lost).toHaveCount(0, { timeout: 20_000 });
  await expect(dialogOf(page).getByLabel('Note')).toHaveValue('typed before the power cut');
  await dialogOf(page).getByRole('button', { name: 'Back up now' }).click();
  await expect(strip(page)).toContainText('Done');
});

test('a page that is older than the program says so, and goes on after a reload', async ({ consoleWindow, host }) => {
  test.skip(host !== 'serve', 'a window of the desktop app ends with its program');
  const { page } = consoleWindow;
  await expect(page.getByRole('region', { name: 'Stores' })).toBeVisible();
  consoleWindow.expectTrouble(/404|dynamically imported module|updated while this page was open/);
  // What the console answers for the parts of a page that a newer program does not have.
  await page.route(/assets\/(Jobs|BackUpNow)-/, (route) => route.fulfill({ status: 404, body: 'gone' }));
  const told = page.getByRole('alert').filter({ hasText: 'Strongroom was updated while this page was open' });
  await page.evaluate(() => {
    window.location.hash = '/jobs';
  });
  await expect(told).toBeVisible();
  await expect(page.getByRole('navigation')).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('outdated');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await expect(told).toBeVisible();
  await page.unroute(/assets\/(Jobs|BackUpNow)-/);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await expect(dialogOf(page)).toBeVisible();
});

test('a locked window asks for a PIN before it takes a backup, and goes on by itself', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await page.getByRole('link', { name: 'Set a PIN' }).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('textbox', { name: 'PIN', exact: true }).fill('2468');
  await page.getByRole('textbox', { name: 'The same PIN again' }).fill('2468');
  await page.getByRole('button', { name: 'Set the PIN' }).click();
  await page.getByRole('button', { name: 'Lock (Ada)' }).click();
  await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();

  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await dialogOf(page).getByRole('button', { name: 'Back up now' }).click();
  const prompt = page.getByRole('dialog', { name: 'Your PIN' });
  await expect(prompt.getByRole('textbox', { name: 'PIN' })).toBeFocused();
  await page.keyboard.type('9999');
  await page.keyboard.press('Enter');
  await expect(prompt.getByRole('textbox', { name: 'PIN' })).toHaveAccessibleDescription(/not the PIN/);
  await expectAccessible(page);
  await consoleWindow.shoot('pin');
  await page.keyboard.press('Escape');
  await expect(prompt).toHaveCount(0);
  await expect(dialogOf(page)).toBeVisible();
  await dialogOf(page).getByRole('button', { name: 'Back up now' }).click();
  await prompt.getByRole('textbox', { name: 'PIN' }).fill('2468');
  await prompt.getByRole('button', { name: 'Unlock' }).click();
  await expect(strip(page)).toContainText('Done');
  await expect(page.getByRole('button', { name: 'Lock (Ada)' })).toBeVisible();
});

test('the notice about the PIN goes when it is told to, and not for ever', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  const notice = page.getByRole('region', { name: 'Notices' });
  await expect(notice).toContainText('Nobody has a PIN yet');
  await notice.getByRole('button', { name: 'Not now' }).click();
  await expect(notice).not.toContainText('Nobody has a PIN yet');
  await expect(page.getByRole('region', { name: 'What is wrong' })).toContainText('Nobody has a PIN');
  await page.reload();
  await expect(notice).toContainText('Nobody has a PIN yet');
  await expect(page.getByRole('region', { name: 'Stores' })).toBeVisible();
});
