import { expect } from '@playwright/test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert, AlertHistoryEntry, AlertNews } from '../../../shared/alert.ts';
import type { ListedAlerts } from '../../../shared/contract/alerts.ts';
import { openState } from '../../../main/state/openState.ts';
import { test as base, type ShopConsole } from '../../support/shopConsole.ts';
import { start, strongroom, succeed } from '../../support/strongroom.ts';

/** A second store on a disk that can be pulled out. */
interface Disk {
  unplug(): void;
  plugIn(): void;
}

const test = base.extend<{ disk: Disk }>({
  disk: async ({ folder, shopConsole }, use) => {
    const path = join(folder, 'usb');
    await succeed(shopConsole.cli, 'store', 'add', 'usb', '--kind', 'local', '--path', path);
    await use({ unplug: () => renameSync(path, `${path}.away`), plugIn: () => renameSync(`${path}.away`, path) });
  },
});

const check = async ({ cli }: ShopConsole) => (await succeed<ListedAlerts>(cli, 'alerts', 'check')).alerts;

/** What is to be told and nobody has taken yet. */
function untold({ home }: ShopConsole): AlertNews[] {
  const state = openState(join(home, 'strongroom.sqlite'), { check: false });
  const rows = state.prepare('SELECT news FROM alert_news ORDER BY id').pluck().all() as string[];
  state.close();
  return rows.map((row) => JSON.parse(row) as AlertNews);
}

test('a store that is unplugged and back is one alert, which evidence resolves', async ({ shopConsole, disk }) => {
  const { cli } = shopConsole;
  const ofStores = (alerts: Alert[]) => alerts.filter(({ about }) => about.store !== null);
  expect(ofStores(await check(shopConsole))).toEqual([]);

  disk.unplug();
  const [gone, ...others] = ofStores(await check(shopConsole));
  expect(gone).toMatchObject({
    type: 'STORE_UNREACHABLE',
    severity: 'ERROR',
    status: 'ACTIVE',
    about: { store: 'usb' },
  });
  expect(others).toEqual([]);

  // A backup that cannot be copied there is safe, and no second alert.
  expect((await strongroom(cli, 'backup', 'full', 'shop')).status).toBe(1);
  await succeed(cli, 'alerts', 'ack', gone!.id, '--note', 'Anna brings it back');
  expect(ofStores(await check(shopConsole))).toMatchObject([{ id: gone!.id, status: 'ACKNOWLEDGED' }]);

  disk.plugIn();
  await succeed(cli, 'replicate');
  expect(ofStores(await check(shopConsole))).toEqual([]);
  const { entries } = await succeed<{ entries: AlertHistoryEntry[] }>(cli, 'alerts', 'history', gone!.id);
  expect(entries.map(({ event }) => event)).toEqual(['opened', 'acknowledged', 'resolved']);
  expect(entries[1]).toMatchObject({ note: 'Anna brings it back' });
  expect(entries[2]).toMatchObject({ by: null, note: 'usb can be written and read again' });
});

test('a power cut between noting an alert and telling it loses nothing and doubles nothing', async ({
  shopConsole,
  disk,
}) => {
  await check(shopConsole);
  disk.unplug();
  const env = { STRONGROOM_CRASH_AT: 'alerts-noted' };
  expect((await start({ ...shopConsole.cli, env }, 'alerts', 'check').ended).signal).toBe('SIGKILL');
  const news = untold(shopConsole);
  expect(news).toMatchObject([{ event: 'opened', type: 'STORE_UNREACHABLE', about: { store: 'usb' } }]);
  const alerts = (await check(shopConsole)).filter(({ type }) => type === 'STORE_UNREACHABLE');
  expect(alerts).toMatchObject([{ id: news[0]!.alertId }]);
  expect(untold(shopConsole), 'handed over').toEqual([]);
  const { entries } = await succeed<{ entries: AlertHistoryEntry[] }>(
    shopConsole.cli,
    'alerts',
    'history',
    alerts[0]!.id,
  );
  expect(entries.map(({ event }) => event)).toEqual(['opened']);
});
