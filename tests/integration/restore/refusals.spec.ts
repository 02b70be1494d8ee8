import { expect } from '@playwright/test';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { backUpTwice, expectNothingLeft, restoreInto, test } from '../../support/restoredShop.ts';
import { localConsole, sourceUrl } from '../../support/shopConsole.ts';
import { refused, succeed } from '../../support/strongroom.ts';

test('a restore into a database that exists is refused, and the database stays as it is', async ({
  backedUp,
  cluster,
  shop,
}) => {
  const before = await tablesOf(cluster, shop.name);
  const failure = await refused(backedUp.cli, ...restoreInto(backedUp, shop.name));
  expect(failure).toMatchObject({ code: 'TARGET_EXISTS', status: 3 });
  expect(failure.hint).toContain('--swap');
  expect(await tablesOf(cluster, shop.name)).toEqual(before);
});

test('a backup that nobody knows is refused', async ({ backedUp, cluster, target }) => {
  const unknown = await refused(backedUp.cli, 'restore', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '--into', target);
  expect(unknown).toMatchObject({ code: 'BACKUP_NOT_FOUND', status: 4 });
  await expectNothingLeft(backedUp, cluster, target);
});

test('a store that nobody knows is refused', async ({ backedUp, target }) => {
  const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--store', 'moon'));
  expect(failure).toMatchObject({ code: 'STORE_NOT_FOUND', status: 4 });
});

test('a restore without a target, or in a mode that does not exist, is wrong usage', async ({ backedUp }) => {
  const { id } = backedUp.backup;
  expect(await refused(backedUp.cli, 'restore', id)).toMatchObject({ code: 'USAGE', status: 2 });
  const sideways = await refused(backedUp.cli, 'restore', id, '--mode', 'sideways', '--into', 'x');
  expect(sideways).toMatchObject({ code: 'USAGE', status: 2 });
});

test('a backup that failed is refused, and "latest" passes over it', async ({ shopConsole, shop, target }) => {
  const nothing = await refused(shopConsole.cli, 'restore', 'latest', '--into', target);
  expect(nothing).toMatchObject({ code: 'BACKUP_NOT_FOUND', status: 4 });
  rmSync(shopConsole.store, { recursive: true });
  await refused(shopConsole.cli, 'backup', 'full', 'shop');
  mkdirSync(shopConsole.store);
  const { backups } = await succeed<{ backups: { id: string; status: string }[] }>(shopConsole.cli, 'list');
  expect(backups).toEqual([expect.objectContaining({ status: 'FAILED' })]);
  const failure = await refused(shopConsole.cli, 'restore', backups[0]!.id, '--into', target);
  expect(failure).toMatchObject({ code: 'BACKUP_INCOMPLETE', status: 3 });
  expect(await refused(shopConsole.cli, 'restore', 'latest', '--into', target)).toMatchObject({ status: 4 });
  expect(shop.name).not.toBe(target);
});

test('a role that may not make databases is refused before anything is made', async ({ backedUp, cluster, target }) => {
  await cluster.psql('postgres', `CREATE ROLE clerk LOGIN PASSWORD 'clerk';`);
  const on = `postgresql://clerk@${cluster.host}:${cluster.port}/postgres`;
  const failure = await refused(
    { ...backedUp.cli, stdin: 'clerk' },
    ...restoreInto(backedUp, target, '--on', on, '--password-stdin'),
  );
  expect(failure).toMatchObject({ code: 'TARGET_DENIED', status: 3 });
  await cluster.psql('postgres', `DROP ROLE clerk;`);
  await expectNothingLeft(backedUp, cluster, target);
});

test('a wrong password is told as one', async ({ backedUp, cluster, target }) => {
  const on = sourceUrl(cluster, 'postgres');
  const failure = await refused(
    { ...backedUp.cli, stdin: 'not this' },
    ...restoreInto(backedUp, target, '--on', on, '--password-stdin'),
  );
  expect(failure).toMatchObject({ code: 'SOURCE_PASSWORD_WRONG', status: 1 });
  expect(JSON.stringify(failure)).not.toContain('not this');
  await expectNothingLeft(backedUp, cluster, target);
});

test('a server that does not answer is told as one', async ({ backedUp, cluster, target }) => {
  const on = `postgresql://postgres@127.0.0.1:${await freePort()}/postgres`;
  const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--on', on));
  expect(failure).toMatchObject({ code: 'SOURCE_UNREACHABLE', status: 1 });
  await expectNothingLeft(backedUp, cluster, target);
});

test('client programs that are missing are found out before anything is made', async ({
  backedUp,
  cluster,
  folder,
  target,
}) => {
  const failure = await refused(backedUp.cli, ...restoreInto(backedUp, target, '--tools', folder));
  expect(failure).toMatchObject({ code: 'TOOL_MISSING', status: 3 });
  await expectNothingLeft(backedUp, cluster, target);
});

test('the key of another machine does not open the backup', async ({ backedUp, cluster, folder, target }) => {
  const mine = await backUpTwice(join(folder, 'mine'), cluster, backedUp.database);
  const other = await localConsole(join(folder, 'other'));
  // Without a stored password, which the wrong key could not open either.
  rmSync(join(mine.home, 'keys', 'secrets.age'));
  copyFileSync(join(other.home, 'keys', 'machine.json'), join(mine.home, 'keys', 'machine.json'));
  const on = ['--on', sourceUrl(cluster, 'postgres'), '--password-stdin'];
  const failure = await refused({ ...mine.cli, stdin: cluster.password }, ...restoreInto(mine, target, ...on));
  expect(failure).toMatchObject({ code: 'KEY_WRONG', status: 1 });
  await expectNothingLeft(mine, cluster, target);
});

test('a machine key that is missing or no key is told as such', async ({ backedUp, cluster, target }) => {
  const path = join(backedUp.home, 'keys', 'machine.json');
  const key = readFileSync(path);
  try {
    writeFileSync(path, 'no key');
    expect(await refused(backedUp.cli, ...restoreInto(backedUp, target))).toMatchObject({
      code: 'KEY_WRONG',
      status: 1,
    });
    rmSync(path);
    const gone = await refused(backedUp.cli, ...restoreInto(backedUp, target));
    expect(gone).toMatchObject({ code: 'KEY_MISSING', status: 1 });
    expect(gone.hint).toContain('recovery kit');
  } finally {
    writeFileSync(path, key, { mode: 0o600 });
  }
  await expectNothingLeft(backedUp, cluster, target);
});
