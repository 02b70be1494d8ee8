import { expect } from '@playwright/test';
import type { MergeAnswer } from '../../../main/requests/merges.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { startCluster } from '../../support/cluster.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { expectAsPlanned, garbled, mergeInto, rowsByTenant, splitByTenant, test } from '../../support/mergedShop.ts';
import type { PlanAnswer } from '../../../main/cli/mergeWords.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';

test('a backup of one server is merged into a database of another one, and undone there', async ({
  mergeable,
  cluster,
}) => {
  const { shop, cli, backup } = mergeable;
  const other = await startCluster();
  const there = {
    name: shop.name,
    url: sourceUrl(other, shop.name),
    psql: (sql: string) => other.psql(shop.name, sql),
  };
  const on = ['--on', sourceUrl(other, 'postgres'), '--password-stdin'];
  const asked = { ...cli, stdin: other.password };
  await succeed(asked, 'restore', backup.id, '--mode', 'full', '--into', there.name, ...on);
  const here = await rowsByTenant(shop);
  const backedUp = splitByTenant(await rowsByTenant(there), '2');
  await there.psql(garbled);
  const before = splitByTenant(await rowsByTenant(there), '2');
  expect(before.own).not.toEqual(backedUp.own);

  const merge = mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror', ...on);
  const planned = await succeed<PlanAnswer>(asked, ...merge, '--plan');
  const merged = await succeed<MergeAnswer>(asked, ...merge);
  expect(merged).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true });
  expectAsPlanned(planned, merged);
  expect(splitByTenant(await rowsByTenant(there), '2')).toEqual({ own: backedUp.own, others: before.others });
  expect(await rowsByTenant(shop)).toEqual(here);
  expect([...(await scratchDatabases(cluster)), ...(await scratchDatabases(other))]).toEqual([]);

  await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
  expect(splitByTenant(await rowsByTenant(there), '2')).toEqual(before);
  await other.remove();
});
