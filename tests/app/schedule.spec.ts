import { expect, type Page } from '@playwright/test';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { changeSchedules } from '../support/shopConsole.ts';

/** Fourteen more databases, some with names that are hard to show, at various times, some of which went wrong. */
const manySchedules = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 14)
  INSERT INTO sources (name, host, port, user, database, sslmode, created_at)
    SELECT CASE i WHEN 3 THEN 'a-database-with-a-name-that-is-very-long-indeed-and-goes-on-and-on-without-a-single-space'
      WHEN 5 THEN 'warehouse.eu-central-1.production' ELSE 'branch-' || i END, 'db', 5432, 'u', 'd', 'disable', '' FROM n;
  INSERT INTO schedules (id, kind, source, cron, zone, enabled, counts_from)
    SELECT 'f' || id, 'full', name, CASE id % 4 WHEN 0 THEN '*/30 8-18 * * 1-5' ELSE '30 1 * * *' END,
      CASE id % 3 WHEN 0 THEN 'Australia/Lord_Howe' ELSE 'Europe/Berlin' END, id % 5 > 0,
      strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM sources WHERE host = 'db';
  INSERT INTO schedules (id, kind, source, cron, zone, enabled, counts_from)
    SELECT 't' || id, 'tenants', name, '0 3 * * 0', 'UTC', 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    FROM sources WHERE host = 'db';
  UPDATE sources SET tenants = '{"table":"t","idColumn":"i","nameColumn":"n","setting":"s","user":"u"}' WHERE host = 'db';
  INSERT INTO jobs (id, kind, subject, status, started_at, ended_at, failure)
    SELECT 'j' || id, 'backup full', name, 'FAILED', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z',
      '{"code":"SOURCE_UNREACHABLE","message":"the server db does not answer: connection refused on port 5432, and the name of the second one cannot be found","hint":"h"}'
    FROM sources WHERE host = 'db' AND id % 2 = 0;
  INSERT INTO scheduled_runs (schedule_id, nominal, claimed_at, job_id, missed, outcome)
    SELECT 'f' || id, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:03.000Z', 'j' || id, id % 3,
      CASE id % 2 WHEN 0 THEN 'FAILED' ELSE 'DONE' END FROM sources WHERE host = 'db';`;

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, place);
}

test('many schedules are read at a glance, one is changed with a look ahead, and everything is paused', async ({
  openConsole,
  shopConsole,
}) => {
  changeSchedules(shopConsole.home, manySchedules);
  const consoleWindow = await openConsole(shopConsole.home);
  const { page } = consoleWindow;
  await page.getByRole('link', { name: 'Schedule', exact: true }).first().click();
  const table = page.getByRole('table', { name: 'Schedule' });
  await expect(table.getByRole('row', { name: /^Full backup / })).toHaveCount(15);
  await expect(table.getByRole('row', { name: /^Full backup branch-1 .*connection refused/ })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('schedule-many');

  await page.getByRole('button', { name: 'Edit: Full backup of branch-1', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Full backup of branch-1' });
  await dialog.getByLabel('It runs').selectOption('every week');
  await dialog.getByText('Wed', { exact: true }).click();
  await dialog.getByLabel('At', { exact: true }).fill('23:15');
  await expect(dialog.getByText(/At 23:15, .*Sunday.* and Wednesday/)).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(5);
  await expect(dialog.getByRole('listitem').first()).toContainText('23:15');
  await expect(dialog).toHaveCSS('opacity', '1');
  await expectAccessible(page);
  await consoleWindow.shoot('schedule-edit');
  await dialog.getByLabel('It runs').selectOption('otherwise (cron)');
  await dialog.getByLabel(/^Cron/).fill('0 0 31 2 *');
  await expect(dialog.getByRole('alert')).toContainText('Choose a day');
  await dialog.getByLabel(/^Cron/).fill('0 6 1 * *');
  await expect(dialog.getByText(/At 06:00, on day 1 of the month/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(table.getByRole('row', { name: /^Full backup branch-1 .*on day 1 of the month/ })).toBeVisible();

  await page.getByRole('button', { name: 'Pause everything' }).click();
  await expect(page.getByText('Paused: nothing runs by itself, also no backup')).toBeVisible();
  await expect(table.getByText('Paused').first()).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('schedule-paused');
  await go(page, '/');
  await expect(page.getByText('Paused: nothing runs by itself, also no backup')).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('Paused: nothing runs by itself, also no backup')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Next runs' }).getByRole('listitem')).toHaveCount(5);
  await consoleWindow.shoot('overview-next-runs');
});

test('something is planned once and taken back, and a job is run now', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await go(page, '/schedule');
  await page.getByRole('button', { name: 'Run once…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run something once' });
  await dialog.getByLabel('When', { exact: true }).fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('MOMENT_PAST');
  await dialog.getByLabel('When', { exact: true }).fill('2099-12-24T18:00');
  await dialog.getByLabel('Note').fill('before the big sale');
  await expect(dialog).toHaveCSS('opacity', '1');
  await expectAccessible(page);
  await consoleWindow.shoot('schedule-once');
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  const row = page.getByRole('row', { name: /shop · before the big sale .*2099/ });
  await expect(row).toContainText('Waits');
  await row.getByRole('button', { name: /^Take back/ }).click();
  await expect(row).toHaveCount(0);

  await page.getByRole('button', { name: 'Run now: Full backup of shop' }).click();
  await go(page, '/jobs');
  await expect(page.getByRole('listitem').filter({ hasText: 'Backup of shop' })).toContainText('Done', {
    timeout: 60_000,
  });
});
