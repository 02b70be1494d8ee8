import { expect } from '@playwright/test';
import type { MergeAnswer } from '../../../main/requests/merges.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { mergeInto, rowsByTenant, splitByTenant, test as base, type MergeableShop } from '../../support/mergedShop.ts';
import { refused, succeed } from '../../support/strongroom.ts';

/** A role that is no superuser, and the arguments of a merge as this role. */
interface Restorer {
  arguments: string[];
  stdin: string;
  psql(sql: string): Promise<string>;
}

const test = base.extend<{ restorer: Restorer }>({
  restorer: async ({ cluster, mergeable }, use) => {
    const psql = (sql: string) => cluster.psql(mergeable.shop.name, sql);
    await psql(
      `CREATE ROLE restorer LOGIN CREATEDB BYPASSRLS PASSWORD 'of the restorer';
       GRANT pg_read_all_data, pg_write_all_data TO restorer; GRANT TEMP ON DATABASE ${mergeable.shop.name} TO restorer;`,
    );
    const url = `postgresql://restorer@${cluster.host}:${cluster.port}/postgres`;
    await use({ arguments: ['--on', url, '--password-stdin'], stdin: 'of the restorer', psql });
    await psql('DROP OWNED BY restorer; DROP ROLE restorer;');
  },
});

const garbled = `
  SET session_replication_role = replica;
  UPDATE shop.customers SET notes = 'garbled' WHERE tenant_id = 2;
  DELETE FROM shop.sale_items WHERE sale_id IN (SELECT id FROM shop.sales WHERE tenant_id = 2);
  DELETE FROM shop.payments WHERE tenant_id = 2;
  DELETE FROM shop.sales WHERE tenant_id = 2 AND id / 12 % 2 = 0;
  UPDATE shop.products SET price = price + 1 WHERE tenant_id = 2;
  INSERT INTO shop.customers (tenant_id, full_name, email) VALUES (2, 'Somebody', 'some@body.example');`;

async function mergeAndUndo(mergeable: MergeableShop, { arguments: as, stdin }: Restorer): Promise<void> {
  const { shop, cli } = mergeable;
  const backedUp = splitByTenant(await rowsByTenant(shop), '2');
  await shop.psql(garbled);
  const before = splitByTenant(await rowsByTenant(shop), '2');
  const args = mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror', ...as);
  const merged = await succeed<MergeAnswer>({ ...cli, stdin }, ...args);
  expect(merged).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true });
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual({ own: backedUp.own, others: before.others });
  await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
  expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual(before);
}

test('a role that may set session_replication_role merges without being a superuser', async ({
  mergeable,
  restorer,
}) => {
  await restorer.psql('GRANT SET ON PARAMETER session_replication_role TO restorer');
  await mergeAndUndo(mergeable, restorer);
});

test('a role that may not merges in the order of the foreign keys, with the triggers of its tables off meanwhile', async ({
  mergeable,
  restorer,
}) => {
  const triggers = `SELECT string_agg(format('%s %s', tgname, tgenabled), ', ' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal`;
  await restorer.psql('GRANT shop_owner TO restorer');
  const before = await restorer.psql(triggers);
  await mergeAndUndo(mergeable, restorer);
  expect(await restorer.psql(triggers)).toBe(before);
});

test('a role that can turn off neither triggers nor foreign keys is refused, naming the triggers', async ({
  mergeable,
  restorer,
}) => {
  const { shop, cli } = mergeable;
  await shop.psql(garbled);
  const before = await rowsByTenant(shop);
  const args = mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror', ...restorer.arguments);
  const failure = await refused({ ...cli, stdin: restorer.stdin }, ...args);
  expect(failure).toMatchObject({
    code: 'MERGE_BLOCKED',
    details: { blockers: [{ kind: 'TRIGGER_FIRES', table: 'shop.products' }, { table: 'shop.sales' }] },
  });
  expect(failure.message).toContain('products_touch');
  expect(await rowsByTenant(shop)).toEqual(before);
});
