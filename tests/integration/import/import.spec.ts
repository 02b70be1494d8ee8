import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import type { Backup } from '../../../shared/backup.ts';
import type { Manifest } from '../../../shared/manifest.ts';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { pictureOf } from '../../support/databasePicture.ts';
import { fernetGzip, foreignDump } from '../../support/foreignDump.ts';
import { addSource, halfMade, sourceUrl, test as base, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

const execute = promisify(execFile);

type Imported = BackupAnswer & { notes: string[] };
const fromPgDump = (path: string) => ['import', path, '--format', 'pg_dump', '--source', 'shop'];
const fromFernet = (path: string) => ['import', path, '--format', 'fernet-gzip', '--source', 'shop', '--key-stdin'];

const test = base.extend<{ target: string }>({
  target: async ({ cluster }, use, testInfo) => {
    const name = `restored_${testInfo.testId.replaceAll(/\W/g, '_')}`;
    await use(name);
    await cluster.dropDatabase(name);
  },
});

const manifestOf = async ({ cli }: Pick<ShopConsole, 'cli'>, id: string) =>
  (await succeed<{ manifest: Manifest }>(cli, 'show', id)).manifest;

/** Restores it, and looks that every row was compared with the archive. */
async function restored({ cli }: ShopConsole, id: string, target: string): Promise<RestoreAnswer> {
  const restore = await succeed<RestoreAnswer>(cli, 'restore', id, '--mode', 'full', '--into', target);
  expect(restore).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
  return restore;
}

for (const [name, args] of [
  ['gzip', ['-Fc']],
  ['the smallest gzip', ['-Fc', '-Z9']],
  ['nothing', ['-Fc', '-Z0']],
] as const)
  test(`a dump of pg_dump that is packed with ${name} is sealed, verified and restored to the same database`, async ({
    shopConsole,
    shop,
    cluster,
    folder,
    target,
  }) => {
    const path = await foreignDump(cluster, shop.name, join(folder, 'old.dump'), args);
    const imported = await succeed<Imported>(shopConsole.cli, ...fromPgDump(path));
    expect(imported).toMatchObject({ kind: 'FULL_DATABASE', source: 'shop', status: 'COMPLETED' });
    expect(imported.notes.join('\n')).toContain('a restore runs the SQL of that file on the server');
    expect(halfMade(shopConsole)).toEqual([]);

    const taken = await succeed<BackupAnswer>(shopConsole.cli, 'backup', 'full', 'shop');
    const ours = await manifestOf(shopConsole, taken.id);
    const theirs = await manifestOf(shopConsole, imported.id);
    const comparable = ({ tables }: Manifest) =>
      tables.map(({ object: _object, ...table }) => table).toSorted((a, b) => a.copyTarget.localeCompare(b.copyTarget));
    expect(comparable(theirs)).toEqual(comparable(ours));
    expect(theirs.indexes).toEqual(ours.indexes);
    expect(theirs.foreignKeys).toEqual(ours.foreignKeys);
    expect(theirs.sequences).toEqual(ours.sequences);
    expect(theirs.imported).toMatchObject({ file: 'old.dump', format: 'pg_dump', encoding: 'UTF8', timeZone: 'UTC' });

    await succeed(shopConsole.cli, 'verify', imported.id, '--deep');
    const { notes } = await restored(shopConsole, imported.id, target);
    expect(notes.join('\n')).toContain('runs the SQL of that file');
    expect(notes.join('\n')).toContain('it may lack some');
    expect(notes.join('\n')).not.toContain('number of rows');
    expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, shop.name));
  });

test('a backup of the old system is opened with its key, keeps its time and stands before younger backups', async ({
  shopConsole,
  shop,
  cluster,
  folder,
  target,
}) => {
  const dump = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
  const { token, key } = fernetGzip(dump, new Date('2024-02-03T04:05:06Z'));
  const path = join(folder, 'shop_2024-02-03.dump.gz.enc');
  writeFileSync(path, token);
  const { id: newest } = await succeed<Backup>(shopConsole.cli, 'backup', 'full', 'shop');
  const imported = await succeed<Imported>({ ...shopConsole.cli, stdin: `${key}\n` }, ...fromFernet(path));
  expect(imported.createdAt).toBe('2024-02-03T04:05:06.000Z');
  const { backups } = await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list');
  expect(backups.map(({ id }) => id)).toEqual([newest, imported.id]);
  await restored(shopConsole, imported.id, target);
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, shop.name));
  const latest = await succeed<RestoreAnswer>(shopConsole.cli, 'restore', 'latest', '--into', `${target}_2`);
  expect(latest.backupId).toBe(newest);
  await cluster.dropDatabase(`${target}_2`);
});

test('an imported backup is brought back by hand with the three commands that "show" prints', async ({
  shopConsole,
  shop,
  cluster,
  folder,
  target,
}) => {
  const path = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
  const { id } = await succeed<Imported>(shopConsole.cli, ...fromPgDump(path));
  const { handRestore } = await succeed<{ handRestore: string[] }>(shopConsole.cli, 'show', id);
  const key = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(
    readFileSync(shopConsole.kit, 'utf8').replace('AGE-SECRET-KEY-1...', ''),
  );
  writeFileSync(join(folder, 'key.txt'), `${key?.[0]}\n`);
  for (const command of handRestore)
    await execute(
      'bash',
      ['-o', 'pipefail', '-c', command.replaceAll('STORE', shopConsole.store).replaceAll('NEWDB', target)],
      {
        cwd: folder,
        env: { ...process.env, ...cluster.environment(), PATH: `${cluster.binDir}:${process.env.PATH}` },
      },
    );
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, shop.name));
});

test('large objects, odd names, empty tables and a database in another encoding come through', async ({
  shopConsole,
  cluster,
  folder,
  target,
}) => {
  const database = `${target}_odd`;
  await cluster.psql('postgres', `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';`);
  await cluster.psql(
    database,
    `CREATE SCHEMA "Odd ""one""";
     CREATE TABLE "Odd ""one"""."order" ("to tal" text, id int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id));
     INSERT INTO "Odd ""one"""."order" ("to tal") SELECT U&'\\00E4\\005C.' || n FROM generate_series(1, 5000) n;
     CREATE TABLE child (id int REFERENCES "Odd ""one"""."order", at timestamptz DEFAULT now(), cost money);
     CREATE INDEX "child at" ON child (at);
     CREATE TABLE nothing ();
     CREATE SEQUENCE down INCREMENT BY -1; SELECT nextval('down');
     CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM child;
     SELECT lo_from_bytea(0, decode(repeat('00ff5c2e0a', 100000), 'hex')), lo_from_bytea(0, '');`,
  );
  await addSource(shopConsole.cli, 'odd', sourceUrl(cluster, database), cluster.password);
  const path = await foreignDump(cluster, database, join(folder, 'odd.dump'));
  const { id } = await succeed<Imported>(shopConsole.cli, 'import', path, '--format', 'pg_dump', '--source', 'odd');
  const manifest = await manifestOf(shopConsole, id);
  expect(manifest).toMatchObject({ imported: { encoding: 'LATIN1' }, largeObjects: { count: 2 } });
  const taken = await succeed<Backup>(shopConsole.cli, 'backup', 'full', 'odd');
  const { indexes, foreignKeys, sequences } = await manifestOf(shopConsole, taken.id);
  expect(manifest).toMatchObject({ indexes, foreignKeys, sequences });
  const { notes } = await restored(shopConsole, id, target);
  expect(notes.join('\n')).not.toContain('number of rows');
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, database));
  await cluster.dropDatabase(database);
});

test('moments in the time zone of the server are compared row by row, those in another one by their number', async ({
  shopConsole,
  shop,
  cluster,
  folder,
  target,
}) => {
  await shop.psql(
    `ALTER DATABASE ${shop.name} SET timezone = 'Europe/Berlin';
     CREATE TABLE moment AS SELECT now() + n * interval '1 day' AS at FROM generate_series(1, 400) n;`,
  );
  const own = await foreignDump(cluster, shop.name, join(folder, 'own.dump'));
  const first = await succeed<Imported>(shopConsole.cli, ...fromPgDump(own));
  expect(first.notes.join('\n')).toContain('settings of the database');
  const { notes } = await restored(shopConsole, first.id, target);
  expect(notes.join('\n')).not.toContain('number of rows');
  await cluster.dropDatabase(target);

  const far = await foreignDump(cluster, shop.name, join(folder, 'far.dump'), ['-Fc'], { PGTZ: 'Asia/Tokyo' });
  const second = await succeed<Imported>(shopConsole.cli, ...fromPgDump(far));
  const there = await restored(shopConsole, second.id, target);
  expect(there.notes.join('\n')).toMatch(/of .*public\.moment.* only the number of rows was compared/);
});

test('an import and its restore warn of rows that row-level security may have hidden from who made the dump', async ({
  shopConsole,
  database,
  cluster,
  folder,
}) => {
  const { cli } = shopConsole;
  await database.psql(`CREATE ROLE filtered LOGIN PASSWORD 'made'; GRANT pg_read_all_data TO filtered;
    CREATE TABLE sales AS SELECT n AS id, n % 3 AS tenant FROM generate_series(1, 30) n;
    CREATE TABLE prices (id int); CREATE TABLE customers (id int, tenant int);
    CREATE POLICY own ON sales USING (tenant = nullif(current_setting('app.tenant', true), '')::int);
    ALTER TABLE sales ENABLE ROW LEVEL SECURITY; ALTER TABLE customers ENABLE ROW LEVEL SECURITY;`);
  const dumped = async (name: string, env: Record<string, string>) => {
    const args = ['-Fc', '--enable-row-security'];
    const path = await foreignDump(cluster, database.name, join(folder, name), args, env);
    return succeed<Imported>(cli, ...fromPgDump(path));
  };
  try {
    const filtered = await dumped('filtered.dump', { PGUSER: 'filtered', PGPASSWORD: 'made' });
    expect(filtered.tables.find(({ name }) => name === 'public.sales')).toMatchObject({ rows: 0 });
    const warning =
      'row-level security is on for public.customers, public.sales, and the file does not tell whether who made it saw every row: made with --enable-row-security it may lack some, and 2 of these tables are empty';
    expect(filtered.notes).toContain(warning);
    const { notes } = await succeed<{ notes: string[] }>(cli, 'show', filtered.id);
    expect(notes).toEqual([expect.stringContaining('runs the SQL of that file'), warning]);
    // One that lacks nothing looks the same but for its rows.
    const whole = await dumped('whole.dump', {});
    expect(whole.tables.find(({ name }) => name === 'public.sales')).toMatchObject({ rows: 30 });
    expect(whole.notes).toContain(warning.replace('2 of these tables are empty', '1 of these tables is empty'));

    await database.psql(
      'ALTER TABLE sales DISABLE ROW LEVEL SECURITY; ALTER TABLE customers DISABLE ROW LEVEL SECURITY;',
    );
    const open = await dumped('open.dump', {});
    expect(open.notes.join('\n')).not.toContain('row-level security');
  } finally {
    await database.psql('DROP OWNED BY filtered; DROP ROLE filtered;');
  }
});

test('case 7: an archive that was cut by 10% is refused, and nothing of it is kept', async ({
  shopConsole,
  shop,
  cluster,
  folder,
}) => {
  for (const args of [['-Fc'], ['-Fc', '-Z0']]) {
    const path = await foreignDump(cluster, shop.name, join(folder, `whole${args.length}.dump`), args);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * 0.9)));
    await execute(join(cluster.binDir, 'pg_restore'), ['-l', path]); // to which it looks whole
    expect(await refused(shopConsole.cli, ...fromPgDump(path))).toMatchObject({ code: 'IMPORT_UNREADABLE', status: 6 });
    expect(halfMade(shopConsole)).toEqual([]);
  }
  const { backups } = await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list');
  expect(backups.map(({ status, copies }) => [status, copies.length])).toEqual([
    ['FAILED', 0],
    ['FAILED', 0],
  ]);
});

test('a token that was cut, or changed, or is opened with another key is refused, and nothing is noted', async ({
  shopConsole,
  shop,
  cluster,
  folder,
}) => {
  const { token, key } = fernetGzip(await foreignDump(cluster, shop.name, join(folder, 'old.dump')), new Date());
  const path = join(folder, 'token');
  const at = Math.floor(token.length / 2);
  const attempts = [
    [token.slice(0, Math.floor(token.length * 0.9)), key, 'IMPORT_UNREADABLE'],
    [token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1), key, 'IMPORT_UNREADABLE'],
    [token, fernetGzip(join(folder, 'old.dump'), new Date()).key, 'IMPORT_KEY_WRONG'],
    [token, 'no key at all', 'IMPORT_KEY_WRONG'],
  ] as const;
  for (const [content, stdin, code] of attempts) {
    writeFileSync(path, content);
    const failure = await refused({ ...shopConsole.cli, stdin }, ...fromFernet(path));
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure)).not.toContain(stdin);
  }
  const withoutKey = await refused(shopConsole.cli, 'import', path, '--format', 'fernet-gzip', '--source', 'shop');
  expect(withoutKey).toMatchObject({ code: 'IMPORT_KEY_WRONG', status: 2 });
  expect((await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list')).backups).toEqual([]);
  expect(halfMade(shopConsole)).toEqual([]);
});

test('case 9: SQL with commands for psql is refused, and nothing is run', async ({ shopConsole, folder }) => {
  const trace = join(folder, 'trace');
  const path = join(folder, 'evil.sql');
  writeFileSync(path, `\\restrict x\nCREATE TABLE evil ();\n\\unrestrict \`touch ${trace}\`\n\\! touch ${trace}\n`);
  expect(await refused(shopConsole.cli, ...fromPgDump(path))).toMatchObject({ code: 'IMPORT_REFUSED', status: 3 });
  const { token, key } = fernetGzip(path, new Date());
  writeFileSync(path, token);
  const wrapped = await refused({ ...shopConsole.cli, stdin: key }, ...fromFernet(path));
  expect(wrapped).toMatchObject({ code: 'IMPORT_REFUSED', status: 3 });
  expect(existsSync(trace)).toBe(false);
  expect((await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list')).backups).toEqual([]);
});

test('what is no custom-format dump of a whole database is refused with the reason', async ({
  shopConsole,
  shop,
  cluster,
  folder,
}) => {
  const dumped = (name: string, ...args: string[]) => foreignDump(cluster, shop.name, join(folder, name), args);
  const whole = await dumped('whole', '-Fc');
  writeFileSync(join(folder, 'packed'), gzipSync(readFileSync(whole)));
  writeFileSync(join(folder, 'token'), fernetGzip(whole, new Date()).token);
  writeFileSync(join(folder, 'picture'), Buffer.from([0x89, 0x50, 0, 0, 1]));
  mkdirSync(join(folder, 'empty'));
  const attempts: [path: string, reason: RegExp][] = [
    [await dumped('dir', '-Fd'), /directory format/],
    [await dumped('tar', '-Ft'), /tar format/],
    [await dumped('sql', '-Fp'), /plain SQL/],
    [await dumped('rows', '-Fc', '--data-only'), /rows without their tables/],
    [await dumped('tables', '-Fc', '--schema-only'), /tables without their rows/],
    [await dumped('inserts', '-Fc', '--inserts'), /INSERT statements/],
    [join(folder, 'packed'), /packed with gzip/],
    [join(folder, 'token'), /Fernet token/],
    [join(folder, 'picture'), /no archive of pg_dump/],
  ];
  for (const [path, reason] of attempts) {
    const failure = await refused(shopConsole.cli, ...fromPgDump(path));
    expect(failure).toMatchObject({ code: 'IMPORT_REFUSED', status: 3 });
    expect(failure.message).toMatch(reason);
    expect(failure.hint).not.toBe('');
  }
  expect(await refused(shopConsole.cli, ...fromPgDump(join(folder, 'missing')))).toMatchObject({
    code: 'IMPORT_UNREADABLE',
  });
  expect((await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list')).backups).toEqual([]);
  expect(readdirSync(join(shopConsole.store)).filter((name) => name === 'b')).toEqual([]);
});

for (const point of ['backup-begun', 'dump-running', 'dump-sealed', 'data-committed', 'manifest-committed'] as const)
  test(`an import that is killed at ${point} leaves a whole backup or nothing`, async ({
    shopConsole,
    shop,
    cluster,
    folder,
  }) => {
    const path = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
    const killed = await strongroom({ ...shopConsole.cli, env: { STRONGROOM_CRASH_AT: point } }, ...fromPgDump(path));
    expect(killed.signal).toBe('SIGKILL');
    await succeed(shopConsole.cli, 'replicate');
    expect(halfMade(shopConsole)).toEqual([]);
    const { backups } = await succeed<{ backups: Backup[] }>(shopConsole.cli, 'list');
    if (point === 'manifest-committed') {
      expect(backups).toMatchObject([{ status: 'COMPLETED', copies: [{ state: 'STORED' }] }]);
      await succeed(shopConsole.cli, 'verify', backups[0]?.id ?? '');
    } else expect(backups).toMatchObject([{ status: 'FAILED', failure: { code: 'INTERRUPTED' }, copies: [] }]);
    await succeed(shopConsole.cli, ...fromPgDump(path));
  });

test('an import does not need its source to be there', async ({ shopConsole, shop, cluster, folder }) => {
  const path = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
  await cluster.dropDatabase(shop.name);
  const { id } = await succeed<Imported>(shopConsole.cli, ...fromPgDump(path));
  expect((await manifestOf(shopConsole, id)).imported).toMatchObject({ timeZone: null });
});
