import { expect } from '@playwright/test';
import { readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifyAnswer } from '../../../main/requests/verifyAnswer.ts';
import type { Backup } from '../../../shared/backup.ts';
import { manifestKey, signatureKey } from '../../../shared/repositoryFormat.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { flipBit, objectPath, test, whileDamaged } from '../../support/restoredShop.ts';
import type { BackedUpShop } from '../../support/restoredShop.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed, type CliOptions } from '../../support/strongroom.ts';

const good = (store: string) => ({ store, ok: true, reason: null, code: null });

async function verify(cli: CliOptions, ...args: string[]): Promise<{ exit: number | null; answer: VerifyAnswer }> {
  const run = await strongroom(cli, 'verify', ...args);
  return { exit: run.status, answer: run.json as VerifyAnswer };
}

async function copyStates(cli: CliOptions, id: string): Promise<Record<string, string>> {
  const { copies } = await succeed<Backup>(cli, 'show', id);
  return Object.fromEntries(copies.map(({ store, state }) => [store, state]));
}

test('good copies verify, and the backup is noted as verified', async ({ backedUp }) => {
  const { id } = backedUp.backup;
  const { exit, answer } = await verify(backedUp.cli, id);
  expect({ exit, ...answer }).toEqual({
    exit: 0,
    id,
    ok: true,
    results: [good('local'), good('nas')],
    restored: null,
    drill: null,
  });
  const shown = await succeed<Backup>(backedUp.cli, 'show', id);
  expect(shown.status).toBe('VERIFIED');
  expect(shown.copies.every(({ verifiedAt }) => verifiedAt !== null)).toBe(true);
  expect(halfMade(backedUp)).toEqual([]);
});

interface Fault {
  name: string;
  path: (shop: BackedUpShop) => string;
  damage: (path: string) => void;
  code: string;
  reason: RegExp;
  state: 'DAMAGED' | 'MISSING';
}

const inNas = (key: (id: string) => string) => (shop: BackedUpShop) => join(shop.nas, key(shop.backup.id));
const object = (role: 'schema' | 'data' | 'globals') => (shop: BackedUpShop) => objectPath(shop, shop.nas, role);
const remove = (path: string) => rmSync(path);
const cut = (path: string) => truncateSync(path, Math.floor(readFileSync(path).length * 0.9));

const faults: Fault[] = [
  {
    name: 'a flipped bit in the rows',
    path: object('data'),
    damage: flipBit,
    code: 'COPY_DAMAGED',
    reason: /SHA-256/,
    state: 'DAMAGED',
  },
  {
    name: 'a flipped bit in the roles',
    path: object('globals'),
    damage: flipBit,
    code: 'COPY_DAMAGED',
    reason: /SHA-256/,
    state: 'DAMAGED',
  },
  {
    name: 'an archive cut by 10%',
    path: object('data'),
    damage: cut,
    code: 'COPY_DAMAGED',
    reason: /bytes in the place of/,
    state: 'DAMAGED',
  },
  {
    name: 'a missing schema',
    path: object('schema'),
    damage: remove,
    code: 'OBJECT_MISSING',
    reason: /is missing/,
    state: 'MISSING',
  },
  {
    name: 'a missing manifest',
    path: inNas(manifestKey),
    damage: remove,
    code: 'MANIFEST_MISSING',
    reason: /manifest/,
    state: 'MISSING',
  },
  {
    name: 'a changed signature',
    path: inNas(signatureKey),
    damage: flipBit,
    code: 'MANIFEST_FORGED',
    reason: /signature/,
    state: 'DAMAGED',
  },
];

for (const { name, path, damage, code, reason, state } of faults)
  test(`${name} in one store: verify fails, notes it, and the next replication mends it`, async ({ backedUp }) => {
    const { id } = backedUp.backup;
    const damaged = path(backedUp);
    await whileDamaged([damaged], damage, async () => {
      const { exit, answer } = await verify(backedUp.cli, id);
      expect({ exit, ok: answer.ok, results: answer.results }).toEqual({
        exit: 6,
        ok: false,
        results: [good('local'), { store: 'nas', ok: false, code, reason: expect.stringMatching(reason) }],
      });
      expect(await copyStates(backedUp.cli, id)).toEqual({ local: 'STORED', nas: state });

      await succeed(backedUp.cli, 'replicate');
      expect(await copyStates(backedUp.cli, id)).toEqual({ local: 'STORED', nas: 'STORED' });
      expect(await verify(backedUp.cli, id, '--store', 'nas')).toMatchObject({
        exit: 0,
        answer: { results: [good('nas')] },
      });
    });
  });

for (const { name, damage, part } of [
  { name: 'a flipped bit in the rows', damage: flipBit, part: 'data' },
  { name: 'missing roles', damage: remove, part: 'globals' },
  { name: 'a missing manifest', damage: remove, part: null },
] as const)
  test(`${name} in the local store is mended from another one, before anything is copied on`, async ({
    backedUp,
    folder,
  }) => {
    const { id } = backedUp.backup;
    const path = part === null ? join(backedUp.store, manifestKey(id)) : objectPath(backedUp, backedUp.store, part);
    const whole = readFileSync(path);
    await whileDamaged([path], damage, async () => {
      // Also where nobody has noticed yet: a new store must not get the damage.
      await succeed(backedUp.cli, 'store', 'add', 'usb', '--kind', 'local', '--path', join(folder, 'usb'));
      await succeed(backedUp.cli, 'replicate');
      expect(readFileSync(path).equals(whole)).toBe(true);
      expect(await verify(backedUp.cli, id)).toMatchObject({
        exit: 0,
        answer: { results: [good('local'), good('nas'), good('usb')] },
      });
    });
    await succeed(backedUp.cli, 'store', 'remove', 'usb');
    expect(halfMade(backedUp)).toEqual([]);
  });

test('a local copy that no other store can mend is not copied on', async ({ backedUp, folder }) => {
  const [rows, other] = [objectPath(backedUp, backedUp.store, 'data'), objectPath(backedUp, backedUp.nas, 'data')];
  await succeed(backedUp.cli, 'store', 'add', 'usb', '--kind', 'local', '--path', join(folder, 'usb'));
  await whileDamaged([rows, other], flipBit, async () => {
    const run = await strongroom(backedUp.cli, 'replicate');
    expect(run.stderr).toMatch(/is not copied, because its local copy is not good: .*SHA-256/);
    const { copies } = await succeed<Backup>(backedUp.cli, 'show', backedUp.backup.id);
    expect(copies.some(({ store, state }) => store === 'usb' && state === 'STORED')).toBe(false);
  });
  await succeed(backedUp.cli, 'store', 'remove', 'usb');
  expect(halfMade(backedUp)).toEqual([]);
});

test('damage in every store is told with a reason for each, also when a test restore was asked for', async ({
  backedUp,
  cluster,
}) => {
  const [rows, other] = [objectPath(backedUp, backedUp.store, 'data'), objectPath(backedUp, backedUp.nas, 'data')];
  await whileDamaged([rows], flipBit, () =>
    whileDamaged([other], remove, async () => {
      const { exit, answer } = await verify(backedUp.cli, backedUp.backup.id, '--deep');
      expect(exit).toBe(6);
      expect(answer).toMatchObject({
        ok: false,
        results: [
          { store: 'local', ok: false, code: 'COPY_DAMAGED' },
          { store: 'nas', ok: false, code: 'OBJECT_MISSING' },
        ],
        restored: null,
      });
    }),
  );
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(await verify(backedUp.cli, backedUp.backup.id)).toMatchObject({ exit: 0 });
});

test('a store that cannot be reached is told, and says nothing about its copy', async ({ backedUp, folder }) => {
  const away = join(folder, 'away');
  const { id } = backedUp.backup;
  renameSync(backedUp.nas, away);
  const { exit, answer } = await verify(backedUp.cli, id);
  renameSync(away, backedUp.nas);
  expect(exit).toBe(6);
  expect(answer.results).toEqual([
    good('local'),
    { store: 'nas', ok: false, code: 'STORE_FOLDER_MISSING', reason: expect.any(String) },
  ]);
  expect(await copyStates(backedUp.cli, id)).toEqual({ local: 'STORED', nas: 'STORED' });
});

test('verify --deep restores into a database that is gone afterwards', async ({ backedUp, cluster }) => {
  const { exit, answer } = await verify(backedUp.cli, backedUp.backup.id, '--deep');
  expect(exit).toBe(0);
  expect(answer.restored).toMatchObject({ ok: true, indexes: { problems: [] } });
  expect(answer.restored?.tables).toHaveLength(backedUp.manifest.tables.length);
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(halfMade(backedUp)).toEqual([]);
});

test('verify refuses an id and a store that nobody knows, and neither id nor --sample', async ({ backedUp }) => {
  const unknown = await refused(backedUp.cli, 'verify', '01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect(unknown).toMatchObject({ code: 'BACKUP_NOT_FOUND', status: 4 });
  const moon = await refused(backedUp.cli, 'verify', backedUp.backup.id, '--store', 'moon');
  expect(moon).toMatchObject({ code: 'STORE_NOT_FOUND', status: 4 });
  expect(await refused(backedUp.cli, 'verify')).toMatchObject({ code: 'USAGE', status: 2 });
});
