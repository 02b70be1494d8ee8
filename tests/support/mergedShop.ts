import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../main/requests/backups.ts';
import type { MergeAnswer } from '../../main/requests/merges.ts';
import type { PlanAnswer } from '../../main/cli/mergeWords.ts';
import { addSourceTo } from './readyHome.ts';
import { localConsole, test as base, type Shop, type ShopConsole } from './shopConsole.ts';
import { shopTenants } from './shopTenants.ts';
import { refused, succeed } from './strongroom.ts';

/** A state folder whose source knows its tenants, and a backup of the shop as it is at the start of the test. */
export interface MergeableShop extends ShopConsole {
  shop: Shop;
  backup: BackupAnswer;
}

export const test = base.extend<{ mergeable: MergeableShop }>({
  mergeable: async ({ folder, cluster, shop }, use) => {
    const made = await localConsole(folder);
    await addSourceTo(made.home, { name: 'shop', url: shop.url, password: cluster.password, tenants: shopTenants });
    const backup = await succeed<BackupAnswer>(made.cli, 'backup', 'full', 'shop');
    await use({ ...made, shop, backup });
  },
});

/** What befalls tenant 2: rows of every kind are changed, lost and added. */
export const garbled = `
  SET session_replication_role = replica;
  UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = 2;
  DELETE FROM shop.sale_items WHERE sale_id IN (SELECT id FROM shop.sales WHERE tenant_id = 2);
  DELETE FROM shop.payments WHERE tenant_id = 2;
  DELETE FROM shop.sales WHERE tenant_id = 2 AND id / 12 % 2 = 0;
  UPDATE shop.products SET price = price + 1 WHERE tenant_id = 2;
  INSERT INTO shop.customers (tenant_id, full_name, email) VALUES (2, 'Somebody', 'some@body.example');`;

/** The arguments of a merge of this backup into the shop. */
export function mergeInto({ backup, shop }: MergeableShop, ...more: string[]): string[] {
  return ['restore', backup.id, '--mode', 'merge', '--into', shop.name, ...more];
}

export function plan(mergeable: MergeableShop, ...more: string[]): Promise<PlanAnswer> {
  return succeed<PlanAnswer>(mergeable.cli, ...mergeInto(mergeable, '--plan', ...more));
}

export function merge(mergeable: MergeableShop, ...more: string[]): Promise<MergeAnswer> {
  return succeed<MergeAnswer>(mergeable.cli, ...mergeInto(mergeable, ...more));
}

/** The merge is refused with these blockers, as the plan has said, and every row is as it was. */
export async function expectBlocked(
  mergeable: MergeableShop,
  blockers: Record<string, unknown>[],
  ...policy: string[]
): ReturnType<typeof refused> {
  const before = await rowsByTenant(mergeable.shop);
  expect((await plan(mergeable, ...policy)).blockers).toMatchObject(blockers);
  const failure = await refused(mergeable.cli, ...mergeInto(mergeable, ...policy));
  expect(failure).toMatchObject({ code: 'MERGE_BLOCKED', status: 3, details: { blockers } });
  expect(failure.message).toContain(String(blockers[0]?.table));
  expect(await rowsByTenant(mergeable.shop)).toEqual(before);
  return failure;
}

/** The conditions by which rows of the shop belong to a tenant, written down by hand. */
const ownedBy: Record<string, string> = {
  tenants: 'id',
  customers: 'tenant_id',
  products: 'tenant_id',
  inventory: 'tenant_id',
  sales: 'tenant_id',
  sale_items: '(SELECT s.tenant_id FROM shop.sales s WHERE s.id = t.sale_id)',
  payments: 'tenant_id',
  audit_log: 'tenant_id',
  events: 'tenant_id',
};

/** A line for every table and tenant with count and hash of the rows, and one for every other table. */
export async function rowsByTenant({ psql }: Shop): Promise<string[]> {
  const parts = Object.entries(ownedBy).map(
    ([table, owner]) =>
      `SELECT format('%s %s: %s %s', '${table}', ${owner}, count(*), sum(hashtextextended(t::text, 0)::numeric)) AS line FROM shop.${table} t GROUP BY ${owner}`,
  );
  parts.push(
    `SELECT format('metal_prices shared: %s %s', count(*), sum(hashtextextended(t::text, 0)::numeric)) FROM shop.metal_prices t`,
  );
  const lines = await psql(
    `SET extra_float_digits = 3; SELECT line FROM (${parts.join(' UNION ALL ')}) all_of_them ORDER BY line;`,
  );
  return lines.split('\n').filter((line) => line.includes(':'));
}

/** The lines of a tenant, and those of everybody else. */
export function splitByTenant(lines: readonly string[], tenant: string): { own: string[]; others: string[] } {
  const isOwn = (line: string) => line.split(':')[0]?.endsWith(` ${tenant}`) ?? false;
  return { own: lines.filter(isOwn), others: lines.filter((line) => !isOwn(line)) };
}

/** What the plan says it would do is what the merge has done. */
export function expectAsPlanned({ tables, ...planned }: PlanAnswer, merged: MergeAnswer): void {
  expect(planned).toMatchObject({ restoreId: null, status: 'PLANNED', outsideUnchanged: true });
  expect(tables).toMatchObject(merged.tables);
  expect(merged.tables).toEqual(
    tables.map(({ name, policy, insert, differ, extra, same, conflicts }) => ({
      name,
      inserted: insert,
      updated: policy === 'skip' ? 0 : differ,
      deleted: policy === 'mirror' ? extra : 0,
      same,
      conflicts,
    })),
  );
}
