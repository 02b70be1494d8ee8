import { expect } from '@playwright/test';
import { existsSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { manifestKey } from '../../../shared/repositoryFormat.ts';
import type { IntegrityReport, ReadForecast } from '../../../shared/integrity.ts';
import type { showBackup } from '../../../main/requests/backups.ts';
import { backUpTwice, flipBit, objectPath, test, whileDamaged, type BackedUpShop } from '../../support/restoredShop.ts';
import { filesBelow, halfMade } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

async function check({ cli }: BackedUpShop, env: Record<string, string> = {}) {
  const run = await strongroom({ ...cli, env }, 'integrity');
  return { exit: run.status, signal: run.signal, report: run.json as IntegrityReport };
}

const shown = ({ cli, backup }: BackedUpShop) => succeed<ReturnType<typeof showBackup>>(cli, 'show', backup.id);

async function states(shop: BackedUpShop): Promise<Record<string, string>> {
  const { copies } = await shown(shop);
  return Object.fromEntries(copies.map(({ store, state }) => [store, state]));
}

/**
 * As if every copy had just been read, those of this backup first, so that a check finds only what the listing tells, and
 * this one is the next to be read. Other tests of the worker may have left more.
 */
async function readAll({ cli, backup }: BackedUpShop): Promise<void> {
  await succeed(cli, 'verify', backup.id);
  const { backups } = await succeed<{ backups: { id: string; status: string }[] }>(cli, 'list');
  for (const { id, status } of backups)
    if (id !== backup.id && ['COMPLETED', 'VERIFIED'].includes(status)) await succeed(cli, 'verify', id);
}

// What other tests have damaged and put back is good again.
test.beforeAll(({ backedUp }) => readAll(backedUp));

test('a check looks for every copy, reads those that are due, and every store gets its turn', async ({
  cluster,
  folder,
  shopTemplate,
}) => {
  const backedUp = await backUpTwice(folder, cluster, shopTemplate);
  const { exit, report } = await check(backedUp);
  expect(exit).toBe(0);
  expect(report).toMatchObject({
    ok: true,
    listed: [
      { store: 'local', copies: 1, failure: null },
      { store: 'nas', copies: 1, failure: null },
    ],
    damage: [],
    unread: [],
  });
  expect(report.read.map(({ store, ok }) => [store, ok]).toSorted()).toEqual([
    ['local', true],
    ['nas', true],
  ]);
  // Nothing is due any more, so an hour later only the sample is read: a store at a time, in turn.
  const turns: string[] = [];
  for (let hour = 0; hour < 4; hour++) turns.push(...(await check(backedUp)).report.read.map(({ store }) => store));
  expect(turns).toEqual([turns[0], turns[1], turns[0], turns[1]]);
  expect(new Set(turns)).toEqual(new Set(['local', 'nas']));
  expect(await shown(backedUp)).toMatchObject({ status: 'VERIFIED' });
});

for (const place of ['local', 'nas'] as const) {
  test(`a flipped bit in ${place} is made good from the other store, and the whole story is told`, async ({
    backedUp,
  }) => {
    const [root, other] = place === 'local' ? [backedUp.store, 'nas'] : [backedUp.nas, 'local'];
    const path = objectPath(backedUp, root, 'data');
    const whole = readFileSync(path);
    await readAll(backedUp);
    await whileDamaged([path], flipBit, async () => {
      // The listing does not see it; within two checks it is the turn of this store.
      const checks = [await check(backedUp)];
      if (checks[0]!.report.damage.length === 0) checks.push(await check(backedUp));
      expect(checks.at(-1)!.exit).toBe(0);
      const turns = JSON.stringify(checks.map(({ report }) => [report.read, report.unread]));
      expect(checks.at(-1)!.report.damage, turns).toMatchObject([
        { backupId: backedUp.backup.id, store: place, code: 'COPY_DAMAGED', mendedFrom: [other], leftBecause: null },
      ]);
      expect(readFileSync(path).equals(whole)).toBe(true);
    });
    const { verifications } = await shown(backedUp);
    expect(verifications.slice(0, 2)).toMatchObject([
      { store: place, ok: true, reason: `made again from ${other}` },
      { store: place, ok: false, reason: expect.stringMatching(/SHA-256/) },
    ]);
    expect(await states(backedUp)).toEqual({ local: 'STORED', nas: 'STORED' });
    expect(halfMade(backedUp)).toEqual([]);
  });
}

const faults: { name: string; damage: (path: string) => void; path: (shop: BackedUpShop) => string; code: string }[] = [
  {
    name: 'a file cut short',
    damage: (path) => truncateSync(path, 100),
    path: (shop) => objectPath(shop, shop.nas, 'data'),
    code: 'COPY_DAMAGED',
  },
  {
    name: 'a file that is gone',
    damage: (path) => rmSync(path),
    path: (shop) => objectPath(shop, shop.nas, 'globals'),
    code: 'OBJECT_MISSING',
  },
  {
    name: 'a manifest that is gone',
    damage: (path) => rmSync(path),
    path: (shop) => join(shop.nas, manifestKey(shop.backup.id)),
    code: 'OBJECT_MISSING',
  },
];

for (const { name, damage, path, code } of faults)
  test(`${name} is seen in the listing, without its turn having come, and made good`, async ({ backedUp }) => {
    await readAll(backedUp);
    const file = path(backedUp);
    const whole = readFileSync(file);
    await whileDamaged([file], damage, async () => {
      const { exit, report } = await check(backedUp);
      expect(exit).toBe(0);
      expect(report.damage).toMatchObject([{ store: 'nas', code, mendedFrom: ['local'] }]);
      expect(readFileSync(file).equals(whole)).toBe(true);
      expect(await states(backedUp)).toEqual({ local: 'STORED', nas: 'STORED' });
    });
  });

test('a store that is away is not damage, and the others are looked at', async ({ backedUp, folder }) => {
  await readAll(backedUp);
  const away = join(folder, 'away');
  renameSync(backedUp.nas, away);
  const { exit, report } = await check(backedUp);
  renameSync(away, backedUp.nas);
  expect(exit).toBe(0);
  expect(report).toMatchObject({
    ok: true,
    listed: [{ failure: null }, { store: 'nas', failure: expect.any(String) }],
  });
  expect(report.read.map(({ store }) => store)).toEqual(['local']);
  expect(await states(backedUp)).toEqual({ local: 'STORED', nas: 'STORED' });
});

test('damage in every store is INTEGRITY_FAILURE, and nothing is replaced', async ({ backedUp }) => {
  await readAll(backedUp);
  const paths = [objectPath(backedUp, backedUp.store, 'data'), objectPath(backedUp, backedUp.nas, 'data')];
  await whileDamaged(paths, flipBit, async () => {
    const damaged = paths.map((path) => readFileSync(path));
    const { exit, report } = await check(backedUp);
    expect(exit).toBe(6);
    expect(report.ok).toBe(false);
    expect(report.damage[0]).toMatchObject({ code: 'COPY_DAMAGED', mendedFrom: [], leftBecause: expect.any(String) });
    expect(paths.map((path, at) => readFileSync(path).equals(damaged[at]!))).toEqual([true, true]);
    await check(backedUp); // the one that is found bad when the other asks for it is told as well
    expect(await states(backedUp)).toEqual({ local: 'DAMAGED', nas: 'DAMAGED' });
    expect(await shown(backedUp)).toMatchObject({ status: 'COMPLETED', verifiedAt: null });
  });
  // The files are whole again: the next check finds it out by itself.
  expect(await check(backedUp)).toMatchObject({ exit: 0, report: { ok: true } });
  expect(await states(backedUp)).toEqual({ local: 'STORED', nas: 'STORED' });
});

for (const point of ['integrity-listed', 'integrity-read', 'mend-proven', 'mend-replaced', 'mend-read-back'])
  test(`a power cut at ${point} leaves nothing half-made, and the next check goes on`, async ({ backedUp }) => {
    const path = objectPath(backedUp, backedUp.nas, 'data');
    const whole = readFileSync(path);
    await whileDamaged(
      [path],
      (file) => truncateSync(file, 100),
      async () => {
        expect(await check(backedUp, { STRONGROOM_CRASH_AT: point })).toMatchObject({ signal: 'SIGKILL' });
        expect(await states(backedUp)).toMatchObject({ local: 'STORED', nas: 'DAMAGED' });
        expect(await check(backedUp)).toMatchObject({ exit: 0, report: { ok: true } });
        expect(readFileSync(path).equals(whole)).toBe(true);
        expect(await states(backedUp)).toEqual({ local: 'STORED', nas: 'STORED' });
      },
    );
    expect(halfMade(backedUp)).toEqual([]);
    expect(filesBelow(join(backedUp.nas, 'spool'))).toEqual([]);
  });

test('a plan tells how soon all is read, and when the limits of a store do not suffice', async ({
  backedUp,
  folder,
}) => {
  interface Plan {
    ok: boolean;
    stores: ReadForecast[];
  }
  await succeed(backedUp.cli, 'integrity', 'limit', 'nas', '--days', '20', '--per-month', '1K');
  const plan = await succeed<Plan>(backedUp.cli, 'integrity', 'plan');
  expect(plan).toMatchObject({
    ok: false,
    stores: [
      { store: 'local', suffices: true, limits: { days: 7 } },
      { store: 'nas', suffices: false, limits: { days: 20, bytesPerMonth: 1000 } },
    ],
  });
  const { report } = await check(backedUp);
  expect(report.read.map(({ store }) => store)).not.toContain('nas');
  await succeed(backedUp.cli, 'integrity', 'limit', 'nas', '--days', '7', '--per-month', 'none');
  expect(await succeed<Plan>(backedUp.cli, 'integrity', 'plan')).toMatchObject({ ok: true });
  expect(await refused(backedUp.cli, 'integrity', 'limit', 'nas', '--days', '0')).toMatchObject({ code: 'USAGE' });
  expect(await refused(backedUp.cli, 'integrity', 'limit', 'moon', '--days', '3')).toMatchObject({
    code: 'STORE_NOT_FOUND',
  });
  expect(existsSync(join(backedUp.home, 'settings.json'))).toBe(true);

  // What was set for a store goes with it.
  const usb = ['--kind', 'local', '--path', join(folder, 'usb')];
  await succeed(backedUp.cli, 'store', 'add', 'usb', ...usb);
  await succeed(backedUp.cli, 'integrity', 'limit', 'usb', '--days', '99');
  await succeed(backedUp.cli, 'alerts', 'set', 'quotaGigabytes.usb', '7');
  await succeed(backedUp.cli, 'store', 'remove', 'usb');
  await succeed(backedUp.cli, 'store', 'add', 'usb', ...usb);
  const { stores } = await succeed<Plan>(backedUp.cli, 'integrity', 'plan');
  expect(stores.find(({ store }) => store === 'usb')).toMatchObject({ limits: { days: 7 } });
  expect(await succeed(backedUp.cli, 'alerts', 'rules')).toMatchObject({ quotaGigabytes: {} });
  await succeed(backedUp.cli, 'store', 'remove', 'usb');
});
