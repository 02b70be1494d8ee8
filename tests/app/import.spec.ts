import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Backup } from '../../shared/backup.ts';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { fernetGzip, foreignDump } from '../support/foreignDump.ts';
import { succeed } from '../support/strongroom.ts';

test('a backup of the old system is imported from the list of backups, and says where it comes from', async ({
  openConsole,
  shopConsole,
  shop,
  cluster,
  folder,
}) => {
  const path = join(folder, 'shop.dump.gz.enc');
  const madeAt = new Date(Date.now() - 3 * 86_400_000);
  const dump = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
  const { token, key } = fernetGzip(dump, madeAt);
  writeFileSync(path, token);
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  await page.evaluate(() => {
    globalThis.location.hash = '/backups';
  });
  await page.getByRole('button', { name: 'Import a backup…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a backup' });
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog).toContainText('Give the path of the file');
  await dialog.getByRole('textbox', { name: 'File' }).fill('old.dump');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog).toContainText(/no whole path/);
  await dialog.getByRole('textbox', { name: 'File' }).fill(path);
  await dialog.getByLabel('The old system').check();
  await dialog.getByRole('textbox', { name: 'Key' }).fill(key);
  await expect(dialog).toHaveCSS('opacity', '1');
  await expectAccessible(page);
  await window.shoot('import-dialog');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('grid', { name: 'Backups' }).getByRole('row').filter({ hasText: 'shop' });
  await expect(row).toHaveCount(1, { timeout: 60_000 });
  await expect(row).toContainText('Complete', { timeout: 60_000 });
  const { backups } = await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list');
  await page.evaluate((id) => {
    globalThis.location.hash = `/backups/${id}`;
  }, backups[0]?.id ?? '');
  await expect(page.getByText(/from shop\.dump\.gz\.enc \(fernet-gzip\)/)).toBeVisible();
  await expect(
    page
      .getByRole('definition')
      .filter({ hasText: /^Row-level security is on for shop\..* and \d+ more, and the file does not tell/ }),
  ).toBeVisible();
  await window.shoot('import-detail');

  await page.evaluate((id) => {
    globalThis.location.hash = `/restore/new/${id}`;
  }, backups[0]?.id ?? '');
  const forward = page.getByRole('button', { name: 'Continue' });
  await expect(page.getByRole('heading', { level: 2, name: 'What shall be restored?', exact: true })).toBeVisible();
  await forward.click();
  await page.getByLabel('Name of the new database').fill('never_made');
  await forward.click();
  const warning = page.getByRole('listitem').filter({ hasText: 'a restore runs the SQL of that file on the server' });
  await expect(warning).toBeVisible();
  await window.shoot('import-review');
});
