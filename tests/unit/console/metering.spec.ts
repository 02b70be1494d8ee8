import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect } from '@playwright/test';
import { Workspace } from '../../../main/console/workspace.ts';
import { AskingWindow } from '../../support/asking.ts';
import { freePort } from '../../support/freePort.ts';
import { test } from '../../support/openedWorkspace.ts';

interface Scrape {
  status: number;
  type: string;
  text: string;
}

/** Asks as Prometheus does; `code` of the connection where nobody is there. */
function scrape(
  port: number,
  { path = '/metrics', host = '127.0.0.1', method = 'GET', as = `127.0.0.1:${port}` } = {},
) {
  return new Promise<Scrape | string>((resolve) => {
    const asked = request({ host, port, path, method, headers: { host: as }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}

/** Holds a port as another program would. */
async function occupy(port: number): Promise<() => Promise<void>> {
  const other = createServer((_, response) => response.end('another program'));
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  return () => new Promise((resolve) => other.close(() => resolve()));
}

test('nothing is served until somebody wants it; then it is, at once, and at another port at once', async ({
  workspace,
  clock,
}) => {
  const window = new AskingWindow(workspace, clock);
  const [first, second] = [await freePort(), await freePort()];
  expect(await window.ask('metrics.show', {})).toEqual({ enabled: false, port: 8433, served: false, failure: null });

  expect(await window.ask('metrics.save', { enabled: true, port: first })).toMatchObject({ served: true, port: first });
  const told = await scrape(first);
  expect(told).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/plain; version=0\.0\.4/) });
  expect((told as Scrape).text).toMatch(/^strongroom_build_info\{version="[\d.]+"\} 1$/m);
  expect((told as Scrape).text).toContain('strongroom_alerts_open{severity="critical"} 0');
  // No database is connected: there is no score.
  expect((told as Scrape).text).not.toContain('strongroom_health_score_ratio');

  await window.ask('metrics.save', { enabled: true, port: second });
  expect(await scrape(first)).toBe('ECONNREFUSED');
  expect(await scrape(second)).toMatchObject({ status: 200 });
  await window.ask('metrics.save', { enabled: false, port: second });
  expect(await scrape(second)).toBe('ECONNREFUSED');
});

test('only this machine is answered, only when it asks for this address, and only about metrics', async ({
  workspace,
}) => {
  const port = await freePort();
  await workspace.metering.save({ enabled: true, port });
  expect(await scrape(port, { as: `localhost:${port}` })).toMatchObject({ status: 200 });
  expect(await scrape(port, { as: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await scrape(port, { path: '/' })).toMatchObject({ status: 404 });
  expect(await scrape(port, { method: 'POST' })).toMatchObject({ status: 405 });
  expect(await scrape(port, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');
  if (outside) expect(await scrape(port, { host: outside.address })).toBe('ECONNREFUSED');
});

test('a port that another program has is refused in one sentence, and everything stays as it was', async ({
  workspace,
  clock,
}) => {
  const window = new AskingWindow(workspace, clock);
  const [mine, taken] = [await freePort(), await freePort()];
  const leave = await occupy(taken);
  await window.ask('metrics.save', { enabled: true, port: mine });
  await expect(window.ask('metrics.save', { enabled: true, port: taken })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: `port ${taken} is used by another program of this machine`,
  });
  expect(await window.ask('metrics.show', {})).toMatchObject({ enabled: true, port: mine, served: true });
  expect(await scrape(mine)).toMatchObject({ status: 200 });
  await leave();
  const [newest, before] = (await window.ask('access.audit', { before: null, limit: 2 })).entries;
  expect([newest, before]).toMatchObject([
    { action: 'metrics.save', subject: String(taken), outcome: 'PORT_BUSY' },
    { action: 'metrics.save', subject: String(mine), outcome: 'done' },
  ]);
});

test('the next start serves again, also without its state database; a port that was taken meanwhile is told', async ({
  workspace,
}) => {
  const { home } = workspace;
  const port = await freePort();
  await workspace.metering.save({ enabled: true, port });
  await workspace.close();
  expect(await scrape(port)).toBe('ECONNREFUSED');
  rmSync(home.statePath);

  const again = await Workspace.open(home);
  expect(await scrape(port)).toMatchObject({ status: 200 });
  await again.close();

  const leave = await occupy(port);
  const late = await Workspace.open(home);
  expect(late.metering.view()).toMatchObject({ enabled: true, served: false, failure: { code: 'PORT_BUSY' } });
  await leave();
  await late.metering.save({ enabled: true, port });
  expect(late.metering.view()).toMatchObject({ served: true, failure: null });
  await late.close();
});

test('only an owner switches them', async ({ workspace, clock }) => {
  const window = new AskingWindow(workspace, clock);
  await window.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '2468' });
  window.session.lock();
  expect(await window.outcome('metrics.save', { enabled: true, port: 8433 })).toBe('ROLE_NEEDED');
  expect(await window.outcome('health.show', {})).toBe('done');
});
