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
  const tryIt = dialog.getByRole('button', { name: 'Try assertion 1 in the live database' });
  await tryIt.click();
  await expect(dialog.getByText(/^It returned \d+ in the place of 0, in /)).toBeVisible();
  await window.shoot('drill-tried');
  await dialog.getByLabel('Query').fill(`SELECT setval(pg_get_serial_sequence('shop.sales', 'id'), 1)`);
  await expect(dialog.getByText(/^It returned/)).toHaveCount(0);
  await tryIt.click();
  await expect(dialog.getByText(/read-only transaction/)).toBeVisible();
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

  await page.getByRole('button', { name: 'Change how much of local is read' }).click();
  await expect(dialog).toHaveCSS('opacity', '1');
  await expect(dialog.getByText('Enough')).toBeVisible();
  await dialog.getByLabel('At most in a day').fill('0.00001');
  await expect(dialog.getByText('Too little to be read in time')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('integrity-limits');
  await dialog.getByLabel('All is read within').fill('14');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(plan.getByText('all every 14 days, at most 10.0 KB a day')).toBeVisible();
});

test('a backup is proven in a cluster of its own, and on another server, from the list of test restores', async ({
  shopConsole,
  openConsole,
  cluster,
}) => {
  await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.goto(`${new URL(page.url()).origin}/#/restore/drills`);
  const start = page.getByRole('button', { name: 'New test restore…' });
  const dialog = page.getByRole('dialog', { name: 'New test restore' });
  const begin = dialog.getByRole('button', { name: 'Start the test restore' });
  const proven = page.getByRole('row', { name: /^Proven / });

  await start.click();
  await dialog.getByRole('radio', { name: /^In a PostgreSQL of its own/ }).check();
  await expect(dialog).toHaveCSS('opacity', '1');
  await expectAccessible(page);
  await window.shoot('drill-new');
  await begin.click();
  await expect(proven.filter({ hasText: 'this machine' })).toBeVisible({ timeout: 60_000 });

  await start.click();
  await dialog.getByRole('radio', { name: 'On another server' }).check();
  await begin.click();
  await expect(dialog.getByLabel('Host')).toBeFocused();
  await dialog.getByLabel('Host').fill(cluster.host);
  await dialog.getByLabel('Port').fill(String(cluster.port));
  await dialog.getByLabel('Role').fill(cluster.user);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(cluster.password);
  await expectAccessible(page);
  await window.shoot('drill-new-server');
  await begin.click();
  await expect(proven.filter({ hasText: String(cluster.port) })).toBeVisible({ timeout: 60_000 });
  expect(await scratchDatabases(cluster)).toEqual([]);
});

test('test restores by themselves are put on another server in the console, whose password stays while the server does', async ({
  shopConsole,
  openConsole,
  cluster,
}) => {
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.goto(`${new URL(page.url()).origin}/#/settings/sources`);
  const dialog = page.getByRole('dialog');
  const open = async () => {
    await page.getByRole('button', { name: 'Test restores of shop' }).click();
    await expect(dialog).toHaveCSS('opacity', '1');
  };
  const where = dialog.getByLabel('Where those of the schedule, and after a backup, are made');
  const save = async () => {
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
  };
  await open();
  await where.selectOption('on another server');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Host')).toBeFocused();
  await dialog.getByLabel('Host').fill(cluster.host);
  await dialog.getByLabel('Port').fill(String(cluster.port));
  await dialog.getByLabel('Role').fill(cluster.user);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(cluster.password);
  await expectAccessible(page);
  await window.shoot('drill-settings-server');
  await save();
  await open();
  await expect(dialog.getByLabel('Host')).toHaveValue(cluster.host);
  await expect(dialog.getByText('Empty: as it was')).toBeVisible();
  await dialog.getByLabel('Role').fill('another');
  await expect(dialog.getByText('Empty: looked up as psql does')).toBeVisible();
  await dialog.getByLabel('Role').fill(cluster.user);
  await dialog.getByLabel('Prove every full backup by a test restore when it was taken').check();
  await save();

  await page.goto(`${new URL(page.url()).origin}/#/`);
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await page.goto(`${new URL(page.url()).origin}/#/restore/drills`);
  const proven = page.getByRole('row', { name: /^Proven / });
  await expect(proven.filter({ hasText: String(cluster.port) })).toBeVisible({ timeout: 60_000 });
  expect(await scratchDatabases(cluster)).toEqual([]);
});
