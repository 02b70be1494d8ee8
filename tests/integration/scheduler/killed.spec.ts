import { expect } from '@playwright/test';
import { chmodSync, readdirSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { AlertType } from '../../../shared/alert.ts';
import type { Backup } from '../../../shared/backup.ts';
import type { ListedAlerts } from '../../../shared/contract/alerts.ts';
import type { ScheduleList } from '../../../shared/contract/schedules.ts';
import type { CrashPoint } from '../../../shared/job.ts';
import { defaultRules, type ScheduledKind } from '../../../shared/schedule.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { HttpReceiver } from '../../support/receivers.ts';
import { startServe } from '../../support/serveHost.ts';
import { changeSchedules, filesBelow, halfMade, type ShopConsole } from '../../support/shopConsole.ts';
import { start, succeed } from '../../support/strongroom.ts';
import { giveModel, test as base } from '../../support/tenantShop.ts';

interface Surroundings {
  shopConsole: ShopConsole;
  folder: string;
  tenantLogin: string;
}

interface Case {
  kind: ScheduledKind;
  logged: string;
  point: CrashPoint;
  alert: AlertType;
  /** What has to be there for the job to come as far as that. */
  before?: (surroundings: Surroundings) => Promise<void>;
}

const cases: Case[] = [
  { kind: 'full', logged: 'backup full', point: 'data-committed', alert: 'BACKUP_FAILURE' },
  {
    kind: 'tenants',
    logged: 'backup tenants',
    point: 'dump-sealed',
    alert: 'BACKUP_FAILURE',
    before: async ({ shopConsole: { cli }, tenantLogin }) => {
      await giveModel(cli, tenantLogin);
      await succeed(cli, 'source', 'tenants', 'shop', '--confirm-shared', 'shop.metal_prices');
    },
  },
  { kind: 'configuration', logged: 'backup config', point: 'data-committed', alert: 'BACKUP_FAILURE' },
  { kind: 'integrity', logged: 'integrity', point: 'mend-replaced', alert: 'JOB_FAILURE', before: damageOneCopy },
  {
    kind: 'replicate',
    logged: 'replicate',
    point: 'upload-data-done',
    alert: 'JOB_FAILURE',
    before: async ({ shopConsole: { cli }, folder }) => {
      await succeed(cli, 'backup', 'full', 'shop');
      await succeed(cli, 'store', 'add', 'usb', '--kind', 'local', '--path', join(folder, 'usb'));
    },
  },
  {
    kind: 'test-restore',
    logged: 'test restore',
    point: 'restore-loaded',
    alert: 'DRILL_FAILURE',
    before: async ({ shopConsole: { cli } }) => void (await succeed(cli, 'backup', 'full', 'shop')),
  },
  {
    kind: 'cleanup',
    logged: 'cleanup',
    point: 'expire-manifest-gone',
    alert: 'CLEANUP_FAILURE',
    before: async ({ shopConsole: { cli, home } }) => {
      const old = await succeed<Backup>(cli, 'backup', 'full', 'shop');
      await succeed(cli, 'backup', 'full', 'shop');
      changeSchedules(home, `UPDATE backups SET created_at = '2020-01-01T00:00:00.000Z' WHERE id = '${old.id}'`);
    },
  },
];

/** A backup in two stores, of which one copy is cut short. */
async function damageOneCopy({ shopConsole: { cli }, folder }: Surroundings): Promise<void> {
  const usb = join(folder, 'usb');
  await succeed(cli, 'store', 'add', 'usb', '--kind', 'local', '--path', usb);
  await succeed(cli, 'backup', 'full', 'shop');
  const data = filesBelow(usb).find((file) => file.startsWith('b/'))!;
  chmodSync(join(usb, data), 0o600);
  truncateSync(join(usb, data), 10);
}

/** Nothing else is due, and it was once, two hours ago. */
const dueOnce = (kind: ScheduledKind) => `
  UPDATE schedules SET enabled = 0;
  UPDATE schedules SET enabled = 1, zone = 'UTC', cron = CAST(strftime('%M', 'now', '-2 hours') AS INT) || ' ' ||
      CAST(strftime('%H', 'now', '-2 hours') AS INT) || ' * * *',
    counts_from = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day') WHERE kind = '${kind}'`;

const test = base.extend<{ service: HttpReceiver }>({
  service: async ({}, use) => {
    const service = await new HttpReceiver().start();
    await use(service);
    await service.stop();
  },
});

for (const { kind, logged, point, alert, before } of cases)
  test(`a ${kind} run that is killed at ${point} is told as cut off, is not made again, and leaves nothing half-made`, async ({
    shopConsole,
    cluster,
    folder,
    tenantLogin,
    service,
  }) => {
    const { cli, home } = shopConsole;
    await before?.({ shopConsole, folder, tenantLogin });
    const hook = ['notify', 'add', 'hook', '--kind', 'webhook', '--secret-stdin'];
    await succeed({ ...cli, stdin: service.url('/hook') }, ...hook);
    changeSchedules(home, dueOnce(kind));
    const killed = await start({ ...cli, env: { STRONGROOM_CRASH_AT: point } }, 'serve', '--port', '0').ended;
    expect(killed.signal).toBe('SIGKILL');

    const serve = await startServe(cli, '--port', '0');
    const told = () =>
      service.received
        .map(({ body }) => JSON.parse(body) as { event: string; message: string; alert: { type: string } })
        .filter((message) => message.alert.type === alert)
        .map(({ event }) => event);
    await expect.poll(told).toEqual(['opened']);
    const { schedules } = await succeed<ScheduleList>(cli, 'schedule', 'list');
    expect(schedules.find((one) => one.kind === kind)?.last).toMatchObject({ outcome: 'INTERRUPTED' });
    expect((await serve.end('SIGTERM')).status).toBe(0);
    expect(runsOf(home, kind, logged), 'one run, one job, for one moment').toEqual({ runs: 1, jobs: ['INTERRUPTED'] });
    // A deletion that was begun is ended by the next clean-up.
    if (kind !== 'cleanup') expect(halfMade(shopConsole)).toEqual([]);
    expect(await scratchDatabases(cluster)).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('strongroom-drill-'))).toEqual([]);

    expect(await succeed(cli, 'run', kind, ...aboutOf(kind))).toMatchObject({ status: 'DONE' });
    expect(halfMade(shopConsole)).toEqual([]);
    const { alerts } = await succeed<ListedAlerts>(cli, 'alerts', 'list', '--type', alert);
    expect(alerts, 'over by evidence').toEqual([]);
    expect(told()).toEqual(['opened', 'resolved']);
  });

const aboutOf = (kind: ScheduledKind) => (defaultRules[kind].about === 'console' ? [] : ['shop']);

function runsOf(home: string, kind: ScheduledKind, logged: string): { runs: number; jobs: string[] } {
  const state = new Database(join(home, 'strongroom.sqlite'), { readonly: true });
  const runs = state
    .prepare('SELECT count(*) FROM scheduled_runs JOIN schedules ON id = schedule_id WHERE kind = ?')
    .pluck()
    .get(kind) as number;
  const jobs = state.prepare('SELECT status FROM jobs WHERE kind = ?').pluck().all(logged) as string[];
  state.close();
  return { runs, jobs };
}
