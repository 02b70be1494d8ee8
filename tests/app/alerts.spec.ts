import { renameSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { seedAlerts } from '../support/seededAlerts.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Alerts' });
const nav = (page: Page) => page.getByRole('navigation', { name: 'Console' });

/** A dialog that has come to rest: half-transparent it has less contrast than a person ever reads it with. */
async function settled(page: Page) {
  await expect(page.getByRole('dialog')).toHaveCSS('opacity', '1');
}

test('a store that is away is an alert that somebody looks after, until it is back', async ({
  consoleWindow,
  shopConsole,
}) => {
  const { page } = consoleWindow;
  await nav(page).getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByText(/Last looked/)).toBeVisible();
  await page.getByLabel('Severity').selectOption('Critical');
  await expect(page.getByRole('heading', { name: 'No alert like this' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all that are open' }).click();

  renameSync(shopConsole.store, `${shopConsole.store}.away`);
  await page.getByRole('button', { name: 'Look now' }).click();
  const row = grid(page).getByRole('row', { name: /Critical.*Store away.*store local/ });
  await expect(row).toBeVisible();
  await expect(nav(page).getByRole('link', { name: /^Alerts \d+ open$/ })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('alerts-store-away');

  await nav(page).getByRole('link', { name: 'Overview' }).click();
  const open = page.getByRole('region', { name: /open alert/ });
  await expect(open).toContainText('The store local cannot be used');
  await expectAccessible(page);
  await consoleWindow.shoot('overview-alert');
  await open.getByRole('link', { name: /^Look after it: The store local/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Store away' })).toBeVisible();
  await page.getByRole('button', { name: 'Acknowledge…' }).click();
  await page.getByLabel('Note').fill('Anna brings the disk back');
  await settled(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect(page.getByText(/^Acknowledged by /).first()).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Anna brings the disk back' })).toBeVisible();

  renameSync(`${shopConsole.store}.away`, shopConsole.store);
  await page.getByRole('link', { name: 'All alerts' }).click();
  await page.getByRole('button', { name: 'Look now' }).click();
  await expect(row).toHaveCount(0);
  await page.goBack();
  await expect(page.getByText('Resolved by evidence')).toBeVisible();
  await expect(page.getByText(/local can be written and read again/)).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('alert-resolved');
});

test('two thousand alerts are scrolled, narrowed and resolved at once', async ({ openConsole, shopConsole }) => {
  seedAlerts(shopConsole.home, 2000);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await nav(page).getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByText(/^2,00\d open\./)).toBeVisible();
  await expect(grid(page).getByRole('row').nth(1)).toContainText('Critical');
  await expectAccessible(page);
  await window.shoot('alerts-2000');
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(grid(page).getByRole('row', { name: /Info/ }).first()).toBeVisible();

  await page.getByLabel('What', { exact: true }).selectOption('Clean-up failed');
  await expect(page.getByText(/^500 shown/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Choose all' }).check();
  await expect(page.getByRole('status').filter({ hasText: '500 chosen' })).toBeVisible();
  await page.getByRole('button', { name: 'Resolve…' }).click();
  await settled(page);
  await window.shoot('alerts-resolve');
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await expect(page.getByText('500 alerts resolved.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No alert like this' })).toBeVisible();
});

test('the rules of alerts are set in the settings', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await nav(page).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Alert rules' }).click();
  const size = page.getByLabel('A backup differs from the usual size by more than');
  await expect(size).toHaveValue('20 %');
  await size.fill('35');
  await expectAccessible(page);
  await consoleWindow.shoot('settings-alerts');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The rules of alerts were changed.')).toBeVisible();
  await page.reload();
  await expect(size).toHaveValue('35 %');
});
