import { expect } from '@playwright/test';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../../main/health/check.ts';
import type { SetUpAnswer } from '../../../main/requests/setUp.ts';
import type { ListedSource } from '../../../main/requests/sources.ts';
import { addSource, filesBelow, localConsole, test } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

test.describe('init', () => {
  test('makes a private state folder and writes the recovery kit, whose key is nowhere else', async ({ folder }) => {
    const [home, kit] = [join(folder, 'home'), join(folder, 'kit.txt')];
    const answer = await succeed<SetUpAnswer>({ home }, 'init', '--recovery-kit', kit);
    expect(answer).toMatchObject({ home, recoveryKit: kit, repositoryId: expect.stringMatching(/^[0-9A-Z]{26}$/) });
    expect(answer.recoveryRecipient).not.toBe(answer.machineRecipient);
    const key = /AGE-SECRET-KEY-1\w+/.exec(readFileSync(kit, 'utf8'))?.[0] ?? 'no key';
    expect(readFileSync(kit, 'utf8')).toContain(answer.recoveryRecipient);
    for (const file of filesBelow(home)) expect(readFileSync(join(home, file), 'latin1')).not.toContain(key);
    expect(statSync(kit).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'keys', 'machine.json')).mode & 0o777).toBe(0o600);
  });

  test('never overwrites a state folder', async ({ folder }) => {
    const { cli, home } = await localConsole(folder);
    const before = filesBelow(home).map((file) => readFileSync(join(home, file), 'latin1'));
    expect(await refused(cli, 'init', '--recovery-kit', join(folder, 'second.txt'))).toMatchObject({
      code: 'HOME_EXISTS',
      status: 1,
    });
    expect(existsSync(join(folder, 'second.txt'))).toBe(false);
    expect(filesBelow(home).map((file) => readFileSync(join(home, file), 'latin1'))).toEqual(before);
  });

  test('never overwrites a recovery kit, and can be done again with another name', async ({ folder }) => {
    const kit = join(folder, 'kit.txt');
    writeFileSync(kit, 'of another machine');
    const cli = { home: join(folder, 'home') };
    expect(await refused(cli, 'init', '--recovery-kit', kit)).toMatchObject({ code: 'KIT_EXISTS', status: 1 });
    expect(readFileSync(kit, 'utf8')).toBe('of another machine');
    await succeed(cli, 'init', '--recovery-kit', join(folder, 'other.txt'));
  });
});

for (const point of ['init-kit-written', 'init-key-saved', 'init-state-made'] as const)
  test(`an init that is killed at ${point} counts for nothing, and is done again with the same kit`, async ({
    folder,
  }) => {
    const [home, kit] = [join(folder, 'home'), join(folder, 'kit.txt')];
    const init = ['init', '--recovery-kit', kit];
    const { signal } = await strongroom({ home, env: { STRONGROOM_CRASH_AT: point } }, ...init);
    expect(signal).toBe('SIGKILL');
    const halfMade = readFileSync(kit, 'utf8');
    for (const verb of ['list', 'replicate'])
      expect(await refused({ home }, verb)).toMatchObject({
        code: 'HOME_MISSING',
        hint: expect.stringContaining('strongroom init'),
      });
    const { repositoryId } = await succeed<SetUpAnswer>({ home }, ...init);
    expect(readFileSync(kit, 'utf8')).toContain(repositoryId);
    expect(halfMade).not.toContain(repositoryId);
    await succeed({ home }, 'store', 'add', 'local', '--kind', 'local', '--path', join(folder, 'store'));
  });

test('an init that is killed when its repository is recorded is there, and keeps its keys', async ({ folder }) => {
  const [home, kit] = [join(folder, 'home'), join(folder, 'kit.txt')];
  await strongroom({ home, env: { STRONGROOM_CRASH_AT: 'init-recorded' } }, 'init', '--recovery-kit', kit);
  const key = readFileSync(join(home, 'keys', 'machine.json'), 'utf8');
  expect(await refused({ home }, 'init', '--recovery-kit', kit)).toMatchObject({ code: 'HOME_EXISTS' });
  await succeed({ home }, 'store', 'add', 'local', '--kind', 'local', '--path', join(folder, 'store'));
  expect(readFileSync(join(home, 'keys', 'machine.json'), 'utf8')).toBe(key);
  expect(existsSync(kit)).toBe(true);
});

test('a kit of another machine in the place of that of a killed init is kept', async ({ folder }) => {
  const [home, kit] = [join(folder, 'home'), join(folder, 'kit.txt')];
  await strongroom({ home, env: { STRONGROOM_CRASH_AT: 'init-key-saved' } }, 'init', '--recovery-kit', kit);
  writeFileSync(kit, 'of another machine');
  expect(await refused({ home }, 'init', '--recovery-kit', kit)).toMatchObject({ code: 'KIT_EXISTS' });
  expect(readFileSync(kit, 'utf8')).toBe('of another machine');
});

test('every verb but init says when there is no state folder, and makes none', async ({ folder }) => {
  const home = join(folder, 'nowhere');
  for (const verb of ['list', 'doctor', 'replicate']) {
    const failure = await refused({ home }, verb);
    expect(failure).toMatchObject({
      code: 'HOME_MISSING',
      status: 4,
      hint: expect.stringContaining('strongroom init'),
    });
  }
  expect(existsSync(home)).toBe(false);
});

test('wrong usage ends with status 2 and one JSON error', async ({ folder }) => {
  const { cli } = await localConsole(folder);
  const url = 'postgresql://postgres@127.0.0.1/shop';
  const wrong: { args: string[]; stdin?: string; says: RegExp }[] = [
    { args: [], says: /^no verb was given$/ },
    { args: ['source'], says: /^no verb of source was given$/ },
    { args: ['backup'], says: /^no verb of backup was given$/ },
    { args: ['sing'], says: /unknown command 'sing'/ },
    { args: ['backup', 'full'], says: /missing required argument 'source'/ },
    { args: ['list', '--colour', 'red'], says: /unknown option '--colour'/ },
    { args: ['list', '--limit', 'many'], says: /many is no number/ },
    { args: ['list', '--status', 'lost'], says: /lost is none of/ },
    { args: ['verify'], says: /which backup/ },
    { args: ['store', 'add', 'x', '--kind', 'tape'], says: /tape/ },
    { args: ['store', 'add', 'x', '--kind', 'local'], says: /--path/ },
    { args: ['store', 'add', '../x', '--kind', 'local', '--path', folder], says: /the name of a store/ },
    {
      args: ['store', 'add', 'x', '--kind', 'b2', '--endpoint', 'https://h', '--bucket', 'b', '--access-key', 'k'],
      says: /--region/,
    },
    {
      args: ['store', 'add', 'x', '--kind', 's3', '--endpoint', 'https://h', '--bucket', 'b', '--access-key', 'k'],
      says: /secret/,
    },
    { args: ['source', 'add', 'x'], says: /--url/ },
    { args: ['source', 'add', 'x', '--url', 'mysql://u@h/d'], says: /not a postgresql/ },
    {
      args: ['source', 'add', 'x', '--url', 'postgresql://u:secret@h/d'],
      says: /password does not belong into the URL/,
    },
    { args: ['source', 'add', 'x', '--url', url, '--sslmode', 'maybe'], says: /sslmode maybe/ },
    { args: ['source', 'add', 'x', '--url', url, '--password-stdin'], says: /stdin holds no secret/ },
    { args: ['source', 'add', 'x', '--url', url, '--tenant-table', 't'], says: /tenant model/ },
    { args: ['source', 'password', 'x', '--for', 'fun', '--password-stdin'], stdin: 'p', says: /fun/ },
  ];
  for (const { args, stdin, says } of wrong) {
    const failure = await refused({ ...cli, stdin }, ...args);
    expect(failure, args.join(' ')).toMatchObject({ code: 'USAGE', status: 2, message: expect.stringMatching(says) });
    expect(JSON.stringify(failure)).not.toContain('secret@');
  }
  const names: [code: string, status: number, ...args: string[]][] = [
    ['STORE_EXISTS', 2, 'store', 'add', 'local', '--kind', 'local', '--path', join(folder, 'x')],
    ['STORE_NOT_FOUND', 4, 'store', 'test', 'nas'],
    ['SOURCE_NOT_FOUND', 4, 'backup', 'full', 'shop'],
    ['SOURCE_NOT_FOUND', 4, 'source', 'remove', 'shop'],
    ['BACKUP_NOT_FOUND', 4, 'show', 'nonsense'],
  ];
  for (const [code, status, ...args] of names) expect(await refused(cli, ...args)).toMatchObject({ code, status });
});

test('a source is added, tested, given a new password and forgotten with it', async ({
  shopConsole,
  shop,
  cluster,
}) => {
  const { cli, home } = shopConsole;
  const tested = await succeed<{ tools: { chosen: boolean; version: string }[] }>(cli, 'source', 'test', 'shop');
  expect(tested).toMatchObject({ name: 'shop', url: shop.url, obstacles: [] });
  expect(tested.tools.filter(({ chosen }) => chosen)).toHaveLength(1);
  const again = await refused({ ...cli, stdin: 'p' }, 'source', 'add', 'shop', '--url', shop.url, '--password-stdin');
  expect(again).toMatchObject({ code: 'SOURCE_EXISTS', status: 2 });
  const change = ['source', 'password', 'shop', '--for', 'main', '--password-stdin'];
  await succeed({ ...cli, stdin: 'wrong' }, ...change);
  expect(await refused(cli, 'source', 'test', 'shop')).toMatchObject({ code: 'SOURCE_PASSWORD_WRONG' });
  await succeed({ ...cli, stdin: `${cluster.password}\n` }, ...change);
  await succeed(cli, 'source', 'test', 'shop');
  await succeed(cli, 'source', 'remove', 'shop');
  expect(readFileSync(join(home, 'settings.json'), 'utf8')).not.toContain(shop.name);
  // Nothing is left of the password: a new source of the same name has none.
  expect(
    await refused({ ...cli, env: { PGPASSFILE: '/dev/null' } }, 'source', 'add', 'shop', '--url', shop.url),
  ).toMatchObject({
    code: 'SOURCE_PASSWORD_WRONG',
  });
});

test('a source without a password is looked up in the password file, as libpq does', async ({
  folder,
  shop,
  cluster,
}) => {
  const { cli } = await localConsole(folder);
  const passfile = join(folder, 'pgpass');
  writeFileSync(passfile, `*:*:*:*:${cluster.password}\n`, { mode: 0o600 });
  const libpq = { ...cli, env: { PGPASSFILE: passfile } };
  await succeed(libpq, 'source', 'add', 'shop', '--url', shop.url);
  await succeed(libpq, 'backup', 'full', 'shop');
});

test('a store is added, tested and forgotten, and what lies in it stays', async ({ shopConsole, folder }) => {
  const { cli, store } = shopConsole;
  const tested = await succeed(cli, 'store', 'test', 'local');
  expect(tested).toMatchObject({ kind: 'local', place: store, reachable: true, writable: true, failure: null });
  expect(Object.values((tested as { timings: Record<string, unknown> }).timings)).not.toContain(null);
  const nas = join(folder, 'nas');
  await succeed(cli, 'store', 'add', 'nas', '--kind', 'local', '--path', nas);
  await succeed(cli, 'backup', 'full', 'shop');
  const files = filesBelow(nas);
  await succeed(cli, 'store', 'remove', 'nas');
  expect(await succeed(cli, 'store', 'list')).toMatchObject({
    stores: [{ name: 'local', kind: 'local', place: store, copies: 1, reachable: null, seenAt: null }],
  });
  expect(filesBelow(nas)).toEqual(files);
  renameSync(store, `${store}-unplugged`);
  const { status, json } = await strongroom(cli, 'store', 'test', 'local');
  const failure = { code: 'STORE_FOLDER_MISSING' };
  expect({ status, json }).toMatchObject({ status: 1, json: { reachable: false, writable: false, failure } });
});

test('the lists of stores and sources tell what the newest health check saw, and ask nobody', async ({
  shopConsole,
}) => {
  const { cli, store } = shopConsole;
  await succeed(cli, 'run', 'health');
  expect(await succeed(cli, 'store', 'list')).toMatchObject({
    stores: [{ reachable: true, writable: true, capacityBytes: expect.any(Number), failure: null }],
  });
  const { sources } = await succeed<{ sources: ListedSource[] }>(cli, 'source', 'list');
  expect(sources).toMatchObject([{ name: 'shop', serverVersion: expect.stringMatching(/^15\./), failure: null }]);
  renameSync(store, `${store}-unplugged`);
  await strongroom(cli, 'run', 'health');
  const failure = { code: 'STORE_FOLDER_MISSING' };
  expect(await succeed(cli, 'store', 'list')).toMatchObject({ stores: [{ reachable: false, failure }] });
});

test('the doctor finds nothing to block a backup, and then everything that does', async ({
  shopConsole,
  shop,
  cluster,
}) => {
  const { cli, store } = shopConsole;
  const well = await succeed<{ ok: boolean; checks: Check[] }>(cli, 'doctor');
  expect(well.ok).toBe(true);
  expect(severities(well.checks)).toMatchObject({
    key: 'ok',
    'source:shop': 'ok',
    'store:local': 'ok',
    stores: 'warn',
  });

  await cluster.psql('postgres', `CREATE ROLE clerk LOGIN PASSWORD 'clerk'; GRANT pg_read_all_data TO clerk;`);
  try {
    await addSource(cli, 'clerk', shop.url.replace('postgres@', 'clerk@'), 'clerk');
    await succeed({ ...cli, stdin: 'wrong' }, 'source', 'password', 'shop', '--for', 'main', '--password-stdin');
    renameSync(store, `${store}-unplugged`);
    const { status, json } = await strongroom(cli, 'doctor');
    const ill = json as { ok: boolean; checks: Check[] };
    expect({ status, ok: ill.ok }).toEqual({ status: 3, ok: false });
    expect(severities(ill.checks)).toMatchObject({
      key: 'ok',
      'source:shop': 'block',
      'source:clerk:row-security': 'block',
      'store:local': 'block',
    });
    for (const { severity, hint } of ill.checks) if (severity !== 'ok') expect(hint).not.toBe('');
  } finally {
    await cluster.psql('postgres', 'DROP ROLE clerk;');
  }
});

const severities = (checks: Check[]) => Object.fromEntries(checks.map(({ id, severity }) => [id, severity]));

test('the role that `source role` prints can be made as it stands, and then makes a source', async ({
  folder,
  cluster,
  shop,
}) => {
  const { cli } = await localConsole(folder);
  const { sql } = await succeed<{ sql: string }>(cli, 'source', 'role');
  const url = shop.url.replace(/\/\/[^@]*@/, '//strongroom_backup@');
  const before = await refused(
    { ...cli, stdin: 'change-me' },
    'source',
    'add',
    'shop',
    '--url',
    url,
    '--password-stdin',
  );
  expect(before).toMatchObject({
    code: 'SOURCE_PASSWORD_WRONG',
    hint: expect.stringContaining('strongroom source role'),
  });
  await cluster.psql('postgres', sql);
  try {
    const added = { ...cli, stdin: 'change-me' };
    expect(await succeed(added, 'source', 'add', 'shop', '--url', url, '--password-stdin')).toMatchObject({
      obstacles: [],
    });
  } finally {
    await cluster.psql('postgres', 'DROP OWNED BY strongroom_backup; DROP ROLE strongroom_backup;');
  }
});
