import { expect } from '@playwright/test';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import { scheduledKinds, type ScheduledKind } from '../../../shared/schedule.ts';
import { test } from '../../support/openedWorkspace.ts';

/** The clock begins on Monday, 4 May 2026, at 03:00. */
const moments: Record<ScheduledKind, [string, string]> = {
  full: ['2026-05-05T02:00:00.000Z', '2026-05-06T02:00:00.000Z'],
  tenants: ['2026-05-10T03:00:00.000Z', '2026-05-17T03:00:00.000Z'],
  configuration: ['2026-05-04T04:00:00.000Z', '2026-05-05T04:00:00.000Z'],
  cleanup: ['2026-05-04T05:00:00.000Z', '2026-05-05T05:00:00.000Z'],
  integrity: ['2026-05-04T04:00:00.000Z', '2026-05-04T05:00:00.000Z'],
  replicate: ['2026-05-04T03:20:00.000Z', '2026-05-04T04:20:00.000Z'],
  'test-restore': ['2026-06-01T03:00:00.000Z', '2026-07-01T03:00:00.000Z'],
  health: ['2026-05-04T03:05:00.000Z', '2026-05-04T03:10:00.000Z'],
};

const tenants = {
  table: 'shop.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.current_tenant',
  contextSql: null,
  user: 'shop_tenant',
  sharedTables: [],
  owners: {},
};

for (const kind of scheduledKinds)
  test(`${kind} runs at its usual moments, and at no other`, async ({ workspace, clock }) => {
    const { console, board } = workspace;
    const connection = { host: 'h', port: 5432, user: 'u', database: 'd', sslmode: 'disable' } as const;
    console.settings.addSource({ name: 'shop', connection, toolsDir: null, tenants });
    const began: string[] = [];
    const run = async () => void began.push(new Date(clock.now()).toISOString());
    const job = { logged: kind, light: kind === 'health', run };
    const first = new Scheduler(workspace, { [kind]: job }, clock);
    await first.stop();
    const [schedule] = console.schedules.all();
    console.schedules.change({ ...schedule!, zone: 'UTC', countsFrom: new Date(clock.now()).toISOString() });

    const scheduler = new Scheduler(workspace, { [kind]: job }, clock);
    for (const [index, moment] of moments[kind].entries()) {
      clock.jump((Date.parse(moment) - clock.now()) / 1000 - 10);
      clock.pass(5);
      await board.settled(false);
      expect(began, `not before ${moment}`).toHaveLength(index);
      clock.pass(20);
      await board.settled(false);
      expect(began, `at ${moment}`).toHaveLength(index + 1);
      const newest = () => console.schedules.runs(schedule!.id, 1);
      await expect.poll(newest).toMatchObject([{ nominal: moment, missed: 0, outcome: 'DONE' }]);
    }
    await scheduler.stop();
  });
