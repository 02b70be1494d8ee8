import { expect } from '@playwright/test';
import { join } from 'node:path';
import type { Backup } from '../../shared/backup.ts';
import { openState } from '../../main/state/openState.ts';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { filesBelow } from '../support/shopConsole.ts';
import { succeed } from '../support/strongroom.ts';

test('how long a store keeps backups is changed with what would go before one’s eyes, and cleaned up at once', async ({
  shopConsole,
  openConsole,
}) => {
  const { cli, home, store } = shopConsole;
  const old = await succeed<Backup>(cli, 'backup', 'full', 'shop', '--note', 'the old one');
  const newest = await succeed<Backup>(cli, 'backup', 'full', 'shop');
  const state = openState(join(home, 'strongroom.sqlite'), { check: false });
  const tenDaysAgo = new Date(Date.now() - 10 * 86_400_000).toISOString();
  state.prepare('UPDATE backups SET created_at = ? WHERE id = ?').run(tenDaysAgo, old.id);
  state.close();

  const window = await openConsole(home);
  const { page } = window;
  await page.goto(new URL('/#/stores', page.url()).href);
  await expect(page.getByText('Keeps backups for 30 days and verified ones 7 days longer.')).toBeVisible();
  await page.getByRole('button', { name: 'Change how long local keeps backups' }).click();
  const dialog = page.getByRole('dialog', { name: 'How long local keeps backups' });
  await expect(dialog.getByText('Nothing would go now.')).toBeVisible();
  await dialog.getByLabel('Younger than, in days').fill('7');
  await expect(dialog.getByText('1 copy would go')).toBeVisible();
  await expect(dialog.getByRole('row', { name: /older than 7 days$/ })).toBeVisible();
  await expectAccessible(page);
  await window.shoot('retention-policy');
  await dialog.getByText('What would stay').click();
  await expect(dialog.getByRole('row', { name: /it is younger than 7 days$/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Keeps backups for 7 days and verified ones 7 days longer.')).toBeVisible();
  await window.shoot('retention-stores');

  await page.goto(new URL(`/#/backups/${old.id}`, page.url()).href);
  await expect(page.getByText('Goes at the next clean-up: older than 7 days')).toBeVisible();
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await expect(page.getByText('It is pinned')).toBeVisible();
  await window.shoot('retention-detail');
  await page.getByRole('button', { name: 'Unpin' }).click();
  await expect(page.getByText('Goes at the next clean-up')).toBeVisible();

  await page.goto(new URL('/#/stores', page.url()).href);
  await page.getByRole('button', { name: 'Clean up now…' }).click();
  const question = page.getByRole('dialog', { name: 'Clean up all stores?' });
  await expect(question.getByText('1 copy goes')).toBeVisible();
  await window.shoot('retention-clean-up');
  await question.getByRole('button', { name: 'Clean up', exact: true }).click();
  await expect(question).toBeHidden();
  await expect.poll(() => filesBelow(store).filter((file) => file.includes(old.id))).toEqual([]);

  await page.goto(new URL('/#/backups', page.url()).href);
  const grid = page.getByRole('grid', { name: 'Backups' });
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await page.getByLabel('Also deleted').check();
  await expect(grid.getByRole('row', { name: /the old one/ })).toContainText('Deleted');
  await window.shoot('retention-deleted');

  await page
    .getByRole('row', { name: /Complete/ })
    .getByRole('checkbox')
    .check();
  await page.getByRole('button', { name: 'Delete 1…' }).click();
  const deletion = page.getByRole('dialog', { name: 'Delete 1 backup?' });
  await expect(deletion.getByText(/the last that could be restored of shop/)).toBeVisible();
  await expectAccessible(page);
  await window.shoot('retention-delete');
  await deletion.getByRole('button', { name: 'Delete 1 backup' }).click();
  await expect(deletion).toBeVisible(); // not before it was confirmed twice
  await deletion.getByLabel('Delete it all the same').check();
  await deletion.getByRole('button', { name: 'Delete 1 backup' }).click();
  await expect(deletion).toBeHidden();
  await expect.poll(() => filesBelow(store).filter((file) => file.includes(newest.id))).toEqual([]);
});
