import { once } from 'node:events';
import { expect } from '@playwright/test';
import { holdDumpBack } from '../integration/backup/backups.ts';
import { answerOf, ask, heldBackup, newestOutcome, quit, runningJobs, test } from '../support/desktopApp.ts';
import { halfMade } from '../support/shopConsole.ts';
import { start } from '../support/strongroom.ts';

test.describe('the window', () => {
  test('shows the console over the bridge, and tells what it runs on', async ({ app }) => {
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await ask(app.page, 'console.state', {})).toMatchObject({
      ok: true,
      value: { phase: 'ready', host: 'desktop', versions: { Node: process.versions.node } },
    });
    expect(await app.seen()).toMatchObject({ visible: true, network: [] });
    await quit(app);
  });

  test('goes to the tray when it is closed, says so once, and comes back', async ({ app, startApp, shopConsole }) => {
    await app.act('closeWindow');
    expect(await app.seen()).toMatchObject({
      visible: false,
      notifications: [{ title: 'Strongroom goes on in the tray' }],
    });
    await app.act('clickTray');
    expect((await app.seen()).visible).toBe(true);
    await app.act('closeWindow');
    expect((await app.seen()).notifications).toHaveLength(1);
    await quit(app);

    const again = await startApp({ home: shopConsole.home });
    await again.act('closeWindow');
    expect((await again.seen()).notifications, 'after a restart it is still known').toEqual([]);
    await again.act('chooseFromTray', ['Open Strongroom']);
    expect((await again.seen()).visible).toBe(true);
  });

  test('ends the app when it is closed, where a person prefers that', async ({ app }) => {
    await answerOf(app.page, 'preferences.save', { startAtLogin: false, closeToTray: false, trayExplained: false });
    await app.act('closeWindow');
    expect(await app.ended).toEqual({ status: 0, signal: null });
  });

  test('ends the app when it is closed on a machine where nothing is set up', async ({ startApp, folder }) => {
    const app = await startApp({ home: `${folder}/fresh` });
    await app.act('closeWindow');
    expect(await app.ended).toEqual({ status: 0, signal: null });
  });

  test('opens where it was left', async ({ app, startApp, shopConsole }) => {
    const bounds = { x: 120, y: 80, width: 1100, height: 700 };
    await app.act('moveWindow', bounds);
    await quit(app);
    const again = await startApp({ home: shopConsole.home });
    expect(await again.act('bounds')).toEqual({ ...bounds, maximised: false });
  });

  test('stays away when the system starts the app at login', async ({ startApp, shopConsole }) => {
    const app = await startApp({ home: shopConsole.home, args: ['--hidden'] });
    await expect.poll(async () => (await app.seen()).tray.toolTip).toContain('shop');
    expect((await app.seen()).visible).toBe(false);
  });

  test('is loaded again when its page fails, and no job is lost', async ({ app, cluster, shop }) => {
    const gate = await heldBackup(app, cluster, shop);
    // The page is gone before it could answer.
    void app.page.goto('chrome://crash').catch(() => undefined);
    await expect(async () => {
      await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    }).toPass({ timeout: 20_000 });
    expect(await runningJobs(app.page)).toMatchObject([{ kind: 'backup full', subject: 'shop' }]);
    await gate.open();
    expect(await newestOutcome(app.page)).toMatchObject({ kind: 'backup full', status: 'DONE' });
  });
});

test.describe('starting the app again', () => {
  test('shows the one that runs, and the second one ends', async ({ app, desktopBrowser, shopConsole }) => {
    await app.act('closeWindow');
    const [status] = (await once(desktopBrowser.startSecond({ home: shopConsole.home }), 'exit')) as [number];
    expect(status).toBe(0);
    await expect.poll(async () => (await app.seen()).visible).toBe(true);
    expect(app.pages()).toHaveLength(1);
  });

  test('says so while something else works with the state folder', async ({ startApp, shopConsole, cluster, shop }) => {
    const gate = await holdDumpBack(cluster, shop.name);
    const backup = start(shopConsole.cli, 'backup', 'full', 'shop');
    await gate.reached();
    await expect(startApp({ home: shopConsole.home })).rejects.toThrow(/Another Strongroom is working/);
    await gate.open();
    expect((await backup.ended).status).toBe(0);
  });

  test('after a power cut in the middle of a job brings it to an end, and keeps everything else', async ({
    app,
    startApp,
    shopConsole,
    cluster,
    shop,
  }) => {
    await answerOf(app.page, 'preferences.save', { startAtLogin: false, closeToTray: true, trayExplained: true });
    const gate = await heldBackup(app, cluster, shop);
    await app.kill();
    await gate.open();

    const again = await startApp({ home: shopConsole.home });
    expect(await newestOutcome(again.page)).toMatchObject({ kind: 'backup full', status: 'INTERRUPTED' });
    expect(await answerOf(again.page, 'preferences.show', {})).toMatchObject({ trayExplained: true });
    expect(halfMade(shopConsole)).toEqual([]);
    await answerOf(again.page, 'backups.start', { source: 'shop', note: null, pinned: false, notify: 'failure' });
    expect(await newestOutcome(again.page)).toMatchObject({ kind: 'backup full', status: 'DONE' });
  });
});
