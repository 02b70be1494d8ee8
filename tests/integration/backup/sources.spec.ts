import { expect } from '@playwright/test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import { startCluster } from '../../support/cluster.ts';
import { freePort } from '../../support/freePort.ts';
import { descendantsOf, startedPrograms } from '../../support/processes.ts';
import { addSource, halfMade, localConsole, sourceUrl, test, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, start, succeed } from '../../support/strongroom.ts';
import { expectFailedBackup, holdDumpBack, listed } from './backups.ts';

test.describe('a source is not added', () => {
  test('when the password is wrong', async ({ shopConsole, shop }) => {
    const failure = await refused({ ...shopConsole.cli, stdin: 'wrong' }, ...add('two', shop.url));
    expect(failure).toMatchObject({
      code: 'SOURCE_PASSWORD_WRONG',
      status: 1,
      hint: expect.stringMatching(/password/),
    });
    await expectOnlyShop(shopConsole);
  });

  test('when nobody listens on the port of the host', async ({ shopConsole, cluster }) => {
    const url = `postgresql://postgres@127.0.0.1:${await freePort()}/shop`;
    const failure = await refused({ ...shopConsole.cli, stdin: cluster.password }, ...add('two', url));
    expect(failure).toMatchObject({ code: 'SOURCE_UNREACHABLE', status: 1, message: 'the server does not answer' });
    await expectOnlyShop(shopConsole);
  });

  test('when the name of the host is not known', async ({ shopConsole, cluster }) => {
    const url = 'postgresql://postgres@nowhere.invalid/shop';
    const failure = await refused({ ...shopConsole.cli, stdin: cluster.password }, ...add('two', url));
    expect(failure).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      status: 1,
      message: 'the name of the server is not known',
    });
    await expectOnlyShop(shopConsole);
  });

  test('when the database is missing', async ({ shopConsole, cluster }) => {
    const url = sourceUrl(cluster, 'no_such_shop');
    const failure = await refused({ ...shopConsole.cli, stdin: cluster.password }, ...add('two', url));
    expect(failure).toMatchObject({ code: 'SOURCE_DATABASE_MISSING', status: 1 });
    await expectOnlyShop(shopConsole);
  });

  test('when the named folder holds no tools', async ({ shopConsole, shop, cluster, folder }) => {
    const empty = join(folder, 'no-tools');
    mkdirSync(empty);
    const failure = await refused(
      { ...shopConsole.cli, stdin: cluster.password },
      ...add('two', shop.url),
      '--tools',
      empty,
    );
    expect(failure).toMatchObject({ code: 'TOOL_MISSING', status: 3, message: expect.stringContaining(empty) });
    await expectOnlyShop(shopConsole);
  });

  test('when the server is newer than every tool', async ({ shopConsole, shop, cluster, folder }) => {
    const failure = await refused(
      { ...shopConsole.cli, stdin: cluster.password },
      ...add('two', shop.url),
      '--tools',
      oldTools(folder),
    );
    expect(failure).toMatchObject({ code: 'TOOL_TOO_OLD', status: 3 });
    await expectOnlyShop(shopConsole);
  });
});

test.describe('a backup is refused and leaves only a FAILED row', () => {
  test('when the password has become wrong', async ({ shopConsole, cluster }) => {
    await succeed({ ...shopConsole.cli, stdin: 'wrong' }, ...password('shop'));
    await expectFailedBackup(shopConsole, { code: 'SOURCE_PASSWORD_WRONG', status: 1 });
    await succeed({ ...shopConsole.cli, stdin: cluster.password }, ...password('shop'));
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });

  test('when the database has been dropped', async ({ shopConsole, cluster, shop }) => {
    await cluster.dropDatabase(shop.name);
    await expectFailedBackup(shopConsole, { code: 'SOURCE_DATABASE_MISSING', status: 1 });
  });

  test('when the server is newer than every tool that is left', async ({ shopConsole, shop, cluster, folder }) => {
    const tools = wrappedTools(folder, cluster.binDir);
    await succeed({ ...shopConsole.cli, stdin: cluster.password }, ...add('two', shop.url), '--tools', tools);
    oldTools(folder, tools);
    await expectFailedBackup(shopConsole, { code: 'TOOL_TOO_OLD', status: 3 }, 'two');
  });

  test('when row-level security would filter what the role sees', async ({ shopConsole, shop, cluster }) => {
    await withRole(cluster, 'GRANT pg_read_all_data TO clerk', async () => {
      await addSource(shopConsole.cli, 'clerk', shop.url.replace('postgres@', 'clerk@'), 'clerk');
      const failure = await expectFailedBackup(shopConsole, { code: 'ROW_SECURITY_FILTERS', status: 3 }, 'clerk');
      expect(failure.hint).toContain('BYPASSRLS');
      expect(JSON.stringify(failure.details)).toContain('shop.customers');
    });
  });

  test('when the role lacks the privilege to read one table', async ({ shopConsole, shop, cluster }) => {
    await withRole(cluster, 'ALTER ROLE clerk BYPASSRLS', async () => {
      await shop.psql(`GRANT USAGE ON SCHEMA shop TO clerk; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO clerk;
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO clerk; REVOKE SELECT ON shop.payments FROM clerk;`);
      await addSource(shopConsole.cli, 'clerk', shop.url.replace('postgres@', 'clerk@'), 'clerk');
      const failure = await expectFailedBackup(shopConsole, { code: 'PRIVILEGE_MISSING', status: 3 }, 'clerk');
      expect(failure.message).toContain('shop.payments');
      await shop.psql('DROP OWNED BY clerk;');
    });
  });

  test('when another session locks a table for too long', async ({ shopConsole, shop, cluster }) => {
    test.slow();
    const client = new pg.Client({ connectionString: cluster.url(shop.name) });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE shop.sales IN ACCESS EXCLUSIVE MODE');
    await expectFailedBackup(shopConsole, { code: 'LOCK_TIMEOUT', status: 1 });
    await client.end();
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });
});

test.describe('a backup that is broken off in the middle of its dump leaves only a FAILED row', () => {
  test('when pg_dump is killed', async ({ shopConsole, shop, cluster }) => {
    const gate = await holdDumpBack(cluster, shop.name);
    const backup = start(shopConsole.cli, 'backup', 'full', 'shop');
    await gate.reached();
    const ours = descendantsOf(backup.pid); // other tests dump beside this one
    const dumps = [...startedPrograms()].filter(
      ([pid, command]) => ours.has(pid) && /pg_dump .*--section=data/.test(command),
    );
    expect(dumps).not.toHaveLength(0);
    for (const [pid] of dumps) process.kill(pid, 'SIGKILL');
    const { status, json } = await backup.ended;
    await gate.open();
    expect(status).toBe(1);
    expect(json).toMatchObject({ error: { code: 'TOOL_FAILED', message: 'pg_dump was killed (SIGKILL)' } });
    expect(halfMade(shopConsole)).toEqual([]);
    expect(await listed(shopConsole)).toMatchObject([{ status: 'FAILED', failure: { code: 'TOOL_FAILED' } }]);
    await succeed(shopConsole.cli, 'backup', 'full', 'shop');
  });

  test('when the server is killed', async ({ folder }) => {
    const cluster = await startCluster();
    try {
      await cluster.psql('postgres', 'CREATE TABLE sales AS SELECT generate_series(1, 1000) AS id;');
      const shopConsole = await localConsole(folder);
      const url = sourceUrl(cluster, 'postgres');
      await addSource(shopConsole.cli, 'shop', url, cluster.password);
      const gate = await holdDumpBack(cluster, 'postgres');
      const backup = start(shopConsole.cli, 'backup', 'full', 'shop');
      await gate.reached();
      await cluster.kill9();
      const { status, json } = await backup.ended;
      expect(status).toBe(1);
      expect(json).toMatchObject({ error: { code: 'SOURCE_CONNECTION_LOST' } });
      expect(halfMade(shopConsole)).toEqual([]);
      expect(await listed(shopConsole)).toMatchObject([
        { status: 'FAILED', failure: { code: 'SOURCE_CONNECTION_LOST' } },
      ]);
      await gate.open();
      await expectFailedBackup(shopConsole, { code: 'SOURCE_UNREACHABLE', status: 1 });
      await cluster.start();
      const after = await succeed<BackupAnswer>(shopConsole.cli, 'backup', 'full', 'shop');
      expect(after.tables).toContainEqual({ name: 'public.sales', rows: 1000 });
    } finally {
      await cluster.remove();
    }
  });
});

const add = (name: string, url: string) => ['source', 'add', name, '--url', url, '--password-stdin'];
const password = (name: string) => ['source', 'password', name, '--for', 'main', '--password-stdin'];

async function expectOnlyShop({ cli, home }: ShopConsole): Promise<void> {
  const { sources } = await succeed<{ sources: { name: string }[] }>(cli, 'source', 'list');
  expect(sources.map(({ name }) => name)).toEqual(['shop']);
  expect(halfMade({ home, store: '' })).toEqual([]);
}

/** Runs `work` while there is a login `clerk` with the password `clerk`. */
async function withRole(
  cluster: { psql(database: string, sql: string): Promise<string> },
  more: string,
  work: () => Promise<void>,
): Promise<void> {
  await cluster.psql('postgres', `CREATE ROLE clerk LOGIN PASSWORD 'clerk'; ${more};`);
  try {
    await work();
  } finally {
    await cluster.psql('postgres', 'DROP ROLE clerk;');
  }
}

const programs = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'];

/** A folder of tools that do what those of `binDir` do. */
function wrappedTools(folder: string, binDir: string): string {
  const tools = join(folder, 'tools');
  writeTools(tools, (program) => `exec '${binDir}/${program}' "$@"`);
  return tools;
}

/** A folder of tools that say that they are of version 13. */
function oldTools(folder: string, tools = join(folder, 'old-tools')): string {
  writeTools(tools, (program) => `echo '${program} (PostgreSQL) 13.1'`);
  return tools;
}

function writeTools(tools: string, bodyOf: (program: string) => string): void {
  mkdirSync(tools, { recursive: true });
  for (const program of programs) {
    const path = join(tools, program);
    writeFileSync(path, `#!/bin/sh\n${bodyOf(program)}\n`);
    chmodSync(path, 0o755);
  }
}
