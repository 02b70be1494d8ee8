import { expect, mergeTests, type Page } from '@playwright/test';
import { test as tenantTest } from '../support/tenantShop.ts';
import { expectAccessible, test as windowTest } from '../support/consoleWindow.ts';
import { succeed } from '../support/strongroom.ts';

const test = mergeTests(windowTest, tenantTest);

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });
const forward = (page: Page) => page.getByRole('button', { name: 'Continue' });

test('one tenant of a full backup is compared, rehearsed, merged and rolled back, and nobody else notices', async ({
  openConsole,
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  const { id } = await succeed<{ id: string }>(shopConsole.cli, 'backup', 'full', 'shop');
  await succeed(shopConsole.cli, 'tenants', 'shop');
  const customers = `SELECT md5(string_agg(c::text, ',' ORDER BY id)) FROM shop.customers c WHERE tenant_id`;
  const before = await shop.psql(`${customers} = 2;`);
  await shop.psql(`UPDATE shop.customers SET full_name = 'Hacked' WHERE id IN
    (SELECT id FROM shop.customers WHERE tenant_id = 2 ORDER BY id LIMIT 3);
    UPDATE shop.customers SET full_name = 'Changed since' WHERE id IN
    (SELECT id FROM shop.customers WHERE tenant_id = 3 ORDER BY id LIMIT 2);`);
  const damaged = await shop.psql(`${customers} = 2;`);
  const others = await shop.psql(`${customers} <> 2;`);
  const name = await shop.psql('SELECT name FROM shop.tenants WHERE id = 2;');

  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.goto(`${new URL(page.url()).origin}/#/restore/new/${id}`);
  await expect(heading(page, 'What shall be restored?')).toBeFocused();
  await page.getByRole('radio', { name: 'One tenant' }).check();
  await forward(page).click();
  await expect(page.getByText('Which tenant?')).toBeVisible();
  await page
    .getByRole('combobox', { name: 'Tenant' })
    .or(page.getByRole('textbox', { name: 'Tenant' }))
    .fill(name);
  await page.getByRole('option', { name: `${name} (2)` }).click();
  await expectAccessible(page);
  await window.shoot('merge-1-what');
  await forward(page).click();
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
  await expect(page.getByRole('radio', { name: 'Into a new database' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: 'Put back what is missing or differs' })).toBeChecked();
  await expect(page.getByText(/Of shop\.audit_log only missing rows are put back/)).toBeVisible();
  await expectAccessible(page);
  await window.shoot('merge-2-where');
  await forward(page).click();

  await expect(heading(page, 'What will happen')).toBeFocused({ timeout: 60_000 });
  await expect(page.getByText(`3 rows of ${name} will be overwritten`)).toBeVisible();
  await expect(page.getByText('11 other tenants stay as they are, which is proven')).toBeVisible();
  await page.getByRole('button', { name: 'Rows of shop.customers that differ' }).click();
  const samples = page.getByRole('table', { name: 'Rows of shop.customers that differ, side by side' });
  await expect(samples.getByRole('row', { name: /full_name Hacked/ })).toHaveCount(3);
  await expectAccessible(page);
  await window.shoot('merge-3-plan');

  await page.getByRole('button', { name: 'Rehearse it' }).click();
  const rehearsal = page.getByRole('region', { name: 'The rehearsal' });
  await expect(rehearsal.getByText('It works')).toBeVisible({ timeout: 60_000 });
  await expect(rehearsal.getByText('Other tenants unchanged: proven')).toBeVisible();
  expect(await shop.psql(`${customers} = 2;`)).toBe(damaged);
  await expectAccessible(page);
  await window.shoot('merge-4-rehearsed');

  await page.getByRole('button', { name: `Merge into ${shop.name}` }).click();
  await expect(page.getByText(`This is not the name: type ${shop.name}`)).toBeVisible();
  await page.getByLabel(/Type the name of the live database/).fill(shop.name);
  await page.getByRole('button', { name: `Merge into ${shop.name}` }).click();
  await expect(heading(page, 'Merged')).toBeFocused({ timeout: 60_000 });
  await expect(page.getByText('Other tenants unchanged: proven')).toBeVisible();
  await expect(page.getByRole('row', { name: /^shop\.customers 0 3 0/ })).toBeVisible();
  expect(await shop.psql(`${customers} = 2;`)).toBe(before);
  expect(await shop.psql(`${customers} <> 2;`)).toBe(others);
  await expectAccessible(page);
  await window.shoot('merge-5-merged');

  await page.getByRole('button', { name: 'Roll back…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  await expect(heading(page, 'Rolled back')).toBeVisible({ timeout: 60_000 });
  expect(await shop.psql(`${customers} = 2;`)).toBe(damaged);
  await expectAccessible(page);
  await window.shoot('merge-6-rolled-back');
});
