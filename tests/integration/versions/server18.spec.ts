import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import type { Cluster } from '../../support/cluster.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { backUpTwice, restoreInto } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';
import { need, startServer } from '../../support/versions.ts';
import { test as base } from '../restore/oddShop.ts';
import { comesBackWhole, mergesBack, tellsPolicies } from './roundTrip.ts';
import { protectsTenants } from './rowSecurity.ts';

comesBackWhole(18, { dumpedBy: 18, notes: [] });
tellsPolicies(18);
protectsTenants(18, 18);
mergesBack(18);

need(base, { servers: [14, 15] });
const test = base.extend<{ server14: Cluster; server15: Cluster }>({
  server14: async ({}, use) => {
    const server = await startServer(14);
    await use(server);
    await server.remove();
  },
  server15: async ({}, use) => {
    const server = await startServer(15);
    await use(server);
    await server.remove();
  },
});

test('a backup of a server 14 is restored into a server 18', async ({ server14, cluster, folder, target }) => {
  await server14.psql('postgres', 'CREATE DATABASE shop;');
  await server14.psql('shop', simpleShop);
  const shop = await backUpTwice(folder, server14, 'shop');
  expect(shop.manifest).toMatchObject({ server: { major: 14 }, tool: { major: 15 } });
  const on = ['--on', sourceUrl(cluster, 'postgres'), '--password-stdin'];
  const answer = await succeed<RestoreAnswer>(
    { ...shop.cli, stdin: cluster.password },
    ...restoreInto(shop, target, ...on),
  );
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(await tablesOf(cluster, target)).toEqual(await tablesOf(server14, 'shop'));
});

test('a backup of a server 18 is restored into a server 15, with a note', async ({ backedUp, cluster, server15 }) => {
  const on = ['--on', sourceUrl(server15, 'postgres'), '--password-stdin'];
  const answer = await succeed<RestoreAnswer>(
    { ...backedUp.cli, stdin: server15.password },
    ...restoreInto(backedUp, 'older', ...on),
  );
  expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  expect(answer.notes).toContainEqual(expect.stringMatching(/^pg_restore 17\.\d+ is newer than the server 15\./));
  expect(await tablesOf(server15, 'older')).toEqual(await tablesOf(cluster, backedUp.database));
});

const simpleShop = `CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE sales (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES customers, total numeric);
  INSERT INTO customers SELECT g, 'customer ' || g FROM generate_series(1, 50) g;
  INSERT INTO sales (customer, total) SELECT 1 + g % 50, g / 7.0 FROM generate_series(1, 2000) g;`;
