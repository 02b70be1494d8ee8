import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { startServe } from '../../support/serveHost.ts';
import { filesBelow, localConsole, test } from '../../support/shopConsole.ts';
import { refused, succeed } from '../../support/strongroom.ts';
import { get, letIn, openWindow } from './client.ts';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  test(`${signal} ends it in good order and releases the state folder`, async ({ folder }) => {
    const { cli, home } = await localConsole(folder);
    const serve = await startServe(cli, '--port', '0');
    expect((await refused(cli, 'store', 'remove', 'local')).code).toBe('OWNER_BUSY');
    expect((await refused(cli, 'serve', '--port', '0')).code).toBe('OWNER_BUSY');
    expect(await serve.end(signal)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('stopped'),
      json: { url: serve.url, port: serve.port, home },
    });
    await succeed(cli, 'store', 'remove', 'local');
    expect(filesBelow(join(home, 'run'))).toEqual([]);
  });

test('a job that runs when it is told to end is cancelled and cleaned up', async ({ shopConsole, shop }) => {
  const { cli, home, store } = shopConsole;
  // So large that it cannot be done before the signal.
  await shop.psql(
    'CREATE TABLE ballast AS SELECT i, md5(i::text) || md5((-i)::text) AS text FROM generate_series(1, 800000) i;',
  );
  const before = filesBelow(store);
  const serve = await startServe(cli, '--port', '0');
  const window = await openWindow(serve.port, { cookie: await letIn(serve.url) });
  const asked = { source: 'shop', note: null, pinned: false, notify: 'failure' };
  expect(await window.ask('backups.start', asked)).toMatchObject({ ok: true, value: { jobId: expect.any(String) } });
  await expect.poll(() => window.events.some(({ event }) => event === 'progress')).toBe(true);
  const run = await serve.end('SIGTERM');
  expect(run.stderr).toContain('what still runs is cancelled and cleaned up');
  expect(run.status).toBe(0);
  expect(filesBelow(store)).toEqual(before);
  const { backups } = await succeed<{ backups: { status: string }[] }>(cli, 'list');
  expect(backups.filter(({ status }) => status === 'RUNNING')).toEqual([]);
  expect(existsSync(join(home, 'owner.json'))).toBe(false);
});

test('a browser is known again after a restart, and a stranger is not', async ({ folder }) => {
  const { cli, home } = await localConsole(folder);
  const first = await startServe(cli, '--port', '0');
  const cookie = await letIn(first.url);
  await first.end('SIGKILL');
  expect(readFileSync(join(home, 'browsers.json'), 'utf8')).not.toContain(cookie.split('=')[1]);

  const second = await startServe(cli, '--port', String(first.port));
  expect((await get(second.port, '/', { headers: { cookie } })).status).toBe(200);
  expect((await get(second.port, '/', { headers: { cookie: `${cookie}x` } })).status).toBe(401);
  await second.end('SIGTERM');

  writeFileSync(join(home, 'browsers.json'), 'no JSON');
  const third = await startServe(cli, '--port', String(first.port));
  expect((await get(third.port, '/', { headers: { cookie } })).status).toBe(401);
  await letIn(third.url);
  await third.end('SIGTERM');
});

test('it says where it is when the usual port is taken', async ({ folder }) => {
  const other = createServer();
  // Where somebody else has the usual port already, it is taken as well.
  await new Promise<void>((resolve) => other.once('error', () => resolve()).listen(8432, '127.0.0.1', resolve));
  const serve = await startServe({ home: join(folder, 'home') });
  expect(serve.port).not.toBe(8432);
  await expect
    .poll(() => serve.stderr())
    .toContain(`port 8432 is taken on this machine, so the console is on ${serve.port}`);
  await serve.end('SIGTERM');
  other.close();
});

test('what is no port is refused', async ({ folder }) => {
  for (const port of ['-1', '65536', 'http', '80.5'])
    expect(await refused({ home: join(folder, 'home') }, 'serve', `--port=${port}`), port).toMatchObject({
      code: 'USAGE',
      status: 2,
    });
});

test('a browser that cannot be opened is told, and the console stays', async ({ folder }) => {
  const home = join(folder, 'home');
  const serve = await startServe({ home, env: { PATH: folder } }, '--port', '0', '--open');
  await expect.poll(() => serve.stderr()).toMatch(/no browser could be opened \(.+\): open the address above yourself/);
  await letIn(serve.url);
  expect((await serve.end('SIGTERM')).status).toBe(0);
});

test('the browser is opened without the address among the arguments of a program', async ({ folder }) => {
  test.skip(process.platform !== 'linux', 'the opener of another system cannot be replaced in PATH');
  const seen = join(folder, 'seen');
  writeFileSync(
    join(folder, 'xdg-open'),
    `#!/bin/sh\necho "$*" >${seen}.part; /bin/cat "$1" >>${seen}.part; /bin/mv ${seen}.part ${seen}\n`,
    {
      mode: 0o755,
    },
  );
  const serve = await startServe({ home: join(folder, 'home'), env: { PATH: folder } }, '--port', '0', '--open');
  while (!existsSync(seen)) await sleep(20);
  const [args, page] = readFileSync(seen, 'utf8').split('\n');
  expect(args).toBe(join(folder, 'home', 'run', 'console.html'));
  expect(page).toContain(`content="0; url=${serve.url}"`);
  await serve.end('SIGTERM');
  expect(existsSync(args ?? '')).toBe(false);
});
