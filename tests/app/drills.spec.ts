import { expect } from '@playwright/test';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { scratchDatabases } from '../support/databasePicture.ts';
import { succeed } from '../support/strongroom.ts';

test('a backup is proven from the Overview, its report says what was compared and what does not hold, and its copies are checked', async ({
  shopConsole,
  openConsole,
  cluster,
}) => {
  await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  const origin = new URL(page.url()).origin;
  await page.getByRole('button', { name: 'Prove shop now' }).click();
  const proof = page.getByRole('link', { name: /^proven by a test restore at/ });
  await expect(proof).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('link', { name: /1 restore/ })).toBeVisible();
  await window.shoot('overview-proven');
  await proof.click();
  await expect(page.getByRole('heading', { level: 1, name: /^Test restore of shop, / })).toBeVisible();
  await expect(page.getByText('Proven', { exact: true })).toBeVisible();
  await expect(page.getByText('Loading rows')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('drill-proven');

  await page.goto(`${origin}/#/settings/sources`);
  await page.getByRole('button', { name: 'Test restores of shop' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toHaveCSS('opacity', '1');
  await dialog.getByRole('button', { name: 'Add an assertion' }).click();
  await dialog.getByLabel('Name').fill('no sale is older than the shop');
  await dialog.getByLabel('Query').fill('SELECT count(*) FROM shop.salles');
  await dialog.getByLabel('Expected value').fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/does not understand the assertion/)).toBeVisible();
  await expectAccessible(page);
  await window.shoot('drill-settings');
  await dialog.getByLabel('Query').fill('SELECT count(*) FROM shop.sales');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  await page.goto(`${origin}/#/`);
  await page.getByRole('button', { name: 'Prove shop now' }).click();
  const wrong = page.getByText('The last test restore did not give what it should');
  await expect(wrong.first()).toBeVisible({ timeout: 60_000 });
  await page.goto(`${origin}/#/restore/drills`);
  const table = page.getByRole('grid', { name: 'Test restores, newest first' });
  await expect(table.getByText('Not true: no sale is older than the shop')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('drills');
  await table.getByText('Not true: no sale is older than the shop').click();
  await expect(page.getByRole('table', { name: 'Assertions' }).getByText('Not true')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('drill-mismatch');
  expect(await scratchDatabases(cluster)).toEqual([]);

  await page.goto(`${origin}/#/stores`);
  const plan = page.getByRole('table', { name: 'How soon every copy is read' });
  await expect(plan.getByText('1 of 1')).toBeVisible();
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(plan.getByText('0 of 1')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('integrity');
});
