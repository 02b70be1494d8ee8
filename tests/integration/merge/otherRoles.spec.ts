import { expect } from '@playwright/test';
import type { MergeAnswer } from '../../../main/requests/merges.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import { preflightTenants } from '../../../main/requests/tenants.ts';
import {
  garbled,
  mergeInto,
  rowsByTenant,
  splitByTenant,
  test as base,
  type MergeableShop,
} from '../../support/mergedShop.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

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

test('a role made by the SQL that is offered merges by the login for restores, where nobody else may make a temporary table', async ({
  mergeable,
}) => {
  const { shop, cli, home } = mergeable;
  const console = await openConsole(homeAt(home), { owner: false });
  const { roleSql } = await preflightTenants(console, 'shop');
  console.close();
  await shop.psql(`REVOKE TEMPORARY ON DATABASE ${shop.name} FROM PUBLIC; ${roleSql.restore}`);
  try {
    const password = { ...cli, stdin: 'change-me' };
    await succeed(password, 'source', 'password', 'shop', '--for', 'restore', '--password-stdin');
    const findings = async () => ((await strongroom(cli, 'source', 'test', 'shop')).json as SourceAnswer).findings;
    expect((await findings()).filter(({ mode }) => mode === 'restore')).toEqual([]);
    await mergeAndUndo(mergeable, { arguments: [], stdin: '', psql: shop.psql });
    await shop.psql(`REVOKE TEMPORARY ON DATABASE ${shop.name} FROM strongroom_restore;`);
    const failure = await refused(cli, ...mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror'));
    expect(failure.code).toBe('PRIVILEGE_MISSING');
    expect(await findings()).toContainEqual(
      expect.objectContaining({ mode: 'restore', severity: 'block', reason: expect.stringContaining('TEMPORARY') }),
    );
  } finally {
    await shop.psql('DROP OWNED BY strongroom_restore; DROP ROLE strongroom_restore;');
  }
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

/** Two tables that refer to each other, of tenants 1 and 2, and a backup of them with what the shop has. */
async function withCircle(mergeable: MergeableShop, restorer: Restorer, deferrable: string): Promise<MergeableShop> {
  await mergeable.shop.psql(
    `CREATE TABLE shop.shelves (id int PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES shop.tenants, best int);
     CREATE TABLE shop.books (id int PRIMARY KEY, shelf int NOT NULL REFERENCES shop.shelves ON DELETE CASCADE, title text);
     ALTER TABLE shop.shelves ADD CONSTRAINT shelves_best FOREIGN KEY (best) REFERENCES shop.books ${deferrable};
     ALTER TABLE shop.shelves OWNER TO shop_owner; ALTER TABLE shop.books OWNER TO shop_owner;
     INSERT INTO shop.shelves SELECT n, 1 + n % 2 FROM generate_series(1, 6) n;
     INSERT INTO shop.books SELECT n, 1 + n % 6, 'book ' || n FROM generate_series(1, 30) n;
     UPDATE shop.shelves s SET best = (SELECT min(id) FROM shop.books WHERE shelf = s.id);`,
  );
  await restorer.psql('GRANT shop_owner TO restorer');
  const backup = await succeed<MergeableShop['backup']>(mergeable.cli, 'backup', 'full', 'shop');
  return { ...mergeable, backup };
}

const books = `SELECT string_agg(b::text || s::text, ' ' ORDER BY b.id) FROM shop.books b JOIN shop.shelves s ON s.id = b.shelf`;

test('a circle of foreign keys that can be deferred is merged, and a row that was moved is not lost with its new parent', async ({
  mergeable,
  restorer,
}) => {
  const circle = await withCircle(mergeable, restorer, 'DEFERRABLE');
  const { shop, cli } = circle;
  const backedUp = await shop.psql(books);
  await shop.psql(
    `INSERT INTO shop.shelves VALUES (100, 2); UPDATE shop.books SET shelf = 100 WHERE shelf IN (1, 3);
     UPDATE shop.shelves SET best = NULL WHERE id IN (1, 3); DELETE FROM shop.shelves WHERE id = 1;`,
  );
  const before = await shop.psql(books);
  const args = mergeInto(circle, '--tenant', '2', '--policy', 'mirror', ...restorer.arguments);
  const merged = await succeed<MergeAnswer>({ ...cli, stdin: restorer.stdin }, ...args);
  expect(await shop.psql(books)).toBe(backedUp);
  await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
  expect(await shop.psql(books)).toBe(before);
});

test('a circle of foreign keys that cannot be deferred is refused, naming its tables and keys', async ({
  mergeable,
  restorer,
}) => {
  const circle = await withCircle(mergeable, restorer, '');
  const { shop, cli } = circle;
  await shop.psql('DELETE FROM shop.books WHERE id > 20');
  const before = await shop.psql(books);
  const args = mergeInto(circle, '--tenant', '2', '--policy', 'mirror', ...restorer.arguments);
  const failure = await refused({ ...cli, stdin: restorer.stdin }, ...args);
  expect(failure).toMatchObject({ code: 'MERGE_BLOCKED', status: 3 });
  expect(failure.details.blockers).toMatchObject([
    { kind: 'KEYS_NOT_DEFERRABLE', table: 'shop.books' },
    { kind: 'KEYS_NOT_DEFERRABLE', table: 'shop.shelves', sentence: expect.stringContaining('shelves_best') },
  ]);
  expect(await shop.psql(books)).toBe(before);
});

test('rules act as little as triggers do, and one that acts always is refused by its name', async ({
  mergeable,
  restorer,
}) => {
  const { shop, cli } = mergeable;
  await restorer.psql('GRANT shop_owner TO restorer');
  await shop.psql(garbled);
  await shop.psql('CREATE RULE forget AS ON UPDATE TO shop.customers DO INSTEAD NOTHING');
  const args = mergeInto(mergeable, '--tenant', '2', '--policy', 'mirror');
  const merged = await succeed<MergeAnswer>({ ...cli, stdin: restorer.stdin }, ...args, ...restorer.arguments);
  expect(merged.tables.find(({ name }) => name === 'shop.customers')?.updated).toBeGreaterThan(0);
  expect(await shop.psql(`SELECT count(*) FROM shop.customers WHERE notes = 'garbled'`)).toBe('0');
  expect(await shop.psql(`SELECT ev_enabled FROM pg_rewrite WHERE rulename = 'forget'`)).toBe('O');
  await shop.psql('ALTER TABLE shop.customers ENABLE ALWAYS RULE forget');
  const failure = await refused(cli, ...args);
  expect(failure).toMatchObject({
    code: 'MERGE_BLOCKED',
    details: {
      blockers: [{ kind: 'TRIGGER_FIRES', table: 'shop.customers', sentence: expect.stringMatching(/forget$/) }],
    },
  });
});
