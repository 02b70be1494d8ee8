import { expect } from '@playwright/test';
import { homeAt } from '../../../main/console/home.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { scheduledJobs } from '../../../main/requests/scheduledJobs.ts';
import { addOneOff } from '../../../main/requests/schedules.ts';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import type { ScheduledKind } from '../../../shared/schedule.ts';
import { HandClock } from '../../support/openedWorkspace.ts';
import { succeed } from '../../support/strongroom.ts';
import { test } from '../../support/tenantShop.ts';

test('one tenant, several, and the configuration are backed up once at their moment, with what was said for them', async ({
  shopConsole,
  tenantReady: _ready,
}) => {
  await succeed(shopConsole.cli, 'tenants', 'shop');
  const workspace = await Workspace.open(homeAt(shopConsole.home));
  const { console, board } = workspace;
  const clock = new HandClock();
  const { tenants, configuration } = scheduledJobs;
  const scheduler = new Scheduler(workspace, { tenants, configuration }, clock);
  try {
    const plan = (kind: ScheduledKind, of: string[] | null, minutes: number) => {
      const at = new Date(clock.now() + minutes * 60_000).toISOString();
      const ask = { kind, source: 'shop', tenants: of, at, note: `in ${minutes} min`, pinned: true };
      return addOneOff(console, { ...ask, notify: 'failure' }, clock.now());
    };
    expect(() => plan('tenants', ['1', '99', '7a'], 1)).toThrow('shop had no tenant 99, 7a when it was last looked at');
    expect(() => plan('tenants', [], 1)).toThrow('no tenant was chosen');
    expect(() => plan('configuration', ['1'], 1)).toThrow('only a backup of tenants is about tenants');
    plan('tenants', ['2'], 1);
    plan('tenants', ['3', '5'], 2);
    plan('configuration', null, 3);
    clock.pass(240);
    await board.settled(false);

    const made = console.catalogue.list({ source: 'shop' }, { limit: 20 }).backups;
    expect(made.map(({ kind, tenant, note, pinned }) => [kind, tenant, note, pinned]).toSorted()).toEqual([
      ['CONFIGURATION', null, 'in 3 min', true],
      ['TENANT', '2', 'in 1 min', true],
      ['TENANT', '3', 'in 2 min', true],
      ['TENANT', '5', 'in 2 min', true],
    ]);
    // The test server keeps some of its configuration to itself, so that of it may have ended with notes.
    expect(console.schedules.oneOffs(9).filter(({ kind }) => kind === 'tenants')).toMatchObject([
      { outcome: 'DONE' },
      { outcome: 'DONE' },
    ]);
    clock.pass(240);
    await board.settled(false);
    expect(console.catalogue.list({ source: 'shop' }, { limit: 20 }).backups).toHaveLength(4);
  } finally {
    await scheduler.stop();
    await workspace.close();
  }
});
