import { expect } from '@playwright/test';
import pg from 'pg';
import { ulid } from 'ulid';
import { restoreTools } from '../../../main/console/assemble.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { parseConnectionUrl } from '../../../main/postgres/connectionUrl.ts';
import { restoreFull } from '../../../main/restore/restoreFull.ts';
import { exchange, keptName } from '../../../main/restore/swap.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { Cluster } from '../../support/cluster.ts';
import { scratchDatabases, tablesOf } from '../../support/databasePicture.ts';
import { backUpTwice, lastRestore, restoreInto, test } from '../../support/restoredShop.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

/** Clients that connect, ask one thing and go, over and over, until they are told to stop. */
function storm(cluster: Cluster, database: string, clients: number) {
  const stop = new AbortController();
  const seen: { marked: boolean; customers: number }[] = [];
  const client = async () => {
    while (!stop.signal.aborted) {
      const connection = new pg.Client({ connectionString: cluster.url(database) });
      connection.on('error', () => undefined); // thrown out by the swap: the query fails, or the next connect
      try {
        await connection.connect();
        const { rows } = await connection.query<{ marked: boolean; customers: number }>(
          `SELECT to_regclass('live_marker') IS NOT NULL AS marked, (SELECT count(*)::int FROM shop.customers) AS customers`,
        );
        seen.push(rows[0]!);
      } catch (error) {
        // Closed for a moment, thrown out, or between the two names: anything else is a fault.
        const { code, message } = error as { code?: string; message: string };
        if (
          !['55000', '57P01', '3D000', 'ECONNRESET'].includes(code ?? '') &&
          !/terminated|not queryable/.test(message)
        )
          throw error;
      } finally {
        await connection.end().catch(() => undefined); // it may be gone already
      }
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  all.catch(() => undefined); // told by stop()
  return {
    seen,
    stop: async () => {
      stop.abort();
      await all;
    },
  };
}

test('a swap under a reconnect storm is atomic: each client sees the old database or the new one, whole; a rollback returns the old one', async ({
  backedUp,
  cluster,
  shop,
}) => {
  await shop.psql('CREATE TABLE live_marker (); DELETE FROM shop.payments; TRUNCATE shop.customers CASCADE;');
  const before = await tablesOf(cluster, shop.name);
  const customers = backedUp.manifest.tables.find(({ table }) => table === 'customers')!.rows;
  const clients = storm(cluster, shop.name, 6);
  const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, shop.name, '--swap'));
  const swappedAt = clients.seen.length;
  await expect.poll(() => clients.seen.length).toBeGreaterThan(swappedAt + 6);
  await clients.stop();

  expect(answer).toMatchObject({ status: 'COMPLETED', swapped: true, target: shop.name, heldAs: shop.name });
  const looks = new Set(clients.seen.map((look) => `${look.marked} ${look.customers}`));
  expect([...looks].toSorted()).toEqual([`false ${customers}`, 'true 0']);
  const firstNew = clients.seen.findIndex(({ marked }) => !marked);
  expect(clients.seen.slice(firstNew + 6).some(({ marked }) => marked)).toBe(false);
  expect(await tablesOf(cluster, shop.name)).toEqual(await tablesOf(cluster, backedUp.database));

  // The old one is kept, and closed, so that nobody writes into it by mistake.
  const kept = answer.replaced!;
  await expect(cluster.psql(kept, 'SELECT')).rejects.toThrow('not currently accepting connections');

  const again = storm(cluster, shop.name, 6);
  const undone = await succeed<RestoreAnswer>(backedUp.cli, 'rollback', answer.restoreId);
  await again.stop();
  expect(undone).toMatchObject({ status: 'ROLLED_BACK', swapped: false });
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  expect(new Set(again.seen.map((look) => `${look.marked} ${look.customers}`)).size).toBeLessThanOrEqual(2);

  const twice = await refused(backedUp.cli, 'rollback', answer.restoreId);
  expect(twice).toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE', status: 3 });
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  const [left] = await scratchDatabases(cluster);
  expect(undone.heldAs).toBe(left);
  expect(await tablesOf(cluster, left!)).toEqual(await tablesOf(cluster, backedUp.database));
  await cluster.dropDatabase(left!);
});

test('when the second rename fails, both names are unchanged and the live database takes connections', async ({
  cluster,
  database,
  shop,
}) => {
  const before = await tablesOf(cluster, shop.name);
  const client = new pg.Client({ connectionString: cluster.url('postgres') });
  await client.connect();
  const failing = Object.assign(Object.create(client) as pg.Client, {
    query: (sql: string, values?: unknown[]) =>
      client.query(sql.includes(`RENAME TO "${shop.name}"`) ? 'SELECT 1 / 0' : sql, values),
  });
  const swap = exchange(failing, { live: shop.name, fresh: database.name, kept: 'kept' }, () => undefined);
  await expect(swap).rejects.toMatchObject({
    code: 'SWAP_FAILED',
    message: expect.stringContaining('division by zero'),
  });
  await client.end();
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  expect(await database.psql('SELECT current_database()')).toBe(database.name);
});

test('when the name to keep the live database under is taken, nothing is swapped, now or at a later start', async ({
  backedUp,
  cluster,
  shop,
}) => {
  const before = await tablesOf(cluster, shop.name);
  const id = ulid();
  const obstacle = keptName(shop.name, id);
  await cluster.createDatabase(obstacle);
  const console = await openConsole(homeAt(backedUp.home), { owner: true });
  const { signal } = new AbortController();
  const server = { ...parseConnectionUrl(shop.url), database: 'postgres' };
  const request = { id, backupId: backedUp.backup.id, server, password: cluster.password, into: shop.name };
  const tools = await restoreTools(console);
  const restored = console.run({ kind: 'restore full', subject: '', signal }, (job) =>
    restoreFull({ ...request, swap: true, store: null, toolsDir: null }, tools, job),
  );
  await expect(restored).rejects.toMatchObject({ code: 'SWAP_FAILED' });
  console.close();
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  const [kept] = await scratchDatabases(cluster);
  expect(await tablesOf(cluster, kept!)).toEqual(await tablesOf(cluster, backedUp.database));

  await succeed(backedUp.cli, 'replicate');
  const last = await lastRestore(backedUp.cli);
  expect(last).toMatchObject({ restoreId: id, status: 'COMPLETED', swapped: false, replaced: null });
  expect(await refused(backedUp.cli, 'rollback', id)).toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' });
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
  for (const name of [obstacle, kept!]) await cluster.dropDatabase(name);
});

test('a restored database that differs from the manifest is kept aside and never swapped in', async ({
  cluster,
  folder,
  shop,
}) => {
  // It changes its own rows when it is restored.
  await shop.psql(`CREATE TABLE ledger AS SELECT 'as it was' AS entry;
    CREATE FUNCTION forge() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN
      IF current_database() ~ '^strongroom' THEN UPDATE public.ledger SET entry = 'forged'; END IF; RETURN 'done'; END $f$;
    CREATE MATERIALIZED VIEW forged AS SELECT public.forge();`);
  const own = await backUpTwice(folder, cluster, shop.name);
  const run = await strongroom(own.cli, ...restoreInto(own, shop.name, '--swap'));
  const answer = run.json as RestoreAnswer;
  expect({ exit: run.status, ...answer }).toMatchObject({
    exit: 6,
    status: 'MISMATCH',
    swapped: false,
    replaced: null,
  });
  expect(answer.verification?.tables.filter(({ match }) => !match)).toEqual([
    { name: 'public.ledger', expectedRows: 1, rows: 1, match: false },
  ]);
  expect(await shop.psql('SELECT entry FROM ledger')).toBe('as it was');
  const [kept] = await scratchDatabases(cluster);
  expect(answer.heldAs).toBe(kept);
  expect(answer.notes).toEqual([`the live database was not replaced; the restored one is kept as ${kept}`]);
  expect(await refused(own.cli, 'rollback', answer.restoreId)).toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' });
  await cluster.dropDatabase(kept!);
});

test('a swap for a database that is not there just gives the restored one its name', async ({
  backedUp,
  cluster,
  target,
}) => {
  const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target, '--swap'));
  expect(answer).toMatchObject({ status: 'COMPLETED', swapped: false, replaced: null });
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, backedUp.database));
  expect(await refused(backedUp.cli, 'rollback', answer.restoreId)).toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
    status: 3,
  });
});

test('a rollback of a restore that nobody knows is refused', async ({ backedUp }) => {
  const failure = await refused(backedUp.cli, 'rollback', '01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect(failure).toMatchObject({ code: 'RESTORE_NOT_FOUND', status: 4 });
});

test('a rollback whose kept database is gone is refused, and the live one stays', async ({
  backedUp,
  cluster,
  shop,
}) => {
  const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, shop.name, '--swap'));
  await cluster.dropDatabase(answer.replaced!);
  const failure = await refused(backedUp.cli, 'rollback', answer.restoreId);
  expect(failure).toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE', status: 3 });
  expect(await tablesOf(cluster, shop.name)).toEqual(await tablesOf(cluster, backedUp.database));
});
