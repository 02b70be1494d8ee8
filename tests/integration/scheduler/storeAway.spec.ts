import { expect } from '@playwright/test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { homeAt } from '../../../main/console/home.ts';
import { evaluateAlerts, lookAround } from '../../../main/console/watch.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { Lookout } from '../../../main/health/lookAround.ts';
import { scheduledJobs } from '../../../main/requests/scheduledJobs.ts';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import type { ScheduledKind } from '../../../shared/schedule.ts';
import { HandClock } from '../../support/openedWorkspace.ts';
import { addStoreTo } from '../../support/readyHome.ts';
import { test } from '../../support/shopConsole.ts';

for (const [kind, what, alert] of [
  ['full', 'A full backup whose only store', 'BACKUP_FAILURE'],
  ['cleanup', 'A clean-up of which one store', 'CLEANUP_FAILURE'],
] as const)
  test(`${what} was away is made when it is back, once, and ends its alert`, async ({ shopConsole, folder }) => {
    const clock = new HandClock();
    clock.jump((Date.now() - clock.now()) / 1000);
    if (kind === 'cleanup') await addStoreTo(shopConsole.home, 'usb', { kind: 'local', path: join(folder, 'usb') });
    const away = kind === 'full' ? shopConsole.store : join(folder, 'usb');
    const workspace = await Workspace.open(homeAt(shopConsole.home));
    const { console, board } = workspace;
    const scheduler = new Scheduler(workspace, { [kind]: scheduledJobs[kind as ScheduledKind] }, clock);
    try {
      const lookout = new Lookout(60_000, () => clock.now());
      const later = async (minutes: number) => {
        clock.jump((minutes - 1) * 60);
        clock.pass(60);
        await board.settled(false);
        await lookAround(console, new AbortController().signal, lookout);
        evaluateAlerts(console, [], clock.now());
        return console.jobLog.list(9).map(({ status }) => status);
      };
      const alerts = () =>
        console.alerts
          .list({ open: true }, 9)
          .map(({ type }) => type)
          .filter((type) => type === alert || type === 'STORE_UNREACHABLE');
      const schedule = console.schedules.all().find((one) => one.kind === kind)!;
      const due = new Date(clock.now() + 10 * 60_000);
      console.schedules.change({
        ...schedule,
        cron: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
        zone: 'UTC',
        enabled: true,
        countsFrom: new Date(clock.now()).toISOString(),
      });

      renameSync(away, `${away}.away`);
      expect(await later(15)).toEqual(['FAILED']);
      expect(await later(120), 'it is still away').toEqual(['FAILED']);
      expect(alerts(), 'one alert, of which the other is a part').toEqual(['STORE_UNREACHABLE']);
      renameSync(`${away}.away`, away);
      await later(5);
      expect(alerts()).toEqual([alert]);
      expect(await later(5)).toEqual(['DONE', 'FAILED']);
      expect(alerts()).toEqual([]);
      expect(await later(600)).toEqual(['DONE', 'FAILED']);
      expect(console.schedules.runs(schedule.id, 9).map(({ outcome }) => outcome)).toEqual(['DONE', 'FAILED']);
    } finally {
      await scheduler.stop();
      await workspace.close();
    }
  });
