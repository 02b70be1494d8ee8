import { expect, type Locator, type Page } from '@playwright/test';
import type { BackupAnswer } from '../../main/requests/backups.ts';
import type { Cluster } from '../support/cluster.ts';
import { expectAccessible, test as base, type ConsoleWindow } from '../support/consoleWindow.ts';
import { scratchDatabases, tablesOf } from '../support/databasePicture.ts';
import { gatedDatabase, shutGate } from '../support/gate.ts';
import { addSource, localConsole, sourceUrl } from '../support/shopConsole.ts';
import { succeed } from '../support/strongroom.ts';

interface Fixtures {
  /** The console of the shop, with one backup of it. */
  backedUp: ConsoleWindow & { backup: BackupAnswer };
  /** The console of a database whose restore can be held still, with one backup of it. */
  gated: ConsoleWindow;
  dropsWhatWasRestored: void;
}

const test = base.extend<Fixtures>({
  backedUp: async ({ shopConsole, openConsole }, use) => {
    const backup = await succeed<BackupAnswer>(shopConsole.cli, 'backup', 'full', 'shop');
    await use(Object.assign(await openConsole(shopConsole.home), { backup }));
  },

  gated: async ({ cluster, database, folder, openConsole }, use) => {
    await database.psql(gatedDatabase);
    const { cli, home } = await localConsole(folder);
    await addSource(cli, 'gated', sourceUrl(cluster, database.name), cluster.password);
    await succeed(cli, 'backup', 'full', 'gated');
    await use(await openConsole(home));
  },

  dropsWhatWasRestored: [
    async ({ cluster }, use) => {
      const before = await databasesOf(cluster);
      await use();
      for (const name of await databasesOf(cluster)) if (!before.includes(name)) await cluster.dropDatabase(name);
    },
    { auto: true },
  ],
});

async function databasesOf(cluster: Cluster): Promise<string[]> {
  const names = await cluster.psql('postgres', 'SELECT datname FROM pg_database WHERE NOT datistemplate;');
  return names.split('\n');
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#${path}`);
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });
const forward = (page: Page) => page.getByRole('button', { name: 'Continue' });
const newName = (page: Page) => page.getByLabel('Name of the new database');

/** From the history to the third step, as a person goes. */
async function toWhere(page: Page): Promise<void> {
  await open(page, '/restore');
  await page.getByRole('link', { name: 'New restore…' }).click();
  await expect(heading(page, 'Which backup shall be restored?')).toBeVisible();
  await forward(page).click();
  await expect(heading(page, 'What shall be restored?')).toBeFocused();
  await forward(page).click();
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
}

/** On to the review, and the start. */
async function restoreInto(page: Page, name: string): Promise<void> {
  await toWhere(page);
  await newName(page).fill(name);
  await forward(page).click();
  await page.getByRole('button', { name: 'Start the restore' }).click();
}

/** The dialog, once it has come to rest: half-transparent it has less contrast than a person ever reads it with. */
async function dialogOf(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toHaveCSS('opacity', '1');
  return dialog;
}

async function typeName(page: Page, name: string): Promise<void> {
  await page.getByLabel(/Type the name of the live database/).fill(name);
}

test('a backup is restored to a new database in five decisions, and its rows are there', async ({
  backedUp,
  cluster,
  shop,
}) => {
  const { page } = backedUp;
  await open(page, '/restore');
  await expect(page.getByText('Nothing was restored yet')).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-history-empty');

  await page.getByRole('link', { name: 'New restore…' }).click(); // the first decision
  await expect(page.getByRole('radio', { checked: true })).toHaveValue(backedUp.backup.id);
  await expectAccessible(page);
  await backedUp.shoot('restore-1-backup');
  await forward(page).click(); // the second
  await expect(heading(page, 'What shall be restored?')).toBeFocused();
  await expectAccessible(page);
  await backedUp.shoot('restore-2-what');
  await forward(page).click(); // the third
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
  const target = await newName(page).inputValue();
  expect(target).toMatch(/_restored_\d{8}$/);
  expect(shop.name).toContain(target.replace(/_restored_\d{8}$/, '')); // shortened to what PostgreSQL takes
  await expectAccessible(page);
  await backedUp.shoot('restore-3-where');
  await forward(page).click(); // the fourth
  await expect(heading(page, 'What will happen')).toBeFocused();
  await expect(page.getByText(`A new database ${target} is made; nothing that exists is touched.`)).toBeVisible();
  await expect(page.getByText('not known yet: nothing of this database was restored here before')).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-4-review');
  await page.getByRole('button', { name: 'Start the restore' }).click(); // the fifth

  await expect(heading(page, 'Verified')).toBeFocused({ timeout: 60_000 });
  await expect(
    page.getByRole('grid', { name: 'Tables, those that differ first' }).getByText('Same').first(),
  ).toBeVisible();
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, shop.name));
  await expectAccessible(page);
  await backedUp.shoot('restore-6-result');

  await page.getByRole('link', { name: 'Keep both' }).click();
  const history = page.getByRole('grid', { name: 'Restores, newest first' });
  await expect(history.getByText('Verified', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-history');
});

test('a target that exists is refused beside its field, and what was typed is kept', async ({ backedUp, shop }) => {
  const { page } = backedUp;
  await toWhere(page);
  await newName(page).fill('postgres');
  await forward(page).click();
  await expect(page.getByText('The database postgres exists already. Choose another name')).toBeVisible();
  await expect(newName(page)).toBeFocused();
  await expect(newName(page)).toHaveValue('postgres');
  await expect(newName(page)).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await backedUp.shoot('restore-3-where-exists');

  await newName(page).fill('');
  await forward(page).click();
  await expect(page.getByText('The new database needs a name')).toBeVisible();
  await newName(page).fill('ä'.repeat(40));
  await expect(page.getByText('at most 63 bytes; this one has 80')).toBeVisible();
  await newName(page).fill(shop.name);
  await expect(page.getByText(`${shop.name} is the live database`)).toBeVisible();
});

test('a name that is taken only after the review is refused by the restore, and can be changed', async ({
  backedUp,
  cluster,
}) => {
  const { page } = backedUp;
  await toWhere(page);
  await newName(page).fill('taken_meanwhile');
  await forward(page).click();
  await expect(heading(page, 'What will happen')).toBeFocused();
  await cluster.createDatabase('taken_meanwhile');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(heading(page, 'It was refused before it began')).toBeFocused();
  const refusal = page.getByRole('alert', { name: 'The database taken_meanwhile exists already' });
  await expect(refusal).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-refused');
  await page.getByRole('button', { name: 'Change something and try again' }).click();
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
  await expect(newName(page)).toHaveValue('taken_meanwhile');
  await page.goBack();
  await page.reload();
  await expect(refusal).toBeVisible();
});

test('a role that may only take backups is asked for another one', async ({
  shopConsole,
  openConsole,
  cluster,
  shop,
}) => {
  const { cli, home } = shopConsole;
  await succeed(cli, 'backup', 'full', 'shop');
  await cluster.psql(
    'postgres',
    `CREATE ROLE only_backups LOGIN PASSWORD 'backups'; GRANT pg_read_all_data TO only_backups;`,
  );
  await succeed(cli, 'source', 'remove', 'shop');
  await addSource(cli, 'shop', sourceUrl(cluster, shop.name).replace('//postgres@', '//only_backups@'), 'backups');
  const opened = await openConsole(home);
  const { page } = opened;

  await toWhere(page);
  await newName(page).fill('by_another_role');
  await forward(page).click();
  const role = page.getByRole('textbox', { name: 'Role', exact: true });
  await expect(page.getByText('The role only_backups may not create databases. Give a role that may')).toBeVisible();
  await expect(role).toBeFocused();
  await expectAccessible(page);
  await opened.shoot('restore-3-where-role');
  await role.fill('postgres');
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await forward(page).click();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill(cluster.password);
  await forward(page).click();
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(heading(page, 'Verified')).toBeFocused({ timeout: 60_000 });
  expect(await tablesOf(cluster, 'by_another_role')).toEqual(await tablesOf(cluster, shop.name));
  await cluster.dropDatabase('by_another_role');
  await cluster.psql('postgres', 'DROP OWNED BY only_backups; DROP ROLE only_backups;');
});

test('a restored database is swapped in only for the right name, and rolled back', async ({
  backedUp,
  cluster,
  shop,
}) => {
  const { page } = backedUp;
  const target = `${shop.name}_beside`;
  await restoreInto(page, target);
  await expect(heading(page, 'Verified')).toBeFocused({ timeout: 60_000 });
  await shop.psql('CREATE TABLE entered_since (id int);');

  await page.getByRole('button', { name: 'Swap it in…' }).click();
  await expect(await dialogOf(page)).toContainText(`${target} becomes ${shop.name}`);
  await typeName(page, `${shop.name} `);
  await page.getByRole('button', { name: `Replace ${shop.name}` }).click();
  await expect(page.getByText(`This is not the name: type ${shop.name}`)).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-swap');
  expect(await databasesOf(cluster)).toContain(target);
  await typeName(page, shop.name);
  await page.getByRole('button', { name: `Replace ${shop.name}` }).click();
  await expect(heading(page, 'Verified and live')).toBeFocused({ timeout: 30_000 });
  expect(await databasesOf(cluster)).not.toContain(target);
  await expect(shop.psql('SELECT * FROM entered_since;')).rejects.toThrow('does not exist');
  await expectAccessible(page);
  await backedUp.shoot('restore-swapped');

  await page.getByRole('button', { name: 'Roll back…' }).click();
  await expect(await dialogOf(page)).toContainText(`becomes ${shop.name} again`);
  await expectAccessible(page);
  await backedUp.shoot('restore-roll-back');
  await page.getByRole('button', { name: 'Roll back', exact: true }).click();
  await expect(heading(page, 'Rolled back')).toBeFocused({ timeout: 30_000 });
  expect(await shop.psql('SELECT count(*) FROM entered_since;')).toBe('0');
  expect(await databasesOf(cluster)).toContain(target);
  await expectAccessible(page);
  await backedUp.shoot('restore-rolled-back');
});

test('the live database is replaced at once only after its name was typed', async ({ backedUp, shop }) => {
  const { page } = backedUp;
  await shop.psql('CREATE TABLE entered_since (id int);');
  await toWhere(page);
  await page.getByRole('radio', { name: `Replace the live database ${shop.name}` }).check();
  await forward(page).click();
  const start = page.getByRole('button', { name: `Restore and replace ${shop.name}` });
  await start.click();
  await expect(page.getByText(`This is not the name: type ${shop.name}`)).toBeVisible();
  await expectAccessible(page);
  await backedUp.shoot('restore-4-review-replace');
  await typeName(page, shop.name);
  await start.click();
  await expect(heading(page, 'Verified and live')).toBeFocused({ timeout: 60_000 });
  await expect(shop.psql('SELECT * FROM entered_since;')).rejects.toThrow('does not exist');
});

test('a cancel in the middle says what it leaves, and the new database is dropped', async ({ gated, cluster }) => {
  const { page } = gated;
  const gate = await shutGate(cluster, 'loading rows');
  await restoreInto(page, 'never_made');
  await gate.reached();
  await expect(page.getByRole('listitem').filter({ hasText: 'Load the rows' })).toHaveAttribute('aria-current', 'step');
  await expectAccessible(page);
  await gated.shoot('restore-5-progress');
  expect(await scratchDatabases(cluster)).toHaveLength(1);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await expect(await dialogOf(page)).toContainText('The new database is dropped; the live one was never touched.');
  await expectAccessible(page);
  await gated.shoot('restore-5-cancel');
  await page.getByRole('button', { name: 'Cancel the restore' }).click();
  gate.open();
  await expect(heading(page, 'Cancelled')).toBeFocused({ timeout: 30_000 });
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(await databasesOf(cluster)).not.toContain('never_made');
  await expectAccessible(page);
  await gated.shoot('restore-cancelled');
});

test('a reload, and a second window, still show a restore that runs', async ({ gated, cluster }) => {
  const gate = await shutGate(cluster, 'building indexes');
  await restoreInto(gated.page, 'seen_by_two');
  await gate.reached();
  await gated.page.reload();
  const second = await gated.openSecondWindow();
  await open(second, '/restore');
  await second.getByRole('grid', { name: 'Restores, newest first' }).getByRole('link').first().click();
  for (const page of [gated.page, second]) {
    await expect(heading(page, 'It is being restored')).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: 'Build indexes' })).toHaveAttribute(
      'aria-current',
      'step',
    );
  }
  gate.open();
  for (const page of [gated.page, second]) await expect(heading(page, 'Verified')).toBeVisible({ timeout: 60_000 });
});

test('a restore that differs from its backup cannot be overlooked, and cannot be swapped in', async ({
  gated,
  cluster,
}) => {
  const { page } = gated;
  const gate = await shutGate(cluster, 'building indexes');
  await restoreInto(page, 'differs');
  await gate.reached();
  const [scratch] = await scratchDatabases(cluster);
  // It waits for the index, and is done before anything is compared.
  const tampering = cluster.psql(scratch ?? '', 'DELETE FROM gated WHERE id < 4;');
  const waiting = `SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DELETE FROM gated%' AND wait_event_type = 'Lock';`;
  await expect.poll(() => cluster.psql('postgres', waiting)).toBe('1');
  gate.open();
  await tampering;
  await expect(heading(page, 'Differs from backup')).toBeFocused({ timeout: 60_000 });
  await expect(page.getByText('Do not use differs.')).toBeVisible();
  await expect(page.getByText('3 rows too few')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Swap it in…' })).toHaveCount(0);
  await expectAccessible(page);
  await gated.shoot('restore-differs');
  await page.getByRole('link', { name: 'All restores' }).click();
  await expect(page.getByRole('alert', { name: 'The last restore of gated: differs from backup' })).toBeVisible();
  await expectAccessible(page);
  await gated.shoot('restore-history-differs');
});

test('the whole way goes by keyboard alone', async ({ backedUp }) => {
  const { page } = backedUp;
  await open(page, '/restore');
  await tabTo(page, 'New restore…');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Which backup shall be restored?')).toBeFocused();
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'What shall be restored?')).toBeFocused();
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Where shall it be restored to?')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(newName(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('by_keyboard');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'What will happen')).toBeFocused();
  await tabTo(page, 'Start the restore');
  await page.keyboard.press('Space');
  await expect(heading(page, 'Verified')).toBeFocused({ timeout: 60_000 });
  await tabTo(page, 'Keep both');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Restores, newest first');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Verified')).toBeFocused();
});

/** Presses Tab until what has this name is in focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  await expect(page.getByText('Loading')).toHaveCount(0);
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    );
    if (found.trim() === name) return;
  }
  throw new Error(`the Tab key does not reach "${name}"`);
}
