import { expect } from '@playwright/test';
import type { Check } from '../../../main/health/check.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { pictureOf, propertiesOf } from '../../support/databasePicture.ts';
import {
  expectAsPlanned,
  garbled,
  merge,
  plan,
  rowsByTenant,
  splitByTenant,
  test as mergeTest,
} from '../../support/mergedShop.ts';
import { restoreInto } from '../../support/restoredShop.ts';
import { succeed } from '../../support/strongroom.ts';
import { need } from '../../support/versions.ts';
import { expectOfEveryTable, expectVerdict, inTransaction, policies } from '../postgres/policyCases.ts';
import { oddName, test } from '../restore/oddShop.ts';

/** Tests for a whole file whose server is of this major, on a machine with client programs 15, 17 and 18. */
export function comesBackWhole(major: number, expected: { dumpedBy: number; notes: unknown[] }): void {
  need(test, { servers: [major], clients: [17, 18] });
  test.use({ serverMajor: major });

  test(`server ${major}: a shop comes back whole by programs ${expected.dumpedBy}`, async ({
    backedUp,
    cluster,
    target,
  }) => {
    expect(backedUp.manifest).toMatchObject({ server: { major }, tool: { major: expected.dumpedBy } });
    const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target));
    expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true }, notes: expected.notes });
    expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, backedUp.database));
  });

  test(`server ${major}: a database with every oddity comes back whole`, async ({ odd, cluster, target }) => {
    const answer = await succeed<RestoreAnswer>(odd.cli, ...restoreInto(odd, target));
    expect(answer).toMatchObject({ status: 'COMPLETED', verification: { ok: true }, notes: expected.notes });
    expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, oddName));
    expect(await propertiesOf(cluster, target)).toEqual(await propertiesOf(cluster, oddName));
  });

  test(`server ${major}: the doctor says which programs dump it and why`, async ({ backedUp }) => {
    const { checks } = await succeed<{ checks: Check[] }>(backedUp.cli, 'doctor');
    const ofSource = checks.filter(({ id }) => id.startsWith('source:shop'));
    const own = expected.dumpedBy === major;
    expect(ofSource[0]).toMatchObject({
      id: 'source:shop',
      severity: major < 17 && expected.dumpedBy >= 17 ? 'warn' : 'ok',
      message: expect.stringContaining(own ? 'being of the same major version' : `there is none of its own, ${major}`),
    });
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^tools:17\./), expect.stringMatching(/^tools:18\./)]),
    );
  });
}

/** The same for a merge, which speaks to the server itself. */
export function mergesBack(major: number): void {
  need(mergeTest, { servers: [major], clients: [17, 18] });
  mergeTest.use({ serverMajor: major });

  mergeTest(
    `server ${major}: a tenant is merged back as planned, the others stay, and it is undone`,
    async ({ mergeable }) => {
      const { shop, cli } = mergeable;
      const backedUp = splitByTenant(await rowsByTenant(shop), '2');
      await shop.psql(garbled);
      const before = splitByTenant(await rowsByTenant(shop), '2');
      const mirror = ['--tenant', '2', '--policy', 'mirror'];
      const planned = await plan(mergeable, ...mirror);
      const merged = await merge(mergeable, ...mirror);
      expectAsPlanned(planned, merged);
      expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual({ own: backedUp.own, others: before.others });
      await succeed<RestoreAnswer>(cli, 'rollback', merged.restoreId);
      expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual(before);
    },
  );
}

/** And for what the server's own plans tell of row-level security, in whose words each major has its own ways. */
export function tellsPolicies(major: number): void {
  need(test, { servers: [major], clients: [17, 18] });
  test.use({ serverMajor: major });

  test(`server ${major}: its plans tell of each policy whether the rows of a tenant need counting`, async ({
    shop,
    cluster,
  }) => {
    await inTransaction(cluster, shop.name, expectOfEveryTable);
    for (const policy of policies) await inTransaction(cluster, shop.name, (client) => expectVerdict(client, policy));
  });
}

/** What a restore says whose programs are newer than the server, as they have to be. */
export const newerThanServer = expect.stringMatching(
  /^pg_restore 1[78]\.\d+ is newer than the server 1[456]\.\d+: its transaction_timeout setting was refused there, which is harmless$/,
);
