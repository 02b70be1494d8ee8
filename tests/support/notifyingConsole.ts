import { join } from 'node:path';
import { ulid } from 'ulid';
import { openConsole } from '../../main/console.ts';
import type { Console } from '../../main/console/console.ts';
import { Deliveries } from '../../main/console/deliveries.ts';
import { homeAt } from '../../main/console/home.ts';
import { tellNews } from '../../main/console/notices.ts';
import { setUp } from '../../main/requests/setUp.ts';
import type { AlertNews } from '../../shared/alert.ts';
import { HttpReceiver } from './receivers.ts';
import { test as base } from './fixtures.ts';

/** A console with a clock that a test sets, and what it delivers. */
export class NotifyingConsole {
  now = new Date('2026-11-23T12:00:00.000Z');
  readonly console: Console;
  private readonly deliveries: Deliveries;

  constructor(console: Console) {
    this.console = console;
    this.deliveries = new Deliveries(console, {
      now: () => this.now,
      chance: () => 0,
      patience: { connectMs: 1000, totalMs: 1500 },
    });
  }

  tell(...pieces: AlertNews[]): void {
    tellNews(this.console, pieces, this.now);
  }

  /** Everything that can be delivered at this moment. */
  deliver(): Promise<void> {
    return this.deliveries.settled();
  }

  /** Lets time pass as the console does it: it looks every now and then. */
  async pass(minutes: number, everyMinutes = 1): Promise<void> {
    for (let passed = 0; passed < minutes; passed += everyMinutes) {
      this.now = new Date(this.now.getTime() + everyMinutes * 60_000);
      await this.deliver();
    }
  }

  /** The weekly sign of life is looked for as well. */
  async look(): Promise<void> {
    this.deliveries.look();
    await this.deliver();
  }
}

/** A piece of news as the alerts hand it over. */
export function news(more: Partial<AlertNews> = {}): AlertNews {
  return {
    id: ulid(),
    alertId: ulid(),
    event: 'opened',
    severity: 'ERROR',
    type: 'BACKUP_FAILURE',
    message: 'the backup of shop failed',
    hint: 'Look at the job.',
    about: { source: 'shop', tenant: null, store: null, backupId: null, restoreId: null, jobId: null },
    link: '/alerts/1',
    at: '2026-11-23T12:00:00.000Z',
    ...more,
  };
}

/** A console that nobody else works with, and a service that it can call. */
export const test = base.extend<{ desk: NotifyingConsole; service: HttpReceiver }>({
  desk: async ({ folder }, use) => {
    const home = homeAt(join(folder, 'home'));
    await setUp(home, {});
    const console = await openConsole(home, { owner: true });
    await use(new NotifyingConsole(console));
    console.close();
  },
  service: async ({}, use) => {
    const service = await new HttpReceiver().start();
    await use(service);
    await service.stop();
  },
});
