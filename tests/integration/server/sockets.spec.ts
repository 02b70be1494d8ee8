import { existsSync } from 'node:fs';
import { expect } from '@playwright/test';
import { get, letIn, openWindow, type Window } from './client.ts';
import { test } from './servedConsole.ts';
import type { ConsoleServer } from '../../../main/server/serve.ts';

/** A window of a browser of its own. */
async function newBrowser(server: ConsoleServer): Promise<Window> {
  return openWindow(server.port, { cookie: await letIn(server.url) });
}

const preferences = { startAtLogin: false, closeToTray: true, trayExplained: true };

test('a window is answered as the command line would be', async ({ server, workspace }) => {
  const window = await newBrowser(server);
  expect(await window.ask('console.state', {})).toMatchObject({
    ok: true,
    value: { phase: 'fresh', host: 'serve', home: workspace.home.dir, versions: { Node: process.versions.node } },
  });
  expect(await window.ask('sources.list', {})).toMatchObject({ ok: false, failure: { code: 'HOME_MISSING' } });
  await window.close();
});

test('requests that there are not, and wrong ones, are answered with a failure', async ({ server }) => {
  const window = await newBrowser(server);
  for (const name of ['no.such', 'constructor', '__proto__', ''])
    expect(await window.ask(name, {}), name).toMatchObject({ ok: false, failure: { code: 'REQUEST_UNKNOWN' } });
  for (const what of [null, 7, [], { home: '/' }, 'x'.repeat(1000)])
    expect(await window.ask('setUp.begin', what)).toMatchObject({ ok: false, failure: { code: 'REQUEST_WRONG' } });
  await window.close();
});

const malformed: [string, string | Buffer][] = [
  ['no JSON', 'hello'],
  ['nothing', ''],
  ['half of a message', '{"id":1,"name":"setUp.begin"'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no number', '{"id":"1","name":"setUp.begin","ask":{}}'],
  ['a number that is none', '{"id":1e400,"name":"setUp.begin","ask":{}}'],
  ['no name', '{"id":1,"ask":{}}'],
  ['bytes', Buffer.from('{"id":1,"name":"setUp.begin","ask":{}}')],
];
for (const [what, message] of malformed)
  test(`a message that is ${what} ends the socket, and what comes after it is not done`, async ({
    server,
    workspace,
  }) => {
    const window = await newBrowser(server);
    window.send(message);
    window.send('{"id":2,"name":"setUp.begin","ask":{}}');
    expect(await window.closed).toBe(1008);
    expect(workspace.ready).toBe(false);
    expect(existsSync(workspace.home.statePath)).toBe(false);
  });

test('a message of more than 1 MiB ends the socket, one below does not', async ({ server }) => {
  const window = await newBrowser(server);
  const padded = (bytes: number) => JSON.stringify({ id: 0, name: 'x'.repeat(bytes), ask: {} });
  window.send(padded(1_000_000));
  expect(await window.ask('console.state', {})).toMatchObject({ ok: true });
  window.send(padded(1_100_000));
  expect(await window.closed).toBe(1009);
});

test('what one browser changes every window hears of', async ({ server }) => {
  const windows = [await newBrowser(server), await newBrowser(server)];
  expect(await windows[0]?.ask('setUp.begin', {})).toMatchObject({ ok: true, value: { phase: 'ready' } });
  expect(await windows[1]?.ask('preferences.save', preferences)).toMatchObject({ ok: true });
  const savedPreferences = { event: 'changed', value: { areas: ['preferences'] } };
  for (const { events } of windows) await expect.poll(() => events.at(-1)).toEqual(savedPreferences);
  expect(windows[0]?.events[0]).toEqual({ event: 'changed', value: { areas: expect.arrayContaining(['console']) } });
  expect(windows[1]?.events).toEqual(windows[0]?.events);
  for (const window of windows) await window.close();
});

test('each browser has a standing of its own, and all its windows share it', async ({ server }) => {
  const cookie = await letIn(server.url);
  const [one, two] = [await openWindow(server.port, { cookie }), await openWindow(server.port, { cookie })];
  const other = await newBrowser(server);
  await one.ask('setUp.begin', {});
  expect(await one.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '2718' })).toMatchObject({ ok: true });

  // The other browser is locked from now on: it may look, but change nothing.
  expect(await other.ask('access.state', {})).toMatchObject({ ok: true, value: { role: 'viewer', person: null } });
  expect(await other.ask('preferences.save', preferences)).toMatchObject({
    ok: false,
    failure: { code: 'PIN_NEEDED' },
  });

  await one.ask('access.lock', {});
  const state = await other.ask('access.state', {});
  const personId = (state as { value: { people: { id: number }[] } }).value.people[0]?.id;
  const toldBefore = other.events.filter(({ event }) => event === 'access').length;
  expect(await one.ask('access.unlock', { personId, pin: '2718' })).toMatchObject({ ok: true });
  await expect
    .poll(() => two.events.filter(({ event }) => event === 'access').at(-1))
    .toMatchObject({ value: { role: 'owner', person: { name: 'Ada' } } });
  expect(await two.ask('preferences.save', preferences)).toMatchObject({ ok: true });
  expect(await other.ask('access.state', {})).toMatchObject({ value: { role: 'viewer' } });
  expect(other.events.filter(({ event }) => event === 'access')).toHaveLength(toldBefore);
  for (const window of [one, two, other]) await window.close();
});

test('progress is left out for a window that does not read, everything else waits for it', async ({
  server,
  workspace,
}) => {
  const window = await newBrowser(server);
  await window.ask('console.state', {});
  const job = {
    id: 'x',
    kind: 'backup full',
    subject: 'shop',
    startedAt: new Date().toISOString(),
    stage: 'dumping',
    doneBytes: 0,
    totalBytes: null,
    estimated: false,
    rate: null,
    eta: null,
    notes: ['n'.repeat(100_000)],
    waiting: false,
    stalledSince: null,
    cancelling: false,
    cancelLeaves: '',
  };
  // All of it in one turn: nothing can be read meanwhile.
  for (let told = 0; told < 100; told++) workspace.announcer.tell('progress', job);
  workspace.announcer.tell('changed', { areas: ['jobs'] });
  await expect.poll(() => window.events.at(-1)?.event, { timeout: 10_000 }).toBe('changed');
  const progress = window.events.filter(({ event }) => event === 'progress').length;
  expect(progress).toBeGreaterThan(0);
  expect(progress).toBeLessThan(100);
  await window.close();
});

test('windows are told when the console ends, and no socket is left', async ({ workspace, server }) => {
  const windows = [await newBrowser(server), await newBrowser(server)];
  await server.close();
  for (const { closed } of windows) expect(await closed).toBe(1001);
  await expect(get(server.port, '/')).rejects.toThrow('ECONNREFUSED');
  workspace.announcer.tell('changed', { areas: [] }); // nobody listens any more
});
