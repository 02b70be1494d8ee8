import { expect, type Page } from '@playwright/test';
import type { Ask, RequestName } from '../../shared/contract/contract.ts';
import type { Envelope } from '../../shared/contract/envelope.ts';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import { holdDumpBack, type Gate } from '../integration/backup/backups.ts';
import type { Cluster } from './cluster.ts';
import { openDesktopBrowser, type DesktopApp, type DesktopBrowser, type DesktopOrder } from './desktopHost.ts';
import { test as base } from './shopConsole.ts';

interface Fixtures {
  /** Starts the desktop app on a state folder; what still runs after the test is ended. */
  startApp: (order: DesktopOrder) => Promise<DesktopApp>;
  /** The app on a state folder that has the source `shop` and the store `local`. */
  app: DesktopApp;
}

/** Playwright's `test` with the desktop app. */
export const test = base.extend<Fixtures, { desktopBrowser: DesktopBrowser }>({
  desktopBrowser: [
    async ({}, use) => {
      const browser = await openDesktopBrowser();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  startApp: async ({ desktopBrowser }, use) => {
    const started: DesktopApp[] = [];
    await use(async (order) => {
      const app = await desktopBrowser.start(order);
      started.push(app);
      return app;
    });
    for (const app of started) await app.kill();
  },
  app: async ({ startApp, shopConsole }, use) => use(await startApp({ home: shopConsole.home })),
});

/** Asks the console as the page does, over the bridge. */
export function ask<Name extends RequestName>(page: Page, name: Name, what: Ask<Name>): Promise<Envelope> {
  return page.evaluate(
    ([asked, of]) =>
      (
        globalThis as unknown as { strongroom: { request(name: string, ask: unknown): Promise<Envelope> } }
      ).strongroom.request(asked, of),
    [name, what] as const,
  );
}

/** What the console answers to a request that has to succeed. */
export async function answerOf<Answer>(page: Page, name: RequestName, what: Ask<RequestName>): Promise<Answer> {
  const answered = await ask(page, name, what);
  expect(answered, name).toMatchObject({ ok: true });
  return (answered as { value: Answer }).value;
}

/** Ends the app as a person does from the tray, and waits for its end. */
export async function quit(app: DesktopApp): Promise<void> {
  await app.act('chooseFromTray', ['Quit Strongroom']).catch(() => undefined); // it may end before it can answer
  expect(await app.ended).toEqual({ status: 0, signal: null });
}

/** The jobs that run. */
export async function runningJobs(page: Page): Promise<RunningJob[]> {
  return (await answerOf<{ jobs: RunningJob[] }>(page, 'jobs.running', {})).jobs;
}

/** Starts a backup of the shop and holds it still in the middle of its dump. */
export async function heldBackup(app: DesktopApp, cluster: Cluster, shop: { name: string }): Promise<Gate> {
  const gate = await holdDumpBack(cluster, shop.name);
  await answerOf(app.page, 'backups.start', { source: 'shop', note: null, pinned: false, notify: 'failure' });
  await gate.reached();
  return gate;
}

/** Waits until nothing runs any more, and tells how the newest job ended. */
export async function newestOutcome(page: Page): Promise<{ kind: string; status: string }> {
  await expect.poll(() => runningJobs(page), { timeout: 60_000 }).toEqual([]);
  const { jobs } = await answerOf<{ jobs: { kind: string; status: string }[] }>(page, 'jobs.recent', { limit: 1 });
  return jobs[0]!;
}
