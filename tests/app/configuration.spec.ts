import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { expectAccessible, test } from '../support/consoleWindow.ts';

test('configuration is chosen, looked for, backed up, compared with the one before, and restored to a folder', async ({
  openConsole,
  shopConsole,
  folder,
}) => {
  const app = join(folder, 'shop app');
  mkdirSync(join(app, 'conf'), { recursive: true });
  writeFileSync(join(app, '.env'), 'SECRET=never shown\n');
  writeFileSync(join(app, 'conf', 'Ünïcode settings.ini'), 'a=1\nb=2\n');
  const window = await openConsole(shopConsole.home);
  const { page } = window;
  const go = (hash: string) =>
    page.evaluate((to) => {
      globalThis.location.hash = to;
    }, hash);

  await go('/settings/sources');
  await page.getByRole('button', { name: 'Configuration files of shop' }).click();
  const chooser = page.getByRole('dialog', { name: 'The configuration of shop' });
  await chooser.getByLabel('.env files of each application').check();
  await chooser.getByLabel('PostgreSQL: postgresql.conf').uncheck();
  await chooser.getByLabel('Folders of applications').fill(app);
  await chooser.getByLabel('More files and folders').fill(`${join(app, 'conf')}\n${join(app, 'gone.conf')}`);
  await chooser.getByRole('button', { name: 'Look what this finds' }).click();
  await expect(chooser.getByRole('status')).toContainText('2 files with');
  await expect(chooser.getByRole('status')).toContainText('gone.conf: nothing is there');
  await expect(chooser).toHaveCSS('opacity', '1');
  await expectAccessible(page);
  await window.shoot('configuration-choose');
  await chooser.getByLabel('More files and folders').fill(join(app, 'conf'));
  await chooser.getByRole('button', { name: 'Save' }).click();
  await expect(chooser).toBeHidden();

  const backUp = async () => {
    await page.getByRole('button', { name: 'Back up now…' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Back up now' });
    await dialog.getByLabel('Kind').selectOption({ label: 'Configuration: files, settings and roles' });
    await dialog.getByRole('button', { name: 'Back up now' }).click();
    await expect(dialog).toBeHidden();
  };
  await go('/backups');
  const rows = page.getByRole('grid', { name: 'Backups' }).getByRole('row').filter({ hasText: 'Complete' });
  await backUp();
  await expect(rows).toHaveCount(1, { timeout: 60_000 });
  writeFileSync(join(app, '.env'), 'SECRET=never shown\nOTHER=hidden too\n');
  await backUp();
  await expect(rows).toHaveCount(2, { timeout: 60_000 });
  await page.getByRole('grid', { name: 'Backups' }).focus();
  await rows.first().click();

  await expect(page.getByText('5 files of configuration')).toBeVisible();
  await page.getByRole('button', { name: 'Compare with the one before' }).click();
  await expect(page.getByText(/changed .*\/\.env: \+1 −0 lines/)).toBeVisible();
  await expect(page.locator('body')).not.toContainText('hidden too');
  await expectAccessible(page);
  await window.shoot('configuration-detail');
  await page.getByRole('button', { name: 'Restore to a folder…' }).click();
  const asked = page.getByRole('dialog', { name: 'Restore these files to a folder' });
  await asked.getByRole('textbox', { name: 'Folder' }).fill('relative/path');
  await asked.getByRole('button', { name: 'Restore to this folder' }).click();
  await expect(asked).toContainText('no whole path');
  const into = join(folder, 'back');
  await asked.getByRole('textbox', { name: 'Folder' }).fill(into);
  await asked.getByRole('button', { name: 'Restore to this folder' }).click();
  await expect(asked).toBeHidden();
  await expect(async () => {
    expect(readFileSync(join(into, `files${app}`, '.env'), 'utf8')).toContain('hidden too');
  }).toPass({ timeout: 30_000 });
});
