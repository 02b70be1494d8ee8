import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Backup } from '../../shared/backup.ts';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { localConsole, type ShopConsole } from '../support/shopConsole.ts';
import { refused, succeed } from '../support/strongroom.ts';

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, place);
}

function backUp({ cli }: Pick<ShopConsole, 'cli'>, ...options: string[]): Promise<Backup> {
  return succeed<Backup>(cli, 'backup', 'full', 'shop', ...options);
}

/** The row of the list in which the keys are. */
function activeRow(page: Page) {
  return page.getByRole('grid', { name: 'Backups' }).locator('[data-active]');
}

function strip(page: Page) {
  return page.getByRole('region', { name: 'Activity' });
}

test('an overview without a database says what to do next', async ({ folder, openConsole }) => {
  const { home } = await localConsole(folder);
  const window = await openConsole(home);
  const { page } = window;
  await expect(page.getByRole('heading', { name: 'No database yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try the demo shop' })).toBeVisible();
  await expectAccessible(page);
  await window.shoot('overview-empty');
  await page.getByRole('button', { name: 'Connect a database' }).click();
  await expect(page).toHaveURL(/#\/set-up/);
  await expect(page.getByRole('heading', { level: 1, name: 'Set up Strongroom' })).toBeVisible();
});

test('the overview says to when the shop can be restored, and plainly what nobody knows', async ({
  openConsole,
  shopConsole,
}) => {
  const { id } = await backUp(shopConsole);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  const sentence = page.getByText(/^Restorable to \d\d:\d\d today \(/).locator('..');
  await expect(sentence).toHaveText(
    /· how long a restore takes is not known yet · not proven by a restore yet · 1\/1 copies$/,
  );
  await expect(page.getByRole('region', { name: 'What is wrong' })).toContainText('No restore was ever proven');

  const today = page.getByRole('link', { name: /: 1 backup$/ });
  await expect(today).toHaveAttribute('href', `#/backups/${id}`);
  await today.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`#/backups/${id}$`));
  await page.goBack();

  await page.getByRole('button', { name: 'The last 30 days: show as a table' }).click();
  await expect(page.getByRole('grid', { name: /^Backups and restores/ }).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Size of the backups: show as a table' }).click();
  await expect(page.getByRole('grid', { name: 'Good backups' }).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Stores: show as a table' }).click();
  await expect(page.getByRole('grid', { name: 'Stores' }).getByRole('row', { name: /^local Works/ })).toBeVisible();
  await expectAccessible(page);
  await window.shoot('overview-tables');
  await page.getByRole('button', { name: 'Stores: show as a picture' }).click();
  await page.getByRole('button', { name: 'Test the store local' }).click();
  await expect(page.getByRole('meter', { name: 'How full the disk of local is' })).toContainText('of copies; disk');
});

test('two backups draw the trends, and the charts keep to the content security policy', async ({
  openConsole,
  shopConsole,
}) => {
  await backUp(shopConsole);
  await backUp(shopConsole);
  const window = await openConsole(shopConsole.home);
  await expect(window.page.getByRole('img', { name: /^2 backups, from .* to / })).toHaveCount(2);
  await expect(window.page.getByRole('link', { name: /: 2 backups$/ })).toHaveAttribute(
    'href',
    /\/backups\?source=shop&from=/,
  );
  await expectAccessible(window.page);
  await window.shoot('overview');
});

test('the list is gone through, chosen from and opened by keys alone', async ({ openConsole, shopConsole }) => {
  const ids: string[] = [];
  for (const note of ['first', 'second', 'third']) ids.unshift((await backUp(shopConsole, '--note', note)).id);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/backups');
  const grid = page.getByRole('grid', { name: 'Backups' });
  await expect(grid).toHaveAttribute('aria-rowcount', '4');
  await grid.focus();
  await expect(activeRow(page)).toContainText('third');
  await page.keyboard.press('ArrowDown');
  await expect(activeRow(page)).toContainText('second');
  await page.keyboard.press('End');
  await expect(activeRow(page)).toContainText('first');
  await page.keyboard.press('Space');
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(page.getByText('2 chosen')).toBeVisible();
  await expect(grid.getByRole('row', { selected: true })).toHaveCount(2);
  await expectAccessible(page);
  await window.shoot('backups-chosen');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`#/backups/${ids[1]}$`));
});

test('the list is sorted and narrowed by the console, and its address keeps that', async ({
  openConsole,
  shopConsole,
}) => {
  await backUp(shopConsole, '--note', 'older');
  await backUp(shopConsole, '--note', 'newer', '--pin');
  const { page } = await openConsole(shopConsole.home);
  await go(page, '/backups');
  const rows = page.getByRole('grid', { name: 'Backups' }).locator('[data-index]');
  await expect(rows.first()).toContainText('newer');
  await expect(rows.first().getByRole('img', { name: 'Pinned' })).toBeVisible();
  await page.getByRole('button', { name: 'Taken' }).click();
  await expect(rows.first()).toContainText('older');
  await expect(page.getByRole('columnheader', { name: 'Taken' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByLabel('Status').selectOption({ label: 'Failed' });
  await expect(page.getByRole('heading', { name: 'No backup like this' })).toBeVisible();
  await expect(page).toHaveURL(/#\/backups\?status=FAILED&sort=created&ascending=yes$/);
  await page.reload();
  await expect(page.getByLabel('Status')).toHaveValue('FAILED');
  await page.getByRole('main').getByRole('button', { name: 'Show all' }).first().click();
  await expect(rows).toHaveCount(2);
});

test('several backups are verified at once, and a damaged copy is called damaged', async ({
  openConsole,
  shopConsole,
}) => {
  const damaged = await backUp(shopConsole);
  const good = await backUp(shopConsole);
  await flipByte(join(shopConsole.store, 'b', damaged.id));
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/backups');
  await page.getByRole('checkbox', { name: 'Choose all' }).click();
  await page.getByRole('button', { name: 'Verify 2…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verify 2 backups' });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Verify 2 backups' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(strip(page)).toContainText('Verification of 2 backups');
  await expect(strip(page)).toContainText(`${damaged.id} is not good everywhere`);

  await go(page, `/backups/${damaged.id}`);
  const copies = page.getByRole('region', { name: 'Copies' });
  await expect(copies).toContainText('Damaged');
  await expect(page.getByText('No good copy: it cannot be restored as it is')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Verifications' })).toContainText('Not good');
  await expectAccessible(page);
  await window.shoot('backup-damaged');
  await go(page, `/backups/${good.id}`);
  await expect(copies).toContainText('Good');
  await expect(copies).toContainText(/verified just now/);
});

test('the detail shows what is in a backup, and how it is restored without the console', async ({
  openConsole,
  shopConsole,
}) => {
  const { id, copies } = await backUp(shopConsole, '--note', 'before the price change');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, `/backups/${id}`);
  await expect(page.getByRole('region', { name: 'What it is' })).toContainText('before the price change');
  const tables = page.getByRole('grid', { name: 'Tables' });
  await expect(tables.getByRole('row', { name: /^shop\.tenants 12 / })).toBeVisible();
  const byHand = page.getByRole('region', { name: 'Restore it without Strongroom' });
  await expect(byHand.getByRole('button', { name: /^Copy command/ })).toHaveCount(3);
  await expect(byHand).toContainText(`STORE/b/${id}/*.schema`);
  await page.getByRole('button', { name: `Show the folder of the copy in ${copies[0]?.store}` }).click();
  await expect(page.getByText(join(shopConsole.store, 'b', id))).toBeVisible();
  await expectAccessible(page);
  await window.shoot('backup');
  await page.getByRole('button', { name: 'Restore…' }).click();
  await expect(page).toHaveURL(new RegExp(`#/restore/new/${id}$`));
});

test('a backup that could not be taken says why and what to do', async ({
  openConsole,
  shopConsole,
  shop,
  cluster,
}) => {
  await cluster.psql('postgres', `ALTER DATABASE ${shop.name} RENAME TO gone;`);
  const { message, hint } = await refused(shopConsole.cli, 'backup', 'full', 'shop');
  await cluster.psql('postgres', `ALTER DATABASE gone RENAME TO ${shop.name};`);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/jobs');
  const failed = page.getByRole('listitem').filter({ hasText: 'Backup of shop' });
  await expect(failed).toContainText('Failed');
  await expect(failed).toContainText(new RegExp(`${message.slice(1)}. ${hint}`.replaceAll(/[^\w ]/g, '.')));
  await expect(failed.getByRole('button', { name: 'Copy details: Backup of shop' })).toBeVisible();
  await expectAccessible(page);
  await window.shoot('jobs-failed');
});

test('a backup that is not there is said to be so', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await go(page, '/backups/01ARZ3NDEKTSV4RRFFQ69G5FAV');
  await expect(page.getByRole('alert').filter({ hasText: 'There is no backup' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});

/** Damages the rows of a backup as a dying disk does: one byte in the middle. */
async function flipByte(dir: string): Promise<void> {
  const name = readdirSync(dir).find((file) => file.includes('.data.'));
  const file = await open(join(dir, name ?? ''), 'r+');
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.floor(size / 2));
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, Math.floor(size / 2));
  await file.close();
}
