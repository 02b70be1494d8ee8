import { expect, type Page } from '@playwright/test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { freePort } from '../support/freePort.ts';
import { succeed } from '../support/strongroom.ts';

const sections = {
  sources: 'Databases',
  notifications: 'Notifications',
  access: 'Access',
  metrics: 'Metrics',
  keys: 'Keys',
  appearance: 'Appearance',
  audit: 'Audit log',
  about: 'About',
};

test('every section can be read by everybody', async ({ consoleWindow }) => {
  const { page, home } = consoleWindow;
  for (const [path, name] of Object.entries(sections)) {
    await go(page, `/settings/${path}`);
    await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible();
    await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByText(/^Loading/)).toHaveCount(0);
    await expectAccessible(page);
    await consoleWindow.shoot(`settings-${path}`);
  }
  await expect(page.getByText(home)).toBeVisible();
  await go(page, '/settings/keys');
  await page.getByRole('link', { name: 'Print and prove the kit' }).click();
  await expect(page).toHaveURL(/#\/set-up\/kit$/);
});

test('people get PINs, and a locked window only shows', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await go(page, '/settings/access');
  await expect(page.getByText('No PIN: everybody at this machine is an owner')).toBeVisible();
  await setFirstPin(page, 'Ada', '2468');
  await expect(page.getByText('Ada has unlocked this window, as owner.')).toBeVisible();

  await page.getByRole('button', { name: 'Add a person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a person' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('ada');
  await dialog.getByLabel('Viewer').check();
  await typeTwice(dialog, '1357');
  await dialog.getByRole('button', { name: 'Add this person' }).click();
  await expect(dialog.getByRole('alert')).toContainText('PERSON_EXISTS');
  await expectAccessible(page);
  await consoleWindow.shoot('settings-access-refused');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Ben');
  await dialog.getByLabel('Operator').check();
  await dialog.getByRole('button', { name: 'Add this person' }).click();
  await expect(page.getByRole('row', { name: /^Ben Operator/ })).toBeVisible();
  await consoleWindow.shoot('settings-access-people');

  await page.getByLabel('PIN so far').fill('9999');
  await page.getByRole('textbox', { name: 'New PIN', exact: true }).fill('8642');
  await page.getByRole('textbox', { name: 'New PIN again' }).fill('8642');
  await page.getByRole('button', { name: 'Change the PIN' }).click();
  await expect(page.getByLabel('PIN so far')).toHaveAccessibleDescription(/not the PIN/);
  await page.getByLabel('PIN so far').fill('2468');
  await page.getByRole('button', { name: 'Change the PIN' }).click();
  await expect(page.getByText('The PIN was changed.')).toBeVisible();
  await expect(page.getByLabel('PIN so far')).toHaveValue('');

  await page.getByRole('button', { name: /^Lock/ }).click();
  await expect(page.getByText('This window is locked: it only shows.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Ben' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove Ben' }).click();
  await givePin(page, 'Ada', '8642');
  await expect(page.getByRole('row', { name: /^Ben/ })).toHaveCount(0);
});

test('removing a database asks for the PIN, and its backups stay', async ({ openConsole, shopConsole }) => {
  await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  const consoleWindow = await openConsole(shopConsole.home);
  const { page } = consoleWindow;
  await go(page, '/settings/access');
  await setFirstPin(page, 'Ada', '2468');
  await page.getByRole('button', { name: /^Lock/ }).click();
  await go(page, '/settings/sources');
  await page.getByRole('button', { name: 'Remove shop' }).click();
  const question = page.getByRole('dialog', { name: 'Remove the database shop?' });
  await expect(question).toContainText('every backup of it in every store');
  await expectAccessible(page);
  await consoleWindow.shoot('settings-source-remove');

  // Not now: nothing is done, and nothing is claimed.
  await question.getByRole('button', { name: 'Remove the database' }).click();
  await page.getByRole('dialog', { name: 'Your PIN' }).getByRole('button', { name: 'Not now' }).click();
  await expect(question.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'shop', exact: true })).toHaveCount(1);

  await question.getByRole('button', { name: 'Remove the database' }).click();
  const prompt = page.getByRole('dialog', { name: 'Your PIN' });
  await prompt.getByRole('textbox', { name: 'PIN' }).fill('0000');
  await prompt.getByRole('button', { name: 'Unlock' }).click();
  await expect(prompt.getByRole('textbox', { name: 'PIN' })).toHaveAccessibleDescription(/not the PIN/);
  await givePin(page, 'Ada', '2468');
  await expect(page.getByText('No database yet')).toBeVisible();

  await go(page, '/settings/audit');
  await expect(page.getByText('The log is whole')).toBeVisible();
  await expect(page.getByRole('row', { name: /Ada .*Remove a database shop Done/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Remove a database shop Not done PIN_NEEDED/ })).toHaveCount(2);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save all as JSON lines' }).click(),
  ]);
  const saved = join(shopConsole.home, '..', 'audit.jsonl');
  await download.saveAs(saved);
  expect(await succeed(shopConsole.cli, 'audit', 'check', saved)).toMatchObject({ intact: true, inLog: true });
  await consoleWindow.shoot('settings-audit-export');
  const { backups } = await succeed<{ backups: { source: string; status: string }[] }>(shopConsole.cli, 'list');
  expect(backups).toMatchObject([{ source: 'shop', status: 'COMPLETED' }]);
});

test('a wrong password is found by the test, and mended', async ({ consoleWindow, cluster }) => {
  const { page } = consoleWindow;
  await go(page, '/settings/sources');
  const setPassword = async (password: string) => {
    await page.getByRole('button', { name: 'Set a password of shop' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a password of shop' });
    await dialog.getByRole('button', { name: 'Keep this password' }).click();
    await expect(dialog.getByText('The password is needed')).toBeVisible();
    await dialog.getByRole('textbox', { name: 'Password' }).fill(password);
    await dialog.getByRole('button', { name: 'Keep this password' }).click();
    await expect(dialog).toHaveCount(0);
  };
  const card = page.getByRole('article', { name: 'shop' });
  await setPassword('wrong');
  await page.getByRole('button', { name: 'Test shop' }).click();
  await expect(card.getByRole('alert')).toContainText('SOURCE_PASSWORD_WRONG');
  await page.getByRole('button', { name: 'Check everything for shop' }).click();
  await expect(page.getByText('A backup or a restore would fail as it is.')).toBeVisible();
  await expect(page.getByRole('row', { name: /^Must be mended shop: .*password/ })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('settings-source-doctor');

  await setPassword(cluster.password);
  await page.getByRole('button', { name: 'Test shop' }).click();
  await expect(page.getByText('Ready for backups')).toBeVisible();
  await expect(card.getByRole('alert')).toHaveCount(0);
});

test('a store is looked at by itself and tested by hand, and red when its folder is gone', async ({
  consoleWindow,
  shopConsole,
}) => {
  const { page } = consoleWindow;
  await go(page, '/stores');
  const card = page.getByRole('article', { name: 'local' });
  await expect(card.getByText('Works')).toBeVisible();
  await card.getByRole('button', { name: 'Test local' }).click();
  await expect(card.getByRole('list', { name: 'Timings of local' })).toBeVisible();
  await expect(page.getByText(/free of .* of backups/)).toBeVisible();
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('table', { name: 'Capacity of the stores' })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('stores');

  renameSync(shopConsole.store, `${shopConsole.store}.elsewhere`);
  await card.getByRole('button', { name: 'Test local' }).click();
  await expect(card.getByText('Not reachable')).toBeVisible();
  await expect(card.getByRole('alert')).toContainText('STORE_FOLDER_MISSING');
  await expectAccessible(page);
  await consoleWindow.shoot('stores-folder-gone');
  renameSync(`${shopConsole.store}.elsewhere`, shopConsole.store);

  await card.getByRole('button', { name: 'Remove local' }).click();
  const question = page.getByRole('dialog', { name: 'Remove the store local?' });
  await expect(question).toContainText('no backup can be made');
  await question.getByRole('button', { name: 'Remove the store' }).click();
  await expect(page.getByText('No store yet')).toBeVisible();
});

test('metrics are switched on, and the health says why it is not better', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  const port = await freePort();
  await go(page, '/settings/metrics');
  await expect(page.getByText('Off', { exact: true })).toBeVisible();
  await page.getByLabel('Port').fill(String(port));
  await page.getByLabel('Serve metrics while the console runs').click();
  await expect(page.getByText('Served', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy the address' })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('settings-metrics-served');
  const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const scored = /^strongroom_health_score_ratio (0\.\d+)$/m.exec(await read());

  const taken = await freePort();
  const other = createServer().listen(taken, '127.0.0.1');
  await page.getByLabel('Port').fill(String(taken));
  await page.getByRole('button', { name: 'Change the port' }).click();
  await expect(page.getByRole('alert', { name: `Port ${taken} is used by another program` })).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('settings-metrics-port-busy');
  other.close();
  expect(await read()).toContain('strongroom_build_info');

  await go(page, '/');
  const health = page.getByRole('region', { name: /^Health: \d+ of 100$/ });
  await expect(health).toContainText('Fresh backups: shop: no backup that could be restored. Back up shop now.');
  await expect(health).toContainText('No backup in 30 days');
  await expect(health).not.toContainText('Good');
  await expect(
    page.getByRole('heading', { name: `Health: ${Math.floor(Number(scored?.[1]) * 100)} of 100` }),
  ).toBeVisible();
  await health.scrollIntoViewIfNeeded();
  await health.getByRole('button', { name: 'All parts' }).click();
  await expect(health.getByText('Good').first()).toBeVisible();
  await expect(health.getByText('Not known').first()).toBeVisible();
  await expectAccessible(page);
  await consoleWindow.shoot('overview-health');
});

test('the appearance is chosen at once and kept', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  await go(page, '/settings/appearance');
  await page.getByLabel('Dark').check();
  await page.getByLabel('Comfortable: more air').check();
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(root).toHaveAttribute('data-density', 'comfortable');
  await page.reload();
  await expect(page.getByLabel('Dark')).toBeChecked();
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, path);
}

type Within = Pick<Page, 'getByRole'>;

async function typeTwice(form: Within, pin: string): Promise<void> {
  await form.getByRole('textbox', { name: 'PIN', exact: true }).fill(pin);
  await form.getByRole('textbox', { name: 'The same PIN again' }).fill(pin);
}

async function setFirstPin(page: Page, name: string, pin: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await typeTwice(page, pin);
  await page.getByRole('button', { name: 'Set the PIN' }).click();
  await expect(page.getByRole('row', { name: new RegExp(`^${name} Owner`) })).toBeVisible();
}

/** Answers the prompt that a refused action brings up; the action then goes on by itself. */
async function givePin(page: Page, name: string, pin: string): Promise<void> {
  const prompt = page.getByRole('dialog', { name: 'Your PIN' });
  await prompt.getByLabel('Who are you?').selectOption({ label: `${name} (owner)` });
  await prompt.getByRole('textbox', { name: 'PIN' }).fill(pin);
  await prompt.getByRole('button', { name: 'Unlock' }).click();
  await expect(prompt).toHaveCount(0);
}
