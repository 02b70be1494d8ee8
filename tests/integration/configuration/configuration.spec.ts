import { expect } from '@playwright/test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Backup } from '../../../shared/backup.ts';
import type { Manifest } from '../../../shared/manifest.ts';
import type { ConfigurationAnswer, ConfigurationDiff } from '../../../main/requests/configurations.ts';
import { listed } from '../backup/backups.ts';
import { filesBelow, halfMade, test, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

const execute = promisify(execFile);
const secret = 'SECRET_KEY=p4ss"wörd $%\n';

/** An application as it lies on a shop's machine, with names that a person would choose. */
function makeApplication(folder: string): string {
  const app = join(folder, 'srv', 'shop app');
  const files: Record<string, string> = {
    '.env': secret,
    '.env.production': 'DEBUG=0\n',
    'manage.py': '#!/usr/bin/env python\n',
    'shop/settings.py': 'TIME_ZONE = "Europe/Berlin"\nDEBUG = False\n',
    'shop/ünlauts [old].conf': 'x\n',
    'node_modules/left-pad/.env': 'not ours\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(app, name)), { recursive: true });
    writeFileSync(join(app, name), text);
  }
  symlinkSync('settings.py', join(app, 'shop', 'linked.py'));
  utimesSync(join(app, '.env'), 1_700_000_000, 1_700_000_000);
  return app;
}

const choose = ({ cli }: Pick<ShopConsole, 'cli'>, ...args: string[]) =>
  succeed(cli, 'source', 'config', 'shop', ...args);
const takeOne = ({ cli }: Pick<ShopConsole, 'cli'>) => succeed<ConfigurationAnswer>(cli, 'backup', 'config', 'shop');

test('files, settings, access rules and roles are backed up sealed, listed, verified, and come back byte by byte', async ({
  shopConsole,
  folder,
}) => {
  const { cli } = shopConsole;
  const app = makeApplication(folder);
  await choose(shopConsole, '--preset', 'django', 'env', '--folder', app, '--path', join(app, 'shop'));
  const taken = await takeOne(shopConsole);
  expect(taken).toMatchObject({ kind: 'CONFIGURATION', source: 'shop', status: 'COMPLETED', gaps: [] });
  const inArchive = `files${app}`;
  expect(taken.files).toEqual([
    ...['.env', '.env.production', 'manage.py', 'shop/linked.py', 'shop/settings.py', 'shop/ünlauts [old].conf'].map(
      (name) => `${inArchive}/${name}`,
    ),
    'server/settings.json',
    'server/database-settings.json',
    'server/access-rules.json',
  ]);
  expect(halfMade(shopConsole)).toEqual([]);
  expect(filesBelow(shopConsole.store).filter((file) => file.includes('globals'))).toHaveLength(1);
  for (const file of filesBelow(folder).filter((name) => !name.startsWith('srv')))
    expect(readFileSync(join(folder, file)).includes('p4ss'), `${file} tells the secret`).toBe(false);

  await succeed(cli, 'verify', taken.id);
  const into = join(folder, 'back');
  mkdirSync(into);
  await succeed(cli, 'restore', taken.id, '--mode', 'config', '--into', into);
  expect(readFileSync(join(into, inArchive, '.env'), 'utf8')).toBe(secret);
  expect(statSync(join(into, inArchive, '.env')).mode & 0o777).toBe(0o600);
  expect(statSync(join(into, inArchive, '.env')).mtimeMs).toBe(1_700_000_000_000);
  expect(filesBelow(into)).toEqual(taken.files.toSorted());
  expect(JSON.parse(readFileSync(join(into, 'server/access-rules.json'), 'utf8'))).not.toEqual([]);
  expect(filesBelow(join(shopConsole.home, 'spool'))).toEqual([]);
});

test('a backup of configuration is opened by hand with age, zstd and tar', async ({ shopConsole, folder }) => {
  const app = makeApplication(folder);
  await choose(shopConsole, '--preset', 'env', '--folder', app);
  const { id, files } = await takeOne(shopConsole);
  const { handRestore } = await succeed<{ handRestore: string[] }>(shopConsole.cli, 'show', id);
  const kit = readFileSync(shopConsole.kit, 'utf8').replace('AGE-SECRET-KEY-1...', '');
  writeFileSync(join(folder, 'key.txt'), `${/AGE-SECRET-KEY-1[0-9A-Z]+/.exec(kit)?.[0]}\n`);
  for (const command of handRestore)
    await execute('bash', ['-o', 'pipefail', '-c', command.replaceAll('STORE', shopConsole.store)], { cwd: folder });
  expect(filesBelow(join(folder, 'FOLDER'))).toEqual(files.toSorted());
  expect(readFileSync(join(folder, 'FOLDER', `files${app}`, '.env'), 'utf8')).toBe(secret);
});

test('what changed since the backup before is told, without a value of any file', async ({
  shopConsole,
  shop,
  folder,
}) => {
  const { cli } = shopConsole;
  const app = makeApplication(folder);
  await choose(shopConsole, '--preset', 'django', 'env', '--folder', app);
  const first = await takeOne(shopConsole);
  expect(await succeed<ConfigurationDiff>(cli, 'diff', first.id)).toEqual({
    id: first.id,
    previous: null,
    changes: [],
  });
  writeFileSync(join(app, '.env'), `${secret}NEW_SECRET=tell-nobody\n`);
  writeFileSync(join(app, 'requirements.txt'), 'django\n');
  rmSync(join(app, 'manage.py'));
  await shop.psql(`ALTER DATABASE ${shop.name} SET work_mem = '12345kB';`);
  const second = await takeOne(shopConsole);
  const told = await strongroom(cli, 'diff', second.id);
  expect(told.stdout).not.toContain('tell-nobody');
  const { previous, changes } = told.json as ConfigurationDiff;
  expect(previous).toBe(first.id);
  const at = `files${app}`;
  expect(changes.map(({ path, change }) => `${change} ${path}`)).toEqual([
    `changed ${at}/.env`,
    `removed ${at}/manage.py`,
    `added ${at}/requirements.txt`,
    'changed server/database-settings.json',
    'changed server/settings.json',
  ]);
  expect(changes[0]).toMatchObject({ lines: { added: 1, removed: 0 } });
  expect(changes.at(-1)?.settings).toEqual([{ name: 'work_mem', before: null, after: '12345 kB' }]);
});

test('what cannot be had is named, fails the job, and does not keep the rest from being backed up', async ({
  shopConsole,
  folder,
}) => {
  const { cli } = shopConsole;
  const app = makeApplication(folder);
  writeFileSync(join(app, 'dump.sql'), Buffer.alloc(9_000_000));
  const chosen = ['--path', join(app, '.env'), join(app, 'gone.conf'), join(app, 'dump.sql')];
  const wish = await strongroom(cli, 'source', 'config', 'shop', ...chosen);
  expect(wish.status).toBe(1);
  const run = await strongroom(cli, 'backup', 'config', 'shop');
  expect(run.status).toBe(1);
  const { id, status, gaps, files } = run.json as ConfigurationAnswer;
  expect(status).toBe('COMPLETED');
  expect(files[0]).toBe(`files${app}/.env`);
  expect(gaps).toEqual([
    expect.stringContaining('gone.conf: nothing is there'),
    expect.stringContaining('dump.sql: larger than 8 MB'),
  ]);
  const { manifest } = await succeed<{ manifest: Manifest }>(cli, 'show', id);
  expect(manifest.configuration?.gaps).toEqual(gaps);
  expect(manifest.configuration?.entries[0]?.sha256).toBe(createHash('sha256').update(secret).digest('hex'));
});

test('a server that does not answer is named, and its files are backed up all the same', async ({
  shopConsole,
  shop,
  cluster,
  folder,
}) => {
  const app = makeApplication(folder);
  await choose(shopConsole, '--preset', 'env', '--folder', app);
  await cluster.psql('postgres', `ALTER DATABASE ${shop.name} ALLOW_CONNECTIONS false;`);
  const run = await strongroom(shopConsole.cli, 'backup', 'config', 'shop');
  await cluster.psql('postgres', `ALTER DATABASE ${shop.name} ALLOW_CONNECTIONS true;`);
  const { id, files, gaps } = run.json as ConfigurationAnswer;
  expect(run.status).toBe(1);
  expect(files).toEqual([`files${app}/.env`, `files${app}/.env.production`]);
  expect(gaps).toEqual([expect.stringMatching(/^the server: /)]);
  await succeed(shopConsole.cli, 'verify', id);
});

test('nothing to back up, a path without a root, a folder that is filled, and another kind are refused', async ({
  shopConsole,
  folder,
}) => {
  const { cli } = shopConsole;
  const app = makeApplication(folder);
  await strongroom(cli, 'source', 'config', 'shop', '--path', join(folder, 'nothing'), '--no-server');
  expect(await refused(cli, 'backup', 'config', 'shop')).toMatchObject({ code: 'CONFIGURATION_EMPTY', status: 3 });
  expect((await listed(shopConsole))[0]).toMatchObject({ kind: 'CONFIGURATION', status: 'FAILED', copies: [] });
  await choose(shopConsole, '--preset', 'env', '--folder', app, '--no-server');
  const { id } = await takeOne(shopConsole);
  const filled = await refused(cli, 'restore', id, '--mode', 'config', '--into', app);
  expect(filled).toMatchObject({ code: 'FOLDER_EXISTS', status: 3 });
  expect(await refused(cli, 'restore', id, '--into', 'shop2')).toMatchObject({ code: 'USAGE', status: 2 });
  const full = await succeed<Backup>(cli, 'backup', 'full', 'shop');
  const into = join(folder, 'no');
  const other = await refused(cli, 'restore', full.id, '--mode', 'config', '--into', into);
  expect(other).toMatchObject({ code: 'USAGE', status: 2 });
  expect(readdirSync(folder)).not.toContain('no');
  expect((await succeed<Backup>(cli, 'show', id)).status).toBe('COMPLETED');
});

for (const point of ['backup-begun', 'dump-sealed', 'data-committed', 'manifest-committed'] as const)
  test(`a backup of configuration that is killed at ${point} leaves a whole backup or a FAILED row`, async ({
    shopConsole,
  }) => {
    const { cli } = shopConsole;
    const run = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: point } }, 'backup', 'config', 'shop');
    expect(run.signal).toBe('SIGKILL');
    await succeed(cli, 'replicate');
    expect(halfMade(shopConsole)).toEqual([]);
    const [row] = await listed(shopConsole);
    if (point === 'manifest-committed') await succeed(cli, 'verify', row!.id);
    else expect(row).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
  });

test('a restore of configuration that is killed leaves no file of it in plain once the console has started again', async ({
  shopConsole,
  folder,
}) => {
  const { cli, home } = shopConsole;
  await choose(shopConsole, '--preset', 'env', '--folder', makeApplication(folder), '--no-server');
  const { id } = await takeOne(shopConsole);
  const below = join(folder, 'out');
  mkdirSync(below);
  const restore = ['restore', id, '--mode', 'config', '--into', join(below, 'settings of ünlauts')];
  const run = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: 'folder-filled' } }, ...restore);
  expect(run.signal).toBe('SIGKILL');
  expect(filesBelow(below)).toHaveLength(2);
  await succeed(cli, 'replicate');
  expect(readdirSync(below)).toEqual([]);
  expect(filesBelow(join(home, 'run'))).toEqual([]);
  await succeed(cli, ...restore);
  expect(filesBelow(below)).toHaveLength(2);
  expect(filesBelow(join(home, 'run'))).toEqual([]);
});
