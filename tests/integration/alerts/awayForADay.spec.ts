import { expect } from '@playwright/test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Backup } from '../../../shared/backup.ts';
import { openConsole } from '../../../main/console.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { evaluateAlerts, lookAround } from '../../../main/console/watch.ts';
import { Lookout } from '../../../main/health/lookAround.ts';
import { actOnAlerts } from '../../../main/requests/alerts.ts';
import { backupFull, namedBackup } from '../../../main/requests/backups.ts';
import { addChannel } from '../../../main/requests/channels.ts';
import { scheduledJobs } from '../../../main/requests/scheduledJobs.ts';
import { startFaultyProxy } from '../../support/faultyProxy.ts';
import { NotifyingConsole } from '../../support/notifyingConsole.ts';
import { testS3 } from '../../support/radosgw.ts';
import { HttpReceiver } from '../../support/receivers.ts';
import { addS3Store, test, type ShopConsole } from '../../support/shopConsole.ts';
import { addStoreTo } from '../../support/readyHome.ts';
import { newBucket } from '../backup/backups.ts';

/** The second store, beside the first local one. */
interface Away {
  leave(): void;
  comeBack(): void;
  close(): Promise<void>;
}

const places: Record<string, (made: ShopConsole, folder: string) => Promise<Away>> = {
  'a disk that is unplugged': async ({ home }, folder) => {
    const path = join(folder, 'second');
    await addStoreTo(home, 'second', { kind: 'local', path });
    const leave = () => renameSync(path, `${path}.away`);
    return { leave, comeBack: () => renameSync(`${path}.away`, path), close: () => Promise.resolve() };
  },
  'an S3 server that is down': async ({ cli }) => {
    const proxy = await startFaultyProxy(testS3().endpoint);
    await addS3Store(cli, 'second', { bucket: await newBucket(), endpoint: proxy.endpoint });
    return {
      leave: () => (proxy.faultFor = () => ({ kind: 'status', status: 503, code: 'ServiceUnavailable' })),
      comeBack: () => (proxy.faultFor = () => undefined),
      close: () => proxy.close(),
    };
  },
};

/** A console whose clock a test sets, looked after as by the health check. */
class Day {
  readonly desk: NotifyingConsole;
  private readonly lookout: Lookout;

  constructor(console: Console) {
    this.desk = new NotifyingConsole(console);
    this.desk.now = new Date();
    this.lookout = new Lookout(60_000, () => this.desk.now.getTime());
  }

  /** The next look is so many minutes later. */
  async later(minutes: number): Promise<void> {
    const { desk } = this;
    desk.now = new Date(desk.now.getTime() + minutes * 60_000);
    await lookAround(desk.console, new AbortController().signal, this.lookout);
    evaluateAlerts(desk.console, [], desk.now.getTime());
    await desk.deliver();
  }
}

for (const [name, place] of Object.entries(places))
  test(`${name} for a day is one alert, told once; backups go on, and what it missed is copied when it is back`, async ({
    shopConsole,
    folder,
  }) => {
    const away = await place(shopConsole, folder);
    const service = await new HttpReceiver().start();
    const console = await openConsole(homeAt(shopConsole.home), { owner: true });
    try {
      await addChannel(console, { kind: 'webhook', name: 'hook', url: service.url('/'), signed: false, key: '' });
      const told = () =>
        service.received
          .map(({ body }) => JSON.parse(body) as { event: string; alert: { type: string; about: { store: string } } })
          .filter(({ alert }) => alert.about.store !== null)
          .map(({ event, alert }) => `${event} ${alert.type} ${alert.about.store}`);
      const openAlerts = () => console.alerts.list({ open: true }, 100).filter(({ about }) => about.store !== null);
      const { signal } = new AbortController();
      const backUp = () => backupFull(console, { source: 'shop', note: null, pinned: false }, { signal });
      const replicate = scheduledJobs.replicate!;
      const day = new Day(console);
      await day.later(5);
      expect(openAlerts()).toEqual([]);

      away.leave();
      await day.later(5);
      await day.later(5);
      expect(openAlerts()).toMatchObject([{ type: 'STORE_UNREACHABLE', about: { store: 'second' } }]);
      actOnAlerts(console, [openAlerts()[0]!.id], 'acknowledge', { by: 'Anna', note: 'it comes back tomorrow' });
      const missed: Backup[] = [];
      for (const hours of [12, 11]) {
        missed.push(await backUp());
        await day.later(hours * 60);
        expect(openAlerts()).toMatchObject([{ type: 'STORE_UNREACHABLE', status: 'ACKNOWLEDGED' }]);
        expect(replicate.isWanted!(console), 'nobody copies to a store that is away').toBe(false);
      }
      for (const { copies } of missed)
        expect(copies).toMatchObject([
          { store: 'local', state: 'STORED' },
          { store: 'second', state: 'FAILED' },
        ]);
      expect(told()).toEqual(['opened STORE_UNREACHABLE second']);

      away.comeBack();
      await day.later(5);
      expect(openAlerts(), 'also not for the copies that it lacks, which are about to be made').toEqual([]);
      expect(replicate.isWanted!(console)).toBe(true);
      await replicate.run(console, { source: null, tenants: null, note: null, pinned: false }, { signal });
      for (const { id } of missed)
        expect(namedBackup(console, id).copies).toMatchObject([{ state: 'STORED' }, { state: 'STORED' }]);
      expect(replicate.isWanted!(console)).toBe(false);
      await day.later(60);
      expect(told()).toEqual(['opened STORE_UNREACHABLE second', 'resolved STORE_UNREACHABLE second']);
    } finally {
      console.close();
      await service.stop();
      await away.close();
    }
  });
