import { expect, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../support/cluster.ts';
import { expectAccessible, test, type ConsoleWindow } from '../support/consoleWindow.ts';
import { testS3 } from '../support/radosgw.ts';

test('from nothing to the first backup, in a folder and in a bucket', async ({
  freshWindow,
  cluster,
  shop,
  folder,
}) => {
  const { page, home } = freshWindow;
  const s3 = testS3();
  const bucket = `set-up-${randomUUID()}`;
  await s3.createBucket(bucket);
  await look(freshWindow, 'first-run');

  await page.getByRole('button', { name: 'Connect a database' }).click();
  await fillSource(page, cluster, shop.name);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await expect(page.getByText('Ready for backups')).toBeVisible();
  await expect(page.getByRole('cell', { name: 'dumps this server' })).toBeVisible();
  await look(freshWindow, 'set-up-source');
  await page.getByRole('button', { name: 'Add this database' }).click();
  await expect(page.getByText('Added', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveCount(0);

  // Who leaves and comes back finds what there is.
  await page.reload();
  await expect(page.getByText('Added', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Continue: stores' }).click();

  await page.getByLabel('Folder', { exact: true }).fill(join(folder, 'copies'));
  await page.getByRole('button', { name: 'Test and add' }).click();
  await expect(page.getByText('1 of 3 advised places')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Timings of local' })).toContainText(/write [\d.]+ ms/);
  await page.getByRole('button', { name: 'Add another store' }).click();
  await fillBucket(page, bucket, 'not the secret');
  await page.getByRole('button', { name: 'Test and add' }).click();
  await expect(page.getByRole('alert')).toContainText('the secret access key is wrong');
  await expect(page.getByLabel('Bucket', { exact: true })).toHaveValue(bucket);
  await look(freshWindow, 'set-up-stores-refused');
  await page.getByRole('textbox', { name: 'Secret access key' }).fill(s3.secretKey);
  await page.getByRole('button', { name: 'Test and add' }).click();
  await expect(page.getByText('2 of 3 advised places')).toBeVisible();
  await look(freshWindow, 'set-up-stores');
  await page.getByRole('link', { name: 'Continue: recovery kit' }).click();

  await proveKit(freshWindow);
  expect(existsSync(join(home, 'recovery-kit.txt')), 'the kit is gone from this machine').toBe(false);
  await page.getByRole('link', { name: 'Continue: schedule' }).click();

  await expect(page.getByText('This runs by itself from now on')).toBeVisible();
  await expect(page.getByRole('row', { name: /^Full backup shop At 02:00/ })).toBeVisible();
  await look(freshWindow, 'set-up-schedule');
  await page.getByRole('link', { name: 'Continue: first backup' }).click();

  await page.getByRole('button', { name: 'Back up shop now' }).click();
  await expect(page.getByText('Backed up, 2 of 2 copies good')).toBeVisible({ timeout: 60_000 });
  for (const store of ['local', 's3'])
    await expect(page.getByRole('row', { name: new RegExp(`^${store} Stored`) })).toBeVisible();
  expect(readdirSync(join(folder, 'copies', 'm')).filter((name) => name.endsWith('.json.age'))).toHaveLength(1);
  await look(freshWindow, 'set-up-first-backup');

  await setFirstPin(page, 'Ada', '2468');
  await expect(page.getByText('PIN set for Ada')).toBeVisible();
  await page.getByRole('button', { name: 'Finish and go to the overview' }).click();
  await expect(page).toHaveURL(/#\/$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});

test('what the server refuses is shown beside the form, which keeps what was typed', async ({
  freshWindow,
  cluster,
  shop,
}) => {
  const { page } = freshWindow;
  await page.getByRole('button', { name: 'Connect a database' }).click();
  const tryIt = () => page.getByRole('button', { name: 'Test the connection' }).click();

  // Nothing is sent before the fields are in order.
  await page.getByLabel('Port').fill('');
  await tryIt();
  await expect(page.getByText('Where the server is: a name or an address')).toBeVisible();
  await expect(page.getByText('This is needed')).toBeVisible();
  await expect(page.getByLabel('Server')).toBeFocused();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await look(freshWindow, 'set-up-source-fields');

  await fillSource(page, cluster, shop.name);
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
  await tryIt();
  await expect(page.getByRole('alert')).toContainText('wrong user or password');
  await look(freshWindow, 'set-up-source-refused');

  await page.getByRole('textbox', { name: 'Password' }).fill(cluster.password);
  await page.getByLabel('Database', { exact: true }).fill('no_such_shop');
  await tryIt();
  await expect(page.getByRole('alert')).toContainText('SOURCE_DATABASE_MISSING');

  await page.getByLabel('Port').fill('1');
  await tryIt();
  await expect(page.getByRole('alert')).toContainText('SOURCE_UNREACHABLE');
  await expect(page.getByLabel('Database', { exact: true })).toHaveValue('no_such_shop');
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue(cluster.password);
});

test('a role that does not see everything is told which tables, and how a proper one is made', async ({
  freshWindow,
  cluster,
  shop,
}) => {
  const { page } = freshWindow;
  const role = `weak_${shop.name}`;
  await cluster.psql('postgres', `CREATE ROLE ${role} LOGIN PASSWORD 'weak';`);
  try {
    await page.getByRole('button', { name: 'Connect a database' }).click();
    const address = `postgresql://${role}:weak@127.0.0.1:${cluster.port}/${shop.name}?sslmode=disable`;
    await page.getByLabel('Paste an address').fill(address);
    await page.getByLabel('Paste an address').press('Enter');
    await expect(page.getByLabel('Paste an address')).toHaveValue('');
    await expect(page.getByLabel('Role')).toHaveValue(role);
    await expect(page.getByLabel('Encrypted connection')).toHaveValue('disable');
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await expect(page.getByText('Not ready for a full backup')).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: 'shop.customers' }).first()).toContainText(
      'the role may not read it',
    );
    await expect(page.getByText('CREATE ROLE strongroom_backup LOGIN BYPASSRLS')).toBeVisible();
    await look(freshWindow, 'set-up-source-obstacles');
  } finally {
    await cluster.psql('postgres', `DROP ROLE ${role};`);
  }
});

test('a database is connected with the keyboard alone', async ({ freshWindow, cluster, shop }) => {
  const { page } = freshWindow;
  const { keyboard } = page;
  await expect(page.getByRole('heading', { name: 'Try the demo shop' })).toBeVisible();
  await tabTo(page, 'Connect a database');
  await keyboard.press('Enter');
  await expect(page.getByLabel('Server')).toBeVisible();
  const { host, port, user, password } = cluster;
  const typed = { Server: host, Port: String(port), Database: shop.name, Role: user, Password: password };
  for (const [label, text] of Object.entries(typed)) {
    await tabTo(page, label);
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(text);
  }
  await keyboard.press('Enter');
  await expect(page.getByText('Ready for backups')).toBeVisible();
  await tabTo(page, 'Add this database');
  await keyboard.press('Enter');
  await expect(page.getByText('Added', { exact: true })).toBeVisible();
});

test('the demo shop runs after one click, and is gone after another', async ({ freshWindow }) => {
  test.setTimeout(360_000); // a cluster is made and filled with some 250 MB
  const { page } = freshWindow;
  await page.getByRole('button', { name: 'Start the demo shop' }).click();
  await expect(page.getByText(/^Making the demo shop: /)).toBeVisible();
  await look(freshWindow, 'demo-progress');
  await expect(page).toHaveURL(/#\/$/, { timeout: 300_000 });
  await go(page, '/settings/sources');
  await expect(page.getByRole('heading', { name: 'demo-shop' })).toBeVisible();
  await page.getByRole('button', { name: 'Test demo-shop' }).click();
  await expect(page.getByText('Ready for backups')).toBeVisible();

  await page.getByRole('link', { name: 'Demo shop' }).click();
  await page.getByRole('button', { name: 'Remove the demo shop' }).click();
  await expect(page.getByRole('dialog')).toContainText('the demo database, its server, its store');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the demo shop' }).click();
  await expect(page.getByText('No database yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Demo shop' })).toHaveCount(0);
});

test('who has only the paper is told how it restores by hand', async ({ freshWindow }) => {
  const { page } = freshWindow;
  await page.getByRole('button', { name: 'Show how' }).click();
  await expect(page.getByText('pg_restore --section=')).toHaveCount(3);
  await look(freshWindow, 'first-run-recover');
});

/** Reads the page as everybody can, in both themes. */
async function look(window: ConsoleWindow, name: string): Promise<void> {
  await expectAccessible(window.page);
  await window.shoot(name);
}

async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, path);
}

async function fillSource(page: Page, { host, port, user, password }: Cluster, database: string): Promise<void> {
  await page.getByLabel('Server').fill(host);
  await page.getByLabel('Port').fill(String(port));
  await page.getByLabel('Database', { exact: true }).fill(database);
  await page.getByLabel('Role').fill(user);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
}

async function fillBucket(page: Page, bucket: string, secret: string): Promise<void> {
  const { endpoint, accessKey } = testS3();
  await page.getByText('Other S3').click();
  await page.getByLabel('Endpoint').fill(endpoint);
  await page.getByLabel('Bucket', { exact: true }).fill(bucket);
  await page.getByLabel('Access key ID').fill(accessKey);
  await page.getByRole('textbox', { name: 'Secret access key' }).fill(secret);
}

/** Saves the kit, finds on it what is asked for, and types it back: first wrong, then right. */
async function proveKit(window: ConsoleWindow): Promise<void> {
  const { page } = window;
  await page.getByRole('button', { name: 'Show the recovery kit' }).click();
  const saving = whatIsSaved(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('recovery-kit.txt');
  const saved = await saving;
  expect(saved).toBe(readFileSync(join(window.home, 'recovery-kit.txt'), 'utf8'));
  const key = /AGE-SECRET-KEY-1\w+/.exec(saved)?.[0] ?? '';
  expect(await page.getByLabel('Recovery kit', { exact: true }).textContent()).toBe(saved);
  await look(window, 'set-up-kit');

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByLabel('Recovery kit', { exact: true })).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('heading')).toHaveCount(0);
  await page.emulateMedia({ media: null });

  await page.getByRole('button', { name: /^I have it/ }).click();
  await expect(page.getByText(key)).toHaveCount(0);
  const field = page.getByLabel(/^Type the last 12 characters/);
  await field.fill('NOTONTHEPAPE');
  await page.getByRole('button', { name: /^Prove it/ }).click();
  await expect(field).toHaveAccessibleDescription(/not what stands on the recovery kit/);
  await expect(field).toBeFocused();
  await look(window, 'set-up-kit-wrong');
  await field.fill(key.slice(-12).toLowerCase());
  await page.getByRole('button', { name: /^Prove it/ }).click();
  await expect(page.getByText('The kit is proven')).toBeVisible();
}

/** The text of the next file that the page offers. A browser that is driven from afar does not hand out the file itself. */
function whatIsSaved(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const make = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (file) => {
          if (file instanceof Blob) file.text().then(resolve, reject);
          URL.createObjectURL = make;
          return make(file);
        };
      }),
  );
}

async function setFirstPin(page: Page, name: string, pin: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('textbox', { name: 'PIN', exact: true }).fill(pin);
  await page.getByRole('textbox', { name: 'The same PIN again' }).fill(`${pin}0`);
  await page.getByRole('button', { name: 'Set the PIN' }).click();
  await expect(page.getByText('The two PINs are not the same')).toBeVisible();
  await page.getByRole('textbox', { name: 'The same PIN again' }).fill(pin);
  await page.getByRole('button', { name: 'Set the PIN' }).click();
}

/** Presses Tab until what has this name has the focus, and sees that it is visible there. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const named = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement)
        return focused.labels?.[0]?.textContent ?? '';
      return focused?.textContent ?? '';
    });
    if (named !== name) continue;
    const outline = await page.evaluate(() => {
      const { outlineStyle, borderColor } = getComputedStyle(document.activeElement ?? document.body);
      return { outlineStyle, borderColor };
    });
    expect(outline.outlineStyle !== 'none' || outline.borderColor !== '', `${name} shows its focus`).toBe(true);
    return;
  }
  throw new Error(`no Tab leads to ${name}`);
}
