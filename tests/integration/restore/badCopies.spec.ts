import { expect } from '@playwright/test';
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { parseMachineKey } from '../../../main/sealing/keys.ts';
import { sealManifest } from '../../../main/sealing/manifestFile.ts';
import { manifestKey, signatureKey } from '../../../shared/repositoryFormat.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import {
  backUpTwice,
  expectNothingLeft,
  flipBit,
  objectPath,
  restoreInto,
  test,
  whileDamaged,
  type BackedUpShop,
} from '../../support/restoredShop.ts';
import { refused, succeed } from '../../support/strongroom.ts';

/** What can be wrong with the copy in one store, and what a restore says of it. */
interface Fault {
  name: string;
  paths: (shop: BackedUpShop, store: string) => string[];
  damage: (path: string) => void;
  reason: RegExp;
}

const manifestOf = ({ backup }: BackedUpShop, store: string) => [join(store, manifestKey(backup.id))];
const rowsOf = (shop: BackedUpShop, store: string) => [objectPath(shop, store, 'data')];
const remove = (path: string) => rmSync(path);

const faults: Fault[] = [
  { name: 'a flipped bit in the rows', paths: rowsOf, damage: flipBit, reason: /SHA-256 is another/ },
  {
    name: 'a flipped bit in the schema',
    paths: (shop, store) => [objectPath(shop, store, 'schema')],
    damage: flipBit,
    reason: /SHA-256 is another/,
  },
  {
    name: 'rows cut by a tenth',
    paths: rowsOf,
    damage: (path) => truncateSync(path, Math.floor(readFileSync(path).length * 0.9)),
    reason: /it has \d+ bytes in the place of \d+/,
  },
  {
    name: 'everything missing but the manifest',
    paths: ({ manifest }, store) => manifest.objects.map(({ key }) => join(store, key)),
    damage: remove,
    reason: /a file of the backup is missing/,
  },
  { name: 'a missing manifest', paths: manifestOf, damage: remove, reason: /the manifest of this backup is not in/ },
  { name: 'a flipped bit in the manifest', paths: manifestOf, damage: flipBit, reason: /not carry the signature/ },
  {
    name: 'a changed signature',
    paths: ({ backup }, store) => [join(store, signatureKey(backup.id))],
    damage: flipBit,
    reason: /not carry the signature/,
  },
];

for (const { name, paths, damage, reason } of faults)
  test(`with ${name} in the nearest store, a restore takes the next one and says why`, async ({
    backedUp,
    cluster,
    target,
  }) => {
    await whileDamaged(paths(backedUp, backedUp.store), damage, async () => {
      const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target));
      expect(answer.status).toBe('COMPLETED');
      expect(answer.notes).toEqual([expect.stringMatching(new RegExp(`^no good copy in local: .*${reason.source}`))]);
      expect(await tablesOf(cluster, target)).toEqual(await tablesOf(cluster, backedUp.database));
    });
  });

test('with damage in every store, a restore refuses with a reason per store before anything reaches the server', async ({
  backedUp,
  cluster,
  target,
}) => {
  const [bad, worse] = [rowsOf(backedUp, backedUp.store), rowsOf(backedUp, backedUp.nas)];
  await whileDamaged(bad, flipBit, () =>
    whileDamaged(worse, remove, async () => {
      const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target));
      expect(failure).toMatchObject({ code: 'NO_GOOD_COPY', status: 1 });
      expect(failure.details).toEqual({
        reasons: {
          local: expect.stringContaining('SHA-256 is another'),
          nas: expect.stringContaining('a file of the backup is missing'),
        },
      });
    }),
  );
  await expectNothingLeft(backedUp, cluster, target);
});

test('with --store, no other store is asked', async ({ backedUp, cluster, target }) => {
  await whileDamaged(rowsOf(backedUp, backedUp.store), flipBit, async () => {
    const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--store', 'local'));
    expect(failure).toMatchObject({ code: 'NO_GOOD_COPY', status: 1 });
    expect(Object.keys(failure.details.reasons as object)).toEqual(['local']);
    await expectNothingLeft(backedUp, cluster, target);
    const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target, '--store', 'nas'));
    expect(answer).toMatchObject({ status: 'COMPLETED', notes: [] });
  });
});

test('a backup put in the place of another one, manifest and signature and all, is not taken for it', async ({
  backedUp,
  cluster,
  target,
}) => {
  const newer = await succeed<BackupAnswer>(backedUp.cli, 'backup', 'full', 'shop');
  const inPlaceOfIt = [manifestKey, signatureKey].map((key) => ({
    path: join(backedUp.store, key(newer.id)),
    by: join(backedUp.store, key(backedUp.backup.id)),
  }));
  for (const { path, by } of inPlaceOfIt) copyFileSync(by, path);
  const failure = await refused(backedUp.cli, ...restoreInto({ backup: newer }, target, '--store', 'local'));
  expect(failure).toMatchObject({
    code: 'MANIFEST_FORGED',
    message: 'the manifest is that of another backup',
    status: 6,
  });
  await expectNothingLeft(backedUp, cluster, target);
  await succeed(backedUp.cli, 'delete', newer.id, '--yes', '--even-if-kept'); // other tests share the shop
});

test('a manifest that this machine made for another repository is refused as foreign', async ({
  backedUp,
  cluster,
  target,
}) => {
  const key = parseMachineKey(readFileSync(join(backedUp.home, 'keys', 'machine.json'), 'utf8'));
  const foreign = { ...backedUp.manifest, repositoryId: '0'.repeat(26) };
  const sealed = await sealManifest(foreign, key, backedUp.manifest.recipients);
  const keys = [manifestKey(backedUp.backup.id), signatureKey(backedUp.backup.id)];
  await whileDamaged(
    keys.map((name) => join(backedUp.store, name)),
    (path) => writeFileSync(path, path.endsWith('.sig') ? sealed.signature : sealed.bytes),
    async () => {
      const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--store', 'local'));
      expect(failure).toMatchObject({ code: 'MANIFEST_FOREIGN', status: 3 });
      expect(failure.hint).toContain('the repository that made the backup');
      await expectNothingLeft(backedUp, cluster, target);
    },
  );
});

test('one object in the place of another one is not taken for it', async ({ backedUp, target }) => {
  const rows = objectPath(backedUp, backedUp.store, 'data');
  const other = readFileSync(objectPath(backedUp, backedUp.nas, 'globals'));
  await whileDamaged(
    [rows],
    (path) => writeFileSync(path, other),
    async () => {
      const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target));
      expect(answer.notes).toEqual([expect.stringContaining('no good copy in local')]);
    },
  );
});

test('the manifest of another repository is not taken, whatever its name', async ({
  backedUp,
  cluster,
  folder,
  target,
}) => {
  const foreign = await backUpTwice(folder, cluster, backedUp.database);
  const keys = [manifestKey, signatureKey];
  for (const key of keys)
    copyFileSync(join(foreign.store, key(foreign.backup.id)), join(folder, key === manifestKey ? 'm' : 's'));
  await whileDamaged(
    keys.map((key) => join(backedUp.store, key(backedUp.backup.id))),
    (path) => copyFileSync(join(folder, path.endsWith('.age') ? 'm' : 's'), path),
    async () => {
      const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--store', 'local'));
      expect(failure).toMatchObject({ code: 'MANIFEST_FORGED', status: 6 });
      await expectNothingLeft(backedUp, cluster, target);
    },
  );
});
