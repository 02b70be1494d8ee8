import { expect } from '@playwright/test';
import Database from 'better-sqlite3';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Backup } from '../../../shared/backup.ts';
import { addSource, filesBelow, halfMade, localConsole, sourceUrl, test } from '../../support/shopConsole.ts';
import { refused, start, strongroom, succeed } from '../../support/strongroom.ts';
import { holdDumpBack, listed } from '../backup/backups.ts';

test('a second owner is told that the folder is busy, while readers still work', async ({
  shopConsole,
  cluster,
  shop,
}) => {
  const { cli } = shopConsole;
  const gate = await holdDumpBack(cluster, shop.name);
  const backup = start(cli, 'backup', 'full', 'shop');
  await gate.reached();
  for (const verb of [
    ['backup', 'full', 'shop'],
    ['replicate'],
    ['store', 'remove', 'local'],
    ['source', 'remove', 'shop'],
  ]) {
    const failure = await refused(cli, ...verb);
    expect(failure).toMatchObject({ code: 'OWNER_BUSY', status: 5, details: { owner: { pid: backup.pid } } });
  }
  expect(await listed(shopConsole)).toMatchObject([{ status: 'IN_PROGRESS', source: 'shop' }]);
  expect(await succeed(cli, 'source', 'list')).toMatchObject({ sources: [{ name: 'shop' }] });
  expect(await succeed(cli, 'store', 'test', 'local')).toMatchObject({ writable: true });
  await gate.open();
  expect((await backup.ended).status).toBe(0);
});

test.describe('a damaged state database', () => {
  for (const { what, from } of [
    { what: 'in its header', from: 0 },
    { what: 'in the middle', from: 4096 },
  ])
    test(`${what} is reported to readers, and rebuilt from settings and stores by the next owner`, async ({
      shopConsole,
      folder,
    }) => {
      const { cli, home } = shopConsole;
      await succeed(cli, 'store', 'add', 'nas', '--kind', 'local', '--path', join(folder, 'nas'));
      const taken = await succeed<Backup>(cli, 'backup', 'full', 'shop', '--note', 'before the damage', '--pin');
      const settings = readFileSync(join(home, 'settings.json'), 'utf8');
      garble(join(home, 'strongroom.sqlite'), from);

      expect(await refused(cli, 'list')).toMatchObject({ code: 'STATE_CORRUPT', status: 1 });
      expect(await succeed(cli, 'replicate')).toEqual({ backups: [] });

      const [found] = await listed(shopConsole);
      expect(found).toEqual({ ...taken, tables: undefined });
      expect(readFileSync(join(home, 'settings.json'), 'utf8')).toBe(settings);
      expect(await succeed(cli, 'source', 'list')).toMatchObject({ sources: [{ name: 'shop' }] });
      expect(await succeed(cli, 'store', 'list')).toMatchObject({ stores: [{ name: 'local' }, { name: 'nas' }] });
      expect(readdirSync(home).filter((name) => name.includes('damaged'))).not.toEqual([]);
      await succeed(cli, 'verify', taken.id);
      await succeed(cli, 'backup', 'full', 'shop');
    });

  test('that is gone is made anew by the next owner, and not by a reader', async ({ shopConsole }) => {
    const { cli, home } = shopConsole;
    const { id } = await succeed<Backup>(cli, 'backup', 'full', 'shop');
    rmSync(join(home, 'strongroom.sqlite'));
    expect(await refused(cli, 'list')).toMatchObject({ code: 'STATE_CORRUPT', status: 1 });
    expect(filesBelow(home)).not.toContain('strongroom.sqlite');
    await succeed(cli, 'replicate');
    expect(await listed(shopConsole)).toMatchObject([{ id, status: 'COMPLETED' }]);
  });

  test('is not rebuilt by halves when the key of the machine is missing', async ({ shopConsole }) => {
    const { cli, home } = shopConsole;
    const { id } = await succeed<Backup>(cli, 'backup', 'full', 'shop');
    const [keyPath, key] = [join(home, 'keys', 'machine.json'), readFileSync(join(home, 'keys', 'machine.json'))];
    rmSync(keyPath);
    garble(join(home, 'strongroom.sqlite'), 0);
    expect(await refused(cli, 'replicate')).toMatchObject({ code: 'KEY_MISSING', status: 1 });
    writeFileSync(keyPath, key, { mode: 0o600 });
    await succeed(cli, 'replicate');
    expect(await listed(shopConsole)).toMatchObject([{ id, status: 'COMPLETED' }]);
  });

  test('is rebuilt with every backup whose manifest is good when another one is damaged', async ({ shopConsole }) => {
    const { cli, home, store } = shopConsole;
    const first = await succeed<Backup>(cli, 'backup', 'full', 'shop');
    const second = await succeed<Backup>(cli, 'backup', 'full', 'shop');
    garble(join(store, first.filename), 300);
    garble(join(home, 'strongroom.sqlite'), 0);
    const { stderr } = await strongroom(cli, 'replicate');
    expect(stderr).toContain(first.id);
    expect((await listed(shopConsole)).map(({ id }) => id)).toEqual([second.id]);
  });
});

test('a state database of a newer version is refused and left as it is', async ({ shopConsole }) => {
  const { cli, home } = shopConsole;
  const path = join(home, 'strongroom.sqlite');
  const state = new Database(path);
  state.pragma('user_version = 999');
  state.close();
  for (const verb of [['list'], ['backup', 'full', 'shop']]) {
    const failure = await refused(cli, ...verb);
    expect(failure).toMatchObject({ code: 'STATE_NEWER', status: 3, details: { version: 999 } });
  }
  expect(readdirSync(home).filter((name) => name.includes('damaged'))).toEqual([]);
});

test.describe('the key of the machine', () => {
  test('that is missing stops what needs it, and is never replaced', async ({ shopConsole }) => {
    const { cli, home } = shopConsole;
    rmSync(join(home, 'keys', 'machine.json'));
    expect(await refused(cli, 'backup', 'full', 'shop')).toMatchObject({ code: 'KEY_MISSING', status: 1 });
    expect(await refused(cli, 'init')).toMatchObject({ code: 'HOME_EXISTS', status: 1 });
    expect(filesBelow(join(home, 'keys'))).toEqual(['secrets.age']);
    await succeed(cli, 'list');
  });

  test('that is garbled is called so', async ({ shopConsole }) => {
    writeFileSync(join(shopConsole.home, 'keys', 'machine.json'), '{"identity": "AGE-SECRET-');
    const failure = await refused(shopConsole.cli, 'backup', 'full', 'shop');
    expect(failure).toMatchObject({ code: 'KEY_WRONG', status: 1 });
    expect(halfMade(shopConsole)).toEqual([]);
  });

  test('that belongs to another machine makes no backup, because nobody would trust it', async ({
    shopConsole,
    folder,
  }) => {
    const other = await localConsole(join(folder, 'other'));
    writeFileSync(
      join(shopConsole.home, 'keys', 'machine.json'),
      readFileSync(join(other.home, 'keys', 'machine.json')),
    );
    rmSync(join(shopConsole.home, 'keys', 'secrets.age'));
    expect(await refused(shopConsole.cli, 'replicate')).toMatchObject({ code: 'KEY_WRONG', status: 1 });
  });
});

test('list pages through the catalogue and filters it', async ({ shopConsole, cluster, folder }) => {
  const { cli } = shopConsole;
  await cluster.createDatabase('tiny_shop');
  await addSource(cli, 'tiny', sourceUrl(cluster, 'tiny_shop'), cluster.password);
  const ids: string[] = [];
  for (let taken = 0; taken < 3; taken++)
    ids.unshift((await succeed<Backup>(cli, 'backup', 'full', 'tiny', '--note', `no. ${taken}`)).id);
  await cluster.dropDatabase('tiny_shop');
  await refused(cli, 'backup', 'full', 'tiny');
  await succeed(cli, 'store', 'add', 'nas', '--kind', 'local', '--path', join(folder, 'nas'));

  const list = (...args: string[]) => succeed<{ backups: Backup[]; cursor: string | null }>(cli, 'list', ...args);
  const idsOf = async (...args: string[]) => (await list(...args)).backups.map(({ id }) => id);
  const completed = ['--status', 'completed'];
  expect(await idsOf(...completed)).toEqual(ids);
  const page = await list(...completed, '--limit', '2');
  expect(page.backups.map(({ id, note }) => ({ id, note }))).toEqual([
    { id: ids[0], note: 'no. 2' },
    { id: ids[1], note: 'no. 1' },
  ]);
  const rest = await list(...completed, '--limit', '2', '--cursor', page.cursor ?? '');
  expect({ ids: rest.backups.map(({ id }) => id), cursor: rest.cursor }).toEqual({ ids: [ids[2]], cursor: null });
  expect(await idsOf('--store', 'local')).toEqual(ids);
  expect(await idsOf('--store', 'nas')).toEqual([]);
  expect(await idsOf('--source', 'shop')).toEqual([]);
  expect(await idsOf('--kind', 'tenant')).toEqual([]);
  expect((await list('--status', 'failed')).backups).toMatchObject([{ failure: { code: 'SOURCE_DATABASE_MISSING' } }]);
  expect(await refused(cli, 'show', '01JAAAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({
    code: 'BACKUP_NOT_FOUND',
    status: 4,
  });
  expect(await succeed(cli, 'show', ids[0]?.toLowerCase() ?? '')).toMatchObject({
    id: ids[0],
    manifest: { kind: 'FULL_DATABASE' },
  });
});

/** Overwrites a file from a byte on to its end with what it certainly does not hold. */
function garble(path: string, from: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size - from, 'garbage '), 0, undefined, from);
  closeSync(file);
}
