import { expect, mergeTests, type Page } from '@playwright/test';
import { test as tenantTest } from '../support/tenantShop.ts';
import { expectAccessible, test as windowTest } from '../support/consoleWindow.ts';
import { rowsByTenant } from '../support/mergedShop.ts';
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
  await page.getByRole('button', { name: 'Compare rows of shop.customers' }).click();
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

test('what stands in the way of a merge is shown row beside row, holds it back, and can be left alone table by table', async ({
  openConsole,
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  const { cli, home } = shopConsole;
  await shop.psql(
    `CREATE TABLE shop.visits (tenant_id int NOT NULL REFERENCES shop.tenants, at int);
     INSERT INTO shop.visits VALUES (2, 1), (2, 2);`,
  );
  const { id } = await succeed<{ id: string }>(cli, 'backup', 'full', 'shop');
  await succeed(cli, 'tenants', 'shop');
  await shop.psql(
    `SET session_replication_role = replica;
     UPDATE shop.customers SET tenant_id = 3 WHERE id IN (SELECT id FROM shop.customers WHERE tenant_id = 2 ORDER BY id LIMIT 2);
     UPDATE shop.customers SET id = 900000 WHERE id = (SELECT min(id) FROM shop.customers WHERE tenant_id = 2);
     UPDATE shop.products SET price = price + 1 WHERE id IN (SELECT id FROM shop.products WHERE tenant_id = 2 ORDER BY id LIMIT 7);
     DELETE FROM shop.events WHERE tenant_id = 2;`,
  );
  const name = await shop.psql('SELECT name FROM shop.tenants WHERE id = 2;');
  const damaged = await rowsByTenant(shop);

  const window = await openConsole(home);
  const { page } = window;
  await page.goto(`${new URL(page.url()).origin}/#/restore/new/${id}`);
  await page.getByRole('radio', { name: 'One tenant' }).check();
  await page
    .getByRole('combobox', { name: 'Tenant' })
    .or(page.getByRole('textbox', { name: 'Tenant' }))
    .fill(name);
  await page.getByRole('option', { name: `${name} (2)` }).click();
  await forward(page).click();
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
  await forward(page).click();

  await expect(heading(page, 'What would happen, and what stands in the way')).toBeFocused({ timeout: 60_000 });
  const blocked = page.getByRole('alert').filter({ hasText: 'It cannot be merged like this' });
  for (const why of [
    'shop.visits has no primary key, so its 4 rows cannot be told apart',
    'shop.customers: 2 rows of the backup have ids that belong to another tenant now',
    'shop.customers: 1 row of the backup was entered again under another id',
  ])
    await expect(blocked).toContainText(why);
  const merge = page.getByRole('button', { name: `Merge into ${shop.name}` });
  const rehearse = page.getByRole('button', { name: 'Rehearse it' });
  await expect(merge).toHaveCount(0);
  await expect(rehearse).toBeDisabled();
  await page.getByRole('button', { name: 'Compare rows of shop.customers' }).click();
  const inTheWay = page.getByRole('table', { name: 'Rows of shop.customers that are in the way, side by side' });
  await expect(inTheWay.getByRole('row', { name: /tenant_id 3 2$/ })).toHaveCount(2);
  await expect(inTheWay.getByRole('row', { name: /id 900000 / })).toHaveCount(1);
  await expectAccessible(page);
  await window.shoot('merge-7-blocked');
  await page.getByRole('button', { name: 'Compare rows of shop.products' }).click();
  await expect(page.getByText('Rows of shop.products that differ: 5 of 7')).toBeVisible();

  await blocked.getByRole('button', { name: 'Leave shop.visits alone' }).click();
  await page.getByLabel('What is put back of shop.customers').selectOption('leave it alone');
  await page.getByLabel('What is put back of shop.products').selectOption('only missing');
  await expect(page.getByText('You have chosen otherwise for single tables')).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'stood in the way' })).toHaveCount(0);
  await expect(page.getByText('3 conflicts, left alone')).toBeVisible();
  await expect(merge).toBeVisible();
  await expectAccessible(page);
  await window.shoot('merge-8-chosen-otherwise');
  await rehearse.click();
  const rehearsal = page.getByRole('region', { name: 'The rehearsal' });
  await expect(rehearsal.getByText('It works')).toBeVisible({ timeout: 60_000 });
  await expect(rehearsal.getByRole('row', { name: /^shop\.events / })).toBeVisible();
  await expect(rehearsal.getByRole('row', { name: /^shop\.(customers|products) / })).toHaveCount(0);
  expect(await rowsByTenant(shop)).toEqual(damaged);
  await window.shoot('merge-9-rehearsed-otherwise');
  await page.getByLabel('What is put back of shop.products').selectOption('missing and different');
  await expect(rehearsal).toHaveCount(0);
});

test('a whole database is merged back, each table by what was chosen for it', async ({
  openConsole,
  shopConsole,
  shop,
}) => {
  const { id } = await succeed<{ id: string }>(shopConsole.cli, 'backup', 'full', 'shop');
  const backedUp = await rowsByTenant(shop);
  await shop.psql(
    `SET session_replication_role = replica;
     DELETE FROM shop.payments WHERE id % 3 = 0;
     UPDATE shop.customers SET notes = 'garbled' WHERE id % 5 = 0;
     INSERT INTO shop.sales (tenant_id, status, sold_at, total) VALUES (2, 'open', now(), 1), (3, 'open', now(), 1);`,
  );
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.goto(`${new URL(page.url()).origin}/#/restore/new/${id}`);
  await expect(heading(page, 'What shall be restored?')).toBeFocused();
  await forward(page).click();
  await page.getByRole('radio', { name: `Merge into the live database ${shop.name}` }).check();
  await page.getByRole('radio', { name: 'Put back what is missing or differs' }).check();
  await window.shoot('merge-10-where-whole');
  await forward(page).click();
  await expect(heading(page, 'What will happen')).toBeFocused({ timeout: 60_000 });
  await expect(page.getByText('No other table is written to, which is proven')).toBeVisible();
  await expect(page.getByText(/will be deleted/)).toHaveCount(0);
  await page.getByLabel('What is put back of shop.sales').selectOption('exactly as the backup');
  await expect(page.getByText(`2 rows that the backup does not hold will be deleted from ${shop.name}`)).toBeVisible();
  await expectAccessible(page);
  await window.shoot('merge-11-plan-whole');
  await page.getByLabel(/Type the name of the live database/).fill(shop.name);
  await page.getByRole('button', { name: `Merge into ${shop.name}` }).click();
  await expect(heading(page, 'Merged')).toBeFocused({ timeout: 60_000 });
  await expect(page.getByText('Everything outside unchanged: proven')).toBeVisible();
  await expect(page.getByRole('row', { name: /^shop\.sales 0 0 2/ })).toBeVisible();
  expect(await rowsByTenant(shop)).toEqual(backedUp);
  await window.shoot('merge-12-merged-whole');
});
