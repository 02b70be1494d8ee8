import { expect, mergeTests, type Page } from '@playwright/test';
import { fillHouse } from '../support/awkwardHouse.ts';
import { expectAccessible, test as windowTest } from '../support/consoleWindow.ts';
import { localConsole } from '../support/shopConsole.ts';
import { succeed } from '../support/strongroom.ts';
import { test as tenantTest } from '../support/tenantShop.ts';

const test = mergeTests(windowTest, tenantTest);

/** Every page that has an address of its own and needs no id. */
const pages = [
  '/',
  '/backups',
  '/restore',
  '/restore/new',
  '/restore/drills',
  '/tenants',
  '/jobs',
  '/schedule',
  '/alerts',
  '/stores',
  ...['sources', 'notifications', 'access', 'alerts', 'keys', 'appearance', 'audit', 'about'].map(
    (section) => `/settings/${section}`,
  ),
];

async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, path);
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  await expect(page.getByText(/^Loading/)).toHaveCount(0);
}

/** What is wider than its window would have to be pushed to and fro to be read; tables scroll by themselves. */
async function expectNothingSticksOut(page: Page): Promise<void> {
  const wider = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const main = document.querySelector('main');
    return {
      page: document.documentElement.scrollWidth - room,
      main: main ? main.scrollWidth - main.clientWidth : 0,
    };
  });
  expect(wider, `too wide: ${page.url()}`).toEqual({ page: 0, main: 0 });
}

test('every page of a full and troubled house fits into a narrow window and can be used by everybody', async ({
  openConsole,
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  test.setTimeout(300_000);
  await shop.psql(`INSERT INTO shop.tenants (name, slug, city, opened_on)
    SELECT 'Juwelier Nummer ' || n, 'more-' || n, 'Essen', '2020-01-01' FROM generate_series(13, 300) n;`);
  await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  await succeed(shopConsole.cli, 'drill', 'shop');
  fillHouse(shopConsole.home);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  for (const path of pages) {
    await page.setViewportSize({ width: 1024, height: 700 });
    await open(page, path);
    await expectNothingSticksOut(page);
    await expectAccessible(page);
    await window.shoot(`house${path.replaceAll('/', '-')}`);
  }

  await open(page, '/backups');
  const grid = page.getByRole('grid', { name: 'Backups' });
  const rows = grid.locator('[data-index]');
  await expect(grid).toHaveAttribute('aria-rowcount', '100002');
  await grid.focus();
  await page.keyboard.press('End');
  const oldest = rows.last();
  await expect(oldest).toHaveAttribute('aria-rowindex', '100002');
  await expect(oldest).toContainText(/\d{4}-\d\d-\d\d/);
  await window.shoot('house-backups-oldest');
  await page.getByRole('button', { name: 'Size' }).click();
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
  await expect(rows.first()).toContainText('331.1 MB');
  await page.getByLabel('Status').selectOption({ label: 'Verified' });
  await page.getByLabel('Good copy in').selectOption({ label: 'b2' });
  await expect(grid).toHaveAttribute('aria-rowcount', /^2\d{4}$/);
  await expect(rows.nth(9)).toContainText('Verified');
  await window.shoot('house-backups-narrowed');
  await rows.first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/, \d{4}-\d\d-\d\d/);
  await expectNothingSticksOut(page);
  await window.shoot('house-backup');
});

test('every page of an empty house says what to do next', async ({ folder, openConsole }) => {
  const { home } = await localConsole(folder);
  const window = await openConsole(home);
  const { page } = window;
  for (const path of pages) {
    await page.setViewportSize({ width: 1024, height: 700 });
    await open(page, path);
    await expectNothingSticksOut(page);
    await window.shoot(`empty${path.replaceAll('/', '-')}`);
  }
});
