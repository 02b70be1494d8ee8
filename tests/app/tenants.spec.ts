import { expect, mergeTests, type Page } from '@playwright/test';
import type { BackupAnswer } from '../../main/requests/backups.ts';
import { giveModel, tenantPassword, test as tenantTest } from '../support/tenantShop.ts';
import { expectAccessible, test as windowTest } from '../support/consoleWindow.ts';
import type { Shop } from '../support/shopConsole.ts';
import { succeed } from '../support/strongroom.ts';

const test = mergeTests(windowTest, tenantTest);

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, place);
}

const grid = (page: Page) => page.getByRole('grid', { name: 'Tenants' });
const rowOf = (page: Page, name: string | RegExp) => grid(page).getByRole('row', { name });

/** A dialog that has come to rest: half-transparent it has less contrast than a person ever reads it with. */
async function settled(page: Page) {
  await expect(page.getByRole('dialog')).toHaveCSS('opacity', '1');
}

/** 288 more tenants beside the twelve of the shop, some with names that are hard to show. */
async function manyTenants(shop: Shop): Promise<void> {
  await shop.psql(`INSERT INTO shop.tenants (name, slug, city, opened_on)
    SELECT CASE n WHEN 100 THEN 'O''Hara & "Söhne" <Gold>' WHEN 14 THEN 'مجوهرات القاهرة القديمة'
      WHEN 15 THEN 'Juwelier ' || repeat('Aussergewöhnlich', 6) || ' GmbH & Co. KG' ELSE 'Juwelier Nummer ' || n END,
      'more-' || n, 'Essen', '2020-01-01' FROM generate_series(13, 300) n;`);
}

test('how tenants are told apart is said once, and shared tables are confirmed by name', async ({
  consoleWindow,
  tenantLogin,
}) => {
  const { page } = consoleWindow;
  await page.getByRole('link', { name: 'Tenants' }).click();
  await expect(page.getByRole('heading', { name: 'How are the tenants of shop told apart?' })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('tenants-not-told');
  await page.getByRole('button', { name: 'Tell where its tenants are…' }).click();
  const dialog = page.getByRole('dialog', { name: 'The tenants of shop' });
  const table = dialog.getByLabel('Table with one row per tenant');
  await dialog.getByRole('button', { name: 'Check and keep it' }).click();
  await expect(table).toHaveAccessibleDescription(/Schema and table/);
  await expect(table).toBeFocused();
  await table.fill('shop.nowhere');
  await dialog.getByLabel('Login of a tenant').fill(tenantLogin);
  await dialog.getByLabel('Its password').fill(tenantPassword);
  await dialog.getByRole('button', { name: 'Check and keep it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('TENANT_MODEL_WRONG');
  await dialog.getByRole('button', { name: 'Show the SQL that makes this login' }).click();
  await expect(dialog.getByText('CREATE ROLE strongroom_tenant')).toBeVisible();
  await settled(page);
  await expectAccessible(page);
  await consoleWindow.shoot('tenants-tell');
  await table.fill('shop.tenants');
  await dialog.getByRole('button', { name: 'Check and keep it' }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByText('0 of 12 tenants have a good backup')).toBeVisible();
  await expect(page.getByText('A backup of a tenant would be refused as it is')).toBeVisible();
  await page.getByRole('link', { name: 'Look at each' }).click();
  await expect(page.getByRole('row', { name: /^To be confirmed Tenants shop\.metal_prices/ })).toBeVisible();
  await expect(page.getByText('Not ready for tenants')).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('tenants-findings');
  await page.getByRole('checkbox', { name: 'shop.metal_prices' }).check();
  await page.getByRole('button', { name: 'Confirm that it is shared' }).click();
  await expect(page.getByText('Ready for tenants', { exact: true })).toBeVisible();
  await expect(page.getByText('Confirmed, and part of every tenant’s backup: shop.metal_prices.')).toBeVisible();
  await page.getByRole('tab', { name: 'Backups of tenants' }).click();
  await expect(page.getByText('A backup of a tenant would be refused as it is')).toHaveCount(0);
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '13');

  await go(page, '/settings/sources');
  await expect(page.getByText('found in shop.tenants, told apart by app.current_tenant')).toBeVisible();
  await page.getByRole('button', { name: 'Tenants of shop' }).click();
  await expect(dialog.getByLabel('Setting', { exact: true })).toHaveValue('app.current_tenant');
  await dialog.getByLabel('SQL is run with its id').check();
  await dialog.getByRole('textbox', { name: 'SQL' }).fill('SELECT 1');
  await dialog.getByRole('button', { name: 'Check and keep it' }).click();
  await expect(dialog.getByRole('textbox', { name: 'SQL' })).toHaveAccessibleDescription(/\{tenant_id\}/);
  await settled(page);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Forget its tenants…' }).click();
  await page.getByRole('button', { name: 'Forget them' }).click();
  await expect(page.getByText('found in shop.tenants')).toHaveCount(0);
});

test('of a table with two tenants in each row somebody says whose the rows are, and may forget it', async ({
  openConsole,
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  await shop.psql(`CREATE TABLE shop.transfers (id int PRIMARY KEY, from_shop int NOT NULL REFERENCES shop.tenants,
    to_shop int NOT NULL REFERENCES shop.tenants)`);
  const consoleWindow = await openConsole(shopConsole.home);
  const { page } = consoleWindow;
  await go(page, '/tenants?part=rows');
  const whose = page.getByRole('combobox', { name: 'shop.transfers' });
  await expect(page.getByRole('row', { name: /^Deserves a look Tenants shop\.transfers/ })).toBeVisible();
  const keep = page.getByRole('button', { name: 'Keep what was said' });
  await expect(keep).toBeDisabled();
  await whose.selectOption('from_shop');
  await expectAccessible(page);
  await consoleWindow.shoot('tenants-owners');
  await keep.click();
  await expect(page.getByText('Said: the rows of shop.transfers are told by from_shop.')).toBeVisible();
  await expect(whose).toHaveCount(0);
  await consoleWindow.shoot('tenants-owners-said');
  await page.getByRole('button', { name: 'Forget what was said of shop.transfers' }).click();
  await expect(whose).toHaveValue('');
});

test('of 300 tenants those without a backup are found, chosen and backed up', async ({
  openConsole,
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  await manyTenants(shop);
  await succeed(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '1', '--tenant', '2', '--tenant', '7');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/tenants');
  await expect(
    page.getByText('3 of 300 tenants have a good backup that is not older than 8 days; 297 have none.'),
  ).toBeVisible();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '301');
  await expectAccessible(page);
  await window.shoot('tenants-300');
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(grid(page).locator('[data-active]')).toContainText('Good backup');
  await window.shoot('tenants-300-end');

  await page.getByLabel('Name or id').fill('القاهرة');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '2');
  await expect(rowOf(page, /مجوهرات القاهرة القديمة/)).toContainText('No backup');
  await page.getByLabel('Name or id').fill('"söhne"');
  await expect(rowOf(page, /O'Hara & "Söhne" <Gold>/)).toBeVisible();
  await page.getByLabel('Name or id').fill('nobody');
  await expect(page.getByRole('heading', { name: 'No tenant like this' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('State').selectOption({ label: 'No backup' });
  await expect(page.getByText('297 of 300 tenants')).toBeVisible();
  await page.getByLabel('Name or id').fill('00');
  await expect(page.getByText('3 of 300 tenants', { exact: true })).toBeVisible(); // 100, 200 and 300
  await page.getByRole('checkbox', { name: 'Choose all' }).click();
  await expect(page.getByText('3 chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Back up 3…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Back up now' });
  await expect(dialog.getByLabel('Kind')).toHaveValue('chosen');
  await dialog.getByLabel('Note').fill('before the price change');
  await settled(page);
  await expectAccessible(page);
  await window.shoot('tenants-back-up');
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'No tenant like this' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByText(/^6 of 300 tenants have a good backup/)).toBeVisible();

  await page.getByLabel('State').selectOption({ label: 'Good backup' });
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '7');
  await rowOf(page, /O'Hara/)
    .getByText('O\'Hara & "Söhne" <Gold>')
    .click();
  await expect(page).toHaveURL(/#\/backups\?kind=TENANT&source=shop&tenant=100$/);
  const backups = page.getByRole('grid', { name: 'Backups' });
  await expect(backups).toHaveAttribute('aria-rowcount', '2');
  await expect(backups).toContainText('shop: O\'Hara & "Söhne" <Gold>');
  await expectAccessible(page);
  await window.shoot('backups-of-a-tenant');
  await backups.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'What it is' })).toContainText('O\'Hara & "Söhne" <Gold> (id 100)');
  await expect(page.getByRole('region', { name: 'What it is' })).toContainText('before the price change');
  await expectAccessible(page);
  await window.shoot('backup-of-a-tenant');
});

test('a tenant that has vanished is said to be gone, and its backups stay', async ({
  openConsole,
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  await shop.psql(
    `INSERT INTO shop.tenants (name, slug, city, opened_on) VALUES ('Closed for good', 'closed', 'Bonn', '2020-01-01');`,
  );
  const id = await shop.psql(`SELECT id FROM shop.tenants WHERE slug = 'closed';`);
  await succeed(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', id);
  await shop.psql(`DELETE FROM shop.tenants WHERE slug = 'closed';`);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/tenants');
  await expect(page.getByText('1 is gone from the table; its backups stay.')).toBeVisible();
  await page.getByLabel('State').selectOption({ label: 'Gone from the table' });
  await expect(rowOf(page, /Closed for good/)).toContainText('its backups stay');
  await expect(rowOf(page, /Closed for good/).getByRole('checkbox')).toHaveCount(0);
  await expectAccessible(page);
  await window.shoot('tenants-gone');
});

test('every tenant is backed up from the usual dialog, and a database that is away leaves what was known', async ({
  openConsole,
  shopConsole,
  shop,
  cluster,
  tenantReady: _ready,
}) => {
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.getByRole('button', { name: 'Back up now…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Back up now' });
  await dialog.getByLabel('Kind').selectOption({ label: 'Every tenant, a backup of each' });
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Activity' })).toContainText('Done', { timeout: 90_000 });
  const { backups } = await succeed<{ backups: BackupAnswer[] }>(shopConsole.cli, 'list');
  expect(backups.map(({ kind }) => kind)).toEqual(Array.from({ length: 12 }, () => 'TENANT'));
  await go(page, '/tenants');
  await expect(page.getByText('All 12 tenants have a good backup that is not older than 8 days.')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('tenants-all-good');

  await cluster.psql('postgres', `ALTER DATABASE ${shop.name} RENAME TO away;`);
  await page.getByRole('button', { name: 'Read again' }).click();
  await expect(page.getByText('The table of tenants could not be read just now')).toBeVisible();
  await expect(page.getByText('All 12 tenants have a good backup that is not older than 8 days.')).toBeVisible();
  await expectAccessible(page);
  await window.shoot('tenants-away');
  await cluster.psql('postgres', `ALTER DATABASE away RENAME TO ${shop.name};`);
});

test('a failed backup of a tenant is told with its reason', async ({
  openConsole,
  shopConsole,
  shop,
  tenantLogin,
  modelled: _modelled,
}) => {
  await giveModel(shopConsole.cli, tenantLogin);
  await shop.psql('ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY;');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/tenants?part=rows');
  await expect(page.getByRole('row', { name: /^Stands in the way Tenants shop\.customers/ })).toBeVisible();
  await expectAccessible(page);
  await window.shoot('tenants-blocked');
  await page.getByRole('tab', { name: 'Backups of tenants' }).click();
  await page.getByRole('button', { name: 'Back up all…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByRole('region', { name: 'Activity' })).toContainText('Failed', { timeout: 60_000 });
  await expect(page.getByText(/^0 of 12 tenants have/)).toBeVisible();
});

test('the SQL of each offered role is there to be copied, and the check of everything tells of 300 tables what each lacks', async ({
  openConsole,
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  await shop.psql(`DO $$ BEGIN FOR n IN 1..300 LOOP
      EXECUTE format('CREATE TABLE shop.notes_%s (tenant_id int NOT NULL REFERENCES shop.tenants)', n);
    END LOOP; END $$;
    ALTER TABLE shop.events_rest DISABLE ROW LEVEL SECURITY;`);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await go(page, '/tenants?part=rows');
  const roles = page.getByRole('region', { name: 'SQL of the roles' });
  const offered = {
    'full backups': 'CREATE ROLE strongroom_backup LOGIN BYPASSRLS',
    'backups of tenants': 'CREATE ROLE strongroom_tenant LOGIN NOBYPASSRLS',
    'streaming of changes (wal)': 'CREATE ROLE strongroom_wal LOGIN REPLICATION',
    restores: 'CREATE ROLE strongroom_restore LOGIN BYPASSRLS CREATEDB',
  };
  for (const [what, sql] of Object.entries(offered)) {
    await expect(roles.getByRole('button', { name: `Copy the SQL for ${what}` })).toBeVisible();
    await expect(roles.getByText(sql)).toBeVisible();
  }
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await roles.getByRole('button', { name: 'Copy the SQL for restores' }).click();
  await expect(roles.getByRole('button', { name: 'Copied the SQL for restores' })).toBeVisible();
  const { sql } = await succeed<{ sql: string }>(shopConsole.cli, 'source', 'role', 'shop', '--for', 'restore');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sql);
  await expectAccessible(page);
  await window.shoot('tenants-roles');

  await go(page, '/settings/sources');
  await page.getByRole('button', { name: 'Check everything for shop' }).click();
  const blocked = page.getByRole('row', { name: /301 tables or roles stand in the way of backups of tenants/ });
  await expect(
    blocked.getByText(/^A partition or child without row security of its own.*: shop\.events_rest$/),
  ).toBeVisible();
  const notes = blocked.getByText(/^It holds rows of tenants and has no row security/);
  await expect(notes).toContainText('and 288 more');
  await expect(notes).not.toContainText('shop.notes_299');
  await expectAccessible(page);
  await window.shoot('settings-source-doctor-300');
  await blocked.getByRole('button', { name: 'Show all' }).click();
  await expect(notes).toContainText('shop.notes_299');
});
