import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Backup } from '../../shared/backup.ts';
import { answerOf, ask, heldBackup, newestOutcome, quit, runningJobs, test } from '../support/desktopApp.ts';
import type { SeenMenuItem } from '../support/desktopHost.ts';
import { strongroom, succeed } from '../support/strongroom.ts';

const labels = (menu: readonly SeenMenuItem[]) => menu.map(({ label }) => label);
const fromTray = { source: 'shop', note: null, pinned: false, notify: 'failure' } as const;

test.describe('the tray', () => {
  test('tells how things stand, starts a backup, and tells when it is done', async ({ app }) => {
    const tray = async () => (await app.seen()).tray;
    await expect.poll(async () => (await tray()).image).toBe('bad');
    expect(await tray()).toMatchObject({ toolTip: 'shop: There is no backup that could be restored' });
    expect(labels((await tray()).menu)).toEqual([
      'shop: There is no backup that could be restored',
      'Open Strongroom',
      'Back up now',
      'Last backup: none yet',
      'Pause the schedule',
      'Quit Strongroom',
    ]);

    await app.act('closeWindow');
    await app.act('chooseFromTray', ['Back up now', 'shop']);
    expect(await newestOutcome(app.page)).toMatchObject({ kind: 'backup full', status: 'DONE' });
    await expect.poll(async () => labels((await tray()).menu)[3]).toMatch(/^Last backup: shop, today \d\d:\d\d$/);
    // One store, no proof and no PIN: restorable, but not as it should be.
    expect((await tray()).image).toBe('warning');
    const [, told] = (await app.seen()).notifications;
    expect(told).toMatchObject({ title: 'shop is backed up' });

    await app.act('clickNotification', 1);
    await expect(app.page).toHaveURL(/#\/backups\/[0-9A-Z]{26}$/);
    expect((await app.seen()).visible).toBe(true);
  });

  test('shows that something runs, and keeps the machine awake meanwhile', async ({ app, cluster, shop }) => {
    const gate = await heldBackup(app, cluster, shop);
    const { tray, blockers } = await app.seen();
    expect(tray).toMatchObject({ image: 'working', toolTip: 'Backup of shop is running' });
    expect(labels(tray.menu)).toContainEqual(expect.stringMatching(/^Backup of shop: /));
    expect(blockers).toHaveLength(1);
    await gate.open();
    await newestOutcome(app.page);
    await expect.poll(async () => (await app.seen()).blockers).toEqual([]);
    await expect.poll(async () => (await app.seen()).tray.image).not.toBe('working');
  });

  test('asks for a PIN in the window where one is needed', async ({ app }) => {
    await answerOf(app.page, 'access.addPerson', { name: 'Ada', role: 'owner', pin: '271828' });
    await answerOf(app.page, 'access.lock', {});
    await app.act('closeWindow');
    await app.act('chooseFromTray', ['Back up now', 'shop']);
    await expect.poll(async () => (await app.seen()).visible).toBe(true);
    expect(await runningJobs(app.page)).toEqual([]);
  });
});

test.describe('a notification', () => {
  test('tells within seconds that a job failed, and leads to it', async ({ app, cluster, shop }) => {
    await app.act('closeWindow');
    await cluster.dropDatabase(shop.name);
    await answerOf(app.page, 'backups.start', fromTray);
    await expect.poll(async () => (await app.seen()).notifications.length, { timeout: 10_000 }).toBe(2);
    const [, told] = (await app.seen()).notifications;
    expect(told).toMatchObject({ title: 'Backup of shop failed' });
    expect(told?.body).toMatch(/^[A-Z].+\. .+/);
    await app.act('clickNotification', 1);
    await expect(app.page).toHaveURL(/#\/backups\?source=shop$/);
    expect((await app.seen()).visible).toBe(true);
  });
});

test.describe('quitting while a job runs', () => {
  test('asks, and stays where the person wants that', async ({ app, cluster, shop }) => {
    const gate = await heldBackup(app, cluster, shop);
    await app.act('chooseFromTray', ['Quit Strongroom']);
    await expect
      .poll(async () => (await app.seen()).dialogs)
      .toMatchObject([
        { message: 'Backup of shop is running.', buttons: ['Finish, then quit', 'Cancel and quit', 'Stay'] },
      ]);
    expect((await app.seen()).dialogs[0]?.detail).toContain('Nothing is kept of this backup');
    await app.act('quit'); // a second time, while it is asked
    expect((await app.seen()).dialogs).toHaveLength(1);
    await app.act('answerDialog', 'Stay');
    expect(await runningJobs(app.page)).toHaveLength(1);
    await gate.open();
    expect(await newestOutcome(app.page)).toMatchObject({ status: 'DONE' });
    await quit(app);
  });

  test('finishes, then quits', async ({ app, cluster, shop, shopConsole }) => {
    const gate = await heldBackup(app, cluster, shop);
    await app.act('quit');
    await app.act('answerDialog', 'Finish, then quit');
    await expect.poll(async () => (await app.seen()).visible).toBe(false);
    await expect.poll(async () => (await app.seen()).tray.toolTip).toContain('quits when it is done');
    await gate.open();
    expect(await app.ended).toEqual({ status: 0, signal: null });
    expect((await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list')).backups).toMatchObject([
      { status: 'COMPLETED' },
    ]);
  });

  test('finishes and stays, when the window is wanted again meanwhile', async ({ app, cluster, shop }) => {
    const gate = await heldBackup(app, cluster, shop);
    await app.act('quit');
    await app.act('answerDialog', 'Finish, then quit');
    await expect.poll(async () => (await app.seen()).visible).toBe(false);
    await app.act('clickTray');
    await gate.open();
    expect(await newestOutcome(app.page)).toMatchObject({ status: 'DONE' });
    expect((await app.seen()).visible).toBe(true);
    await quit(app);
  });

  test('cancels and quits', async ({ app, cluster, shop, shopConsole }) => {
    const gate = await heldBackup(app, cluster, shop);
    await app.act('quit');
    await app.act('answerDialog', 'Cancel and quit');
    expect(await app.ended).toEqual({ status: 0, signal: null });
    await gate.open();
    const { backups } = await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list');
    expect(backups).toMatchObject([{ status: 'FAILED', failure: { code: 'CANCELLED' } }]);
  });

  test('asks nothing when the system ends the session', async ({ app, cluster, shop, shopConsole }) => {
    const gate = await heldBackup(app, cluster, shop);
    await app.act('power', 'shutdown').catch(() => undefined); // it may end before it can answer
    expect(await app.ended).toEqual({ status: 0, signal: null });
    await gate.open();
    expect((await strongroom(shopConsole.cli, 'list')).status).toBe(0);
  });
});

test.describe('with the system', () => {
  test('a window is locked with the screen', async ({ app }) => {
    await answerOf(app.page, 'access.addPerson', { name: 'Ada', role: 'owner', pin: '271828' });
    expect(await answerOf(app.page, 'access.state', {})).toMatchObject({ role: 'owner' });
    await app.act('power', 'lock-screen');
    expect(await ask(app.page, 'access.state', {})).toMatchObject({
      ok: true,
      value: { role: 'viewer', person: null },
    });
  });

  test('it starts at login, hidden, as long as somebody wants that', async ({ startApp, shopConsole, folder }) => {
    const app = await startApp({ home: shopConsole.home, env: { XDG_CONFIG_HOME: folder } });
    const entry = join(folder, 'autostart', 'strongroom.desktop');
    expect(existsSync(entry)).toBe(false);
    const preferences = { closeToTray: true, trayExplained: false };
    await answerOf(app.page, 'preferences.save', { startAtLogin: true, ...preferences });
    expect(readFileSync(entry, 'utf8')).toContain(`" "--home=${shopConsole.home}" "--hidden"\n`);
    await answerOf(app.page, 'preferences.save', { startAtLogin: false, ...preferences });
    expect(existsSync(entry)).toBe(false);
  });

  test('sleep, wake and the end stand in the log', async ({ app, shopConsole }) => {
    await app.act('power', 'suspend');
    await app.act('power', 'resume');
    await quit(app);
    const log = readFileSync(join(shopConsole.home, 'logs', 'desktop.log'), 'utf8');
    for (const sentence of ['goes to sleep', 'awake again', 'the app ends']) expect(log).toContain(sentence);
  });
});
