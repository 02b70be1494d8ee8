import { expect } from '@playwright/test';
import type { PlanAnswer } from '../../../main/cli/mergeWords.ts';
import type { MergeAnswer } from '../../../main/requests/merges.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { TenantsAnswer } from '../../../main/requests/tenants.ts';
import { expectAsPlanned, rowsByTenant, splitByTenant } from '../../support/mergedShop.ts';
import { refused, succeed } from '../../support/strongroom.ts';
import { test } from '../../support/tenantShop.ts';

test("a tenant's backup is planned, rehearsed, merged for its tenant, which need not be named again, and undone", async ({
  shopConsole: { cli },
  shop,
  tenantReady: _ready,
}) => {
  const backedUp = splitByTenant(await rowsByTenant(shop), '2');
  const { backups } = await succeed<TenantsAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', '2', '3');
  const { id } = backups.find(({ tenant }) => tenant === '2')!;
  await shop.psql(
    `SET session_replication_role = replica;
     UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id IN (2, 3);
     DELETE FROM shop.events WHERE tenant_id = 2;
     INSERT INTO shop.sales (tenant_id, status, sold_at, total) VALUES (2, 'open', now(), 1), (3, 'open', now(), 1);`,
  );
  const before = splitByTenant(await rowsByTenant(shop), '2');
  const merge = ['restore', id, '--mode', 'merge', '--into', shop.name, '--policy', 'mirror'];
  expect(await refused(cli, ...merge, '--tenant', '3')).toMatchObject({ code: 'USAGE' });
  const planned = await succeed<PlanAnswer>(cli, ...merge, '--plan');
  expect(planned).toMatchObject({ tenant: '2', blockers: [] });
  const rehearsed = await succeed<MergeAnswer>(cli, ...merge, '--rehearse');
  expectAsPlanned(planned, rehearsed);
  expect(rehearsed.status).toBe('REHEARSED');
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual(before);
  const merged = await succeed<MergeAnswer>(cli, ...merge);
  expectAsPlanned(planned, merged);
  expect(merged).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true, merge: { tenant: '2' } });
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual({ own: backedUp.own, others: before.others });
  await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual(before);
});
