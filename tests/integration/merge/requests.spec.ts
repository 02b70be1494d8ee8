import { expect } from '@playwright/test';
import { homeAt } from '../../../main/console/home.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { systemClock } from '../../../main/jobs/clock.ts';
import { AskingWindow } from '../../support/asking.ts';
import { rowsByTenant, test } from '../../support/mergedShop.ts';

test('a window plans a merge, is shown the plan, starts it and undoes it', async ({ mergeable }) => {
  const { shop, backup, home } = mergeable;
  await shop.psql(`UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = 2`);
  const before = await rowsByTenant(shop);
  const workspace = await Workspace.open(homeAt(home));
  try {
    const window = new AskingWindow(workspace, systemClock);
    const wish = {
      backupId: backup.id,
      into: shop.name,
      on: null,
      password: null,
      store: null,
      tenant: '2',
      policy: 'mirror' as const,
      tablePolicies: {},
    };
    const { planId } = await window.ask('merge.plan', wish);
    await workspace.board.settled(false);
    const { plan } = await window.ask('merge.planned', { planId });
    expect(plan?.blockers).toEqual([]);
    const customers = plan?.tables.find(({ name }) => name === 'shop.customers');
    expect(customers?.samples[0]?.columns).toMatchObject([{ name: 'notes', live: 'garbled' }]);
    expect((await window.ask('restores.list', { limit: 10 })).restores).toEqual([]);

    const start = { ...wish, rehearse: false };
    expect(await window.outcome('merge.start', { ...start, typedName: 'another' })).toBe('REQUEST_REFUSED');
    const { restoreId } = await window.ask('merge.start', { ...start, typedName: shop.name });
    await workspace.board.settled(false);
    const shown = await window.ask('restores.show', { id: restoreId });
    expect(shown).toMatchObject({ status: 'COMPLETED', mode: 'MERGE', merge: { tenant: '2', outsideUnchanged: true } });
    expect(shown.merge?.tables.find(({ name }) => name === 'shop.customers')?.updated).toBe(customers?.differ);
    expect(await rowsByTenant(shop)).not.toEqual(before);

    await window.ask('restores.rollback', { id: restoreId });
    await workspace.board.settled(false);
    expect(await window.ask('restores.show', { id: restoreId })).toMatchObject({ status: 'ROLLED_BACK' });
    expect(await rowsByTenant(shop)).toEqual(before);
  } finally {
    await workspace.close();
  }
});
