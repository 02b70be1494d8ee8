import { readFileSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { openServer } from '../../../main/server/serve.ts';
import { get, letIn, openWindow } from './client.ts';
import { test } from './servedConsole.ts';

const wanted = (url: string) => url.slice(url.indexOf('/', 'http://'.length));

test('the one-time address lets one browser in, and only one', async ({ server }) => {
  const { port, url } = server;
  const first = await get(port, wanted(url));
  expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
  const second = await get(port, wanted(url));
  expect(second.status).toBe(403);
  expect(second.headers['set-cookie']).toBeUndefined();
  expect(second.body.toString()).toContain('run/console-url');
});

test('of two browsers that come with one address at the same moment, one is let in', async ({ server }) => {
  const path = wanted(server.url);
  const answers = await Promise.all(Array.from({ length: 20 }, () => get(server.port, path)));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
});

test('the cookie is kept from scripts and from other sites, and cannot be guessed', async ({ server }) => {
  const flags = new RegExp(`^strongroom-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`);
  const { headers } = await get(server.port, wanted(server.url));
  expect(headers['set-cookie']).toEqual([expect.stringMatching(flags)]);
});

test('the next address is in a file that only its owner can read, and gone with the console', async ({ workspace }) => {
  const file = join(workspace.home.runDir, 'console-url');
  const server = await openServer(workspace, { port: 0 });
  expect(readFileSync(file, 'utf8').trim()).toBe(server.url);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await letIn(server.url);
  const next = readFileSync(file, 'utf8').trim();
  expect(next).toBe(server.url);
  await letIn(next);
  await server.close();
  expect(() => statSync(file)).toThrow('ENOENT');
});

test('a wrong, an empty and a doubled token are refused, and use nothing up', async ({ server }) => {
  const { port, url } = server;
  for (const path of ['/?token=', '/?token=wrong', `/?token=x&${wanted(url).slice(2)}`, `/?token=${'x'.repeat(9000)}`])
    expect((await get(port, path)).status, path).toBe(403);
  expect((await get(port, wanted(url), { method: 'HEAD' })).status).toBe(401);
  await letIn(url);
});

test('without the cookie there is nothing, not even an asset', async ({ server }) => {
  const { port } = server;
  const paths = ['/', '/index.html', '/favicon.ico', asset(), '/nothing'];
  for (const path of paths)
    for (const cookie of ['', `strongroom-${port}=`, `strongroom-${port}=__proto__`, 'x=y; strongroom-1=z'])
      expect((await get(port, path, { headers: { cookie } })).status, `${path} ${cookie}`).toBe(401);
  await expect(openWindow(port)).rejects.toThrow('refused with 401');
});

test('with the cookie there is the page, and each load of it has a nonce of its own', async ({ server }) => {
  const { port } = server;
  const headers = { cookie: await letIn(server.url) };
  const nonces = new Set<string>();
  for (const path of ['/', '/index.html', '/?from=a+bookmark']) {
    const page = await get(port, path, { headers });
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const nonce = /'nonce-([^']+)'/.exec(page.headers['content-security-policy']?.toString() ?? '')?.[1] ?? '';
    expect(page.body.toString()).toContain(`nonce="${nonce}"`);
    expect(page.body.toString()).not.toContain('__NONCE__');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('an asset is kept by the browser for good, and packed where it can unpack it', async ({ server }) => {
  const headers = { cookie: await letIn(server.url) };
  const plain = await get(server.port, asset(), { headers });
  expect(plain).toMatchObject({ status: 200, headers: { 'cache-control': expect.stringContaining('immutable') } });
  const packed = await get(server.port, asset(), { headers: { ...headers, 'accept-encoding': 'gzip, br' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  expect((await get(server.port, asset(), { method: 'HEAD', headers })).body).toHaveLength(0);
});

test('every answer carries what protects the page', async ({ server }) => {
  const { port, url } = server;
  const cookie = await letIn(url);
  const answers = [
    await get(port, '/', { headers: { cookie } }),
    await get(port, asset(), { headers: { cookie } }),
    await get(port, '/nothing', { headers: { cookie } }),
    await get(port, '/'),
    await get(port, '/?token=wrong'),
    await get(port, wanted(server.url)),
    await get(port, '/', { method: 'POST' }),
  ];
  for (const { status, headers } of answers) {
    expect(headers, String(status)).toMatchObject({
      'content-security-policy': expect.stringMatching(
        new RegExp(`^default-src 'none'; script-src 'self'; .*connect-src 'self' ws://127.0.0.1:${port};`),
      ),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

test('a request for another host is refused, so that no name can be pointed here', async ({ server }) => {
  const { port } = server;
  const cookie = await letIn(server.url);
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  for (const host of own) expect((await get(port, '/', { headers: { host, cookie } })).status, host).toBe(200);
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port}.evil.example`,
    `[::1]:${port}`,
  ];
  for (const host of foreign) {
    expect((await get(port, '/', { headers: { host, cookie } })).status, host).toBe(403);
    await expect(openWindow(port, { host, origin: `http://${host}`, cookie }), host).rejects.toThrow('403');
  }
});

test('a socket for the page of another origin is refused', async ({ server }) => {
  const { port } = server;
  const cookie = await letIn(server.url);
  const foreign = ['', 'null', 'http://evil.example', `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  for (const origin of [...foreign, `http://localhost:${port}`])
    await expect(openWindow(port, { origin, cookie }), origin).rejects.toThrow('refused with 403');
  await expect(openWindow(port, { path: '/other', cookie })).rejects.toThrow('refused with 404');
  const window = await openWindow(port, { cookie });
  await window.close();
});

test('whatever is not GET or HEAD is refused', async ({ server }) => {
  const cookie = await letIn(server.url);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
    expect(await get(server.port, '/', { method, headers: { cookie } }), method).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
});

test('no path leads out of the page', async ({ server }) => {
  const headers = { cookie: await letIn(server.url) };
  const ways = [
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/main/cli.js',
    '/assets/..\\..\\package.json',
    '/assets/../index.html',
    '/assets/.',
    '/assets/',
    '/assets',
    '//etc/passwd',
    '//',
    '/main/cli.js',
    '/etc/passwd',
    '/%00',
    '/%',
    'http://127.0.0.1/etc/passwd',
    `/assets/${'a'.repeat(5000)}.js`,
  ];
  for (const way of ways) expect((await get(server.port, way, { headers })).status, way).toBe(404);
});

test('it listens on this machine only', async ({ server }) => {
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
    .filter((address) => address !== '127.0.0.1');
  for (const host of ['127.0.0.2', ...others])
    expect(await reachable(host, server.port), `${host} answers`).toBe(false);
  expect(await reachable('127.0.0.1', server.port)).toBe(true);
});

test('a port that is taken is refused when it was asked for', async ({ server, workspace }) => {
  await expect(openServer(workspace, { port: server.port })).rejects.toMatchObject({ code: 'PORT_BUSY' });
});

function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2000 });
    const tell = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', tell(true)).once('error', tell(false)).once('timeout', tell(false));
  });
}

/** The script that the built page begins with. */
function asset(): string {
  const page = readFileSync(join(import.meta.dirname, '../../../out/renderer/index.html'), 'utf8');
  return /src="\.(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
}
