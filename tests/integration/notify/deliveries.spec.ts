import { ulid } from 'ulid';
import { untouchedSince } from '../../../main/alerts/decide.ts';
import { expect } from '@playwright/test';
import {
  addChannel,
  listChannels,
  removeChannel,
  saveNotifySettings,
  testAndNote,
} from '../../../main/requests/channels.ts';
import type { Console } from '../../../main/console/console.ts';
import { notifySettings } from '../../../main/console/notices.ts';
import { outboxStatuses, type OutboxRow, type Route } from '../../../shared/channel.ts';
import { news, test, type NotifyingConsole } from '../../support/notifyingConsole.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { MailReceiver, type HttpReceiver } from '../../support/receivers.ts';

async function webhookTo(console: Console, service: HttpReceiver, route: Partial<Route> = {}, name = 'hook') {
  await addChannel(console, { kind: 'webhook', name, url: service.url(`/${name}`), signed: false, key: '' });
  reroute(console, name, { minSeverity: 'INFO', ...route });
}

async function slackTo(console: Console, service: HttpReceiver, route: Partial<Route> = {}) {
  await addChannel(console, { kind: 'slack', name: 'slack', url: service.url('/slack') });
  reroute(console, 'slack', { minSeverity: 'INFO', ...route });
}

function reroute({ channels }: Console, name: string, route: Partial<Route>): void {
  for (const channel of channels.all())
    if (channel.name === name) channels.put({ ...channel, route: { ...channel.route, ...route } });
}

function anAlert(severity: 'CRITICAL' | 'WARNING', message: string) {
  const about = { source: null, tenant: null, store: null, backupId: null, restoreId: null, jobId: null };
  const what = { type: 'JOB_FAILURE', status: 'ACTIVE', hint: '', link: '/jobs', occurrence: '' } as const;
  return { ...what, id: ulid(), severity, message, about, fingerprint: message };
}

/** What a webhook was told, as `event message`. */
function told({ received }: HttpReceiver): string[] {
  return received.map(({ body }) => {
    const { event, message } = JSON.parse(body) as { event: string; message: string };
    return `${event} ${message}`;
  });
}

function rows({ console }: NotifyingConsole): OutboxRow[] {
  return console.outbox.list({ statuses: outboxStatuses, limit: 1000 });
}

test('news is told once by each channel that it concerns, however often it is handed over', async ({
  desk,
  service,
}) => {
  await webhookTo(desk.console, service, {}, 'all');
  await webhookTo(desk.console, service, { minSeverity: 'CRITICAL' }, 'critical');
  const one = news({ severity: 'WARNING' });
  desk.tell(one, one);
  desk.tell(one);
  await desk.deliver();
  desk.tell(one);
  await desk.deliver();
  expect(service.received.map(({ path }) => path)).toEqual(['/all']);
});

test('what is told of one alert keeps its order through an outage of a day, and everything arrives', async ({
  desk,
  service,
}) => {
  await webhookTo(desk.console, service);
  service.usual = { status: 503 };
  const alertId = ulid();
  desk.tell(news({ alertId, message: 'first' }));
  await desk.deliver();
  desk.tell(news({ alertId, event: 'reminder', message: 'second' }));
  await desk.pass(24 * 60);
  desk.tell(news({ alertId, event: 'escalated', message: 'third' }));
  await desk.pass(1);
  // Half an hour between tries in the end, however much waits.
  expect(service.received.length).toBeLessThan(60);
  const [failing] = listChannels(desk.console).channels;
  expect(failing).toMatchObject({ waiting: 3, lastSuccessAt: null, failure: { code: 'CHANNEL_UNREACHABLE' } });
  expect(failing?.failingSince).toBe('2026-11-23T12:00:00.000Z');

  service.received.length = 0;
  service.usual = { status: 200 };
  await desk.pass(31);
  expect(told(service)).toEqual(['opened first', 'reminder second', 'escalated third']);
  expect(listChannels(desk.console).channels[0]).toMatchObject({ waiting: 0, failingSince: null, failure: null });
});

test('what could not be told for three days is given up, and is still to be seen', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  service.usual = { status: 500, body: 'out of order' };
  desk.tell(news());
  await desk.pass(71 * 60, 10);
  expect(rows(desk)[0]).toMatchObject({ status: 'WAITING' });
  await desk.pass(2 * 60, 10);
  expect(rows(desk)[0]).toMatchObject({
    status: 'GIVEN_UP',
    failure: { message: expect.stringContaining('out of order') },
  });
});

test('a message that is refused again and again does not keep the others back', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  service.answers = [{ status: 400 }, { status: 400 }, { status: 400 }];
  desk.tell(news({ message: 'refused' }), news({ message: 'fine' }));
  await desk.pass(10);
  expect(told(service)).toEqual(['opened refused', 'opened refused', 'opened refused', 'opened fine']);
  expect(rows(desk).map(({ status }) => status)).toEqual(['DELIVERED', 'GIVEN_UP']);
});

test('a busy service is left alone for as long as it asks', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  service.answers = [{ status: 429, headers: { 'Retry-After': '600' } }];
  desk.tell(news());
  await desk.pass(9);
  expect(service.received).toHaveLength(1);
  await desk.pass(2);
  expect(service.received).toHaveLength(2);
});

test('a resolution is told where its alert was, and nothing of either where it was not yet', async ({
  desk,
  service,
}) => {
  await webhookTo(desk.console, service);
  const [toldAlert, untoldAlert] = [ulid(), ulid()];
  desk.tell(news({ alertId: toldAlert, message: 'one' }));
  await desk.deliver();
  service.usual = { status: 503 };
  desk.tell(news({ alertId: untoldAlert, message: 'two' }));
  await desk.deliver();
  desk.tell(
    news({ alertId: untoldAlert, event: 'resolved' }),
    news({ alertId: toldAlert, event: 'resolved', message: 'one' }),
  );
  service.received.length = 0;
  service.usual = { status: 200 };
  await desk.pass(5);
  expect(told(service)).toEqual(['resolved one']);
});

test('where it is not known whether an alert was told, its resolution is', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  const alertId = ulid();
  service.answers = ['reset'];
  desk.tell(news({ alertId }));
  await desk.deliver();
  desk.tell(news({ alertId, event: 'resolved', message: 'over' }));
  await desk.pass(5);
  expect(told(service).at(-1)).toBe('resolved over');
  // The same message at every attempt, so that a service that looks takes it once.
  const ids = service.received.map(({ headers }) => headers['webhook-id']);
  expect(ids[0]).toBe(ids[1]);
});

test('quiet hours hold back what is not critical, and end with one message', async ({ desk, service }) => {
  await slackTo(desk.console, service, { quiet: true });
  await saveNotifySettings(desk.console, {
    ...notifySettings(desk.console),
    quiet: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', criticalPasses: true },
  });
  const texts = () => service.received.map(({ body }) => (JSON.parse(body) as { text: string }).text.split('\n')[0]);
  desk.now = new Date('2026-11-23T21:30:00Z');
  const [passing, over] = [ulid(), ulid()];
  desk.tell(news({ message: 'one' }), news({ message: 'two' }), news({ alertId: over, message: 'over by morning' }));
  desk.tell(news({ alertId: passing, message: 'small' }));
  desk.tell(news({ severity: 'CRITICAL', message: 'the shop burns' }));
  await desk.deliver();
  expect(texts()).toEqual(['*CRITICAL: the shop burns*']);
  expect(listChannels(desk.console).channels[0]).toMatchObject({ waiting: 4, held: 4 });
  // What was held back of an alert that has grown is told with it, not after it.
  desk.tell(news({ alertId: passing, event: 'escalated', severity: 'CRITICAL', message: 'grown' }));
  desk.tell(news({ alertId: over, event: 'resolved' }));
  await desk.pass(8 * 60, 30);
  expect(texts().slice(1)).toEqual(['*CRITICAL, NOBODY HAS LOOKED: grown*']);
  desk.now = new Date('2026-11-24T06:00:30Z');
  await desk.deliver();
  expect(texts().slice(2)).toEqual([expect.stringMatching(/^\*ERROR: 2 messages of Strongroom on /)]);
});

test('a storm becomes a few messages, and every alert is in one of them', async ({ desk }) => {
  const server = await new MailReceiver(null).start();
  try {
    const email = { kind: 'email' as const, name: 'mail', host: '127.0.0.1', port: server.port, tls: 'none' as const };
    await addChannel(desk.console, {
      ...email,
      user: '',
      password: '',
      from: 'a@shop.example',
      to: ['it@shop.example'],
    });
    for (let count = 0; count < 300; count++) {
      desk.tell(news({ message: `trouble number ${count}.` }));
      if (count % 10 === 0) await desk.deliver();
      if (count % 100 === 99) await desk.pass(1);
    }
    await desk.pass(3);
    expect(server.mails.length).toBeLessThanOrEqual(25);
    const all = server.mails.map(({ raw }) => raw.replace(/=\r?\n/g, '')).join('\n');
    for (let count = 0; count < 300; count++) expect(all).toContain(`trouble number ${count}.`);
  } finally {
    await server.stop();
  }
});

test('a dead channel delays no other', async ({ desk, service }) => {
  await webhookTo(desk.console, service, {}, 'fine');
  await addChannel(desk.console, { kind: 'slack', name: 'dead', url: 'http://127.0.0.1:1/slack' });
  desk.tell(news({ type: 'CHANNEL_FAILURE' }), news());
  await desk.deliver();
  expect(service.received).toHaveLength(2);
  // That it is dead is from now on told by the others only.
  desk.tell(news({ type: 'CHANNEL_FAILURE', message: 'dead is dead' }));
  await desk.deliver();
  const waiting = rows(desk).filter(({ status }) => status === 'WAITING');
  expect(waiting.map(({ channel }) => channel)).toEqual(['dead', 'dead']);
  expect(told(service).at(-1)).toBe('opened dead is dead');
});

test('a test that is taken lets everything go that waits', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  service.usual = { status: 401 };
  desk.tell(news());
  await desk.deliver();
  await expect(testAndNote(desk.console, 'hook')).rejects.toMatchObject({ code: 'CHANNEL_DENIED' });
  service.usual = { status: 200 };
  await testAndNote(desk.console, 'hook');
  await desk.deliver();
  expect(
    told(service)
      .slice(-2)
      .map((line) => line.split(' ')[0]),
  ).toEqual(['test', 'opened']);
});

test('every channel says once a week that it works, and a later one waits for the next time', async ({
  desk,
  service,
}) => {
  desk.now = new Date('2026-11-23T08:00:00Z');
  await webhookTo(desk.console, service);
  const selfTest = { weekday: 1, time: '09:00', timeZone: 'UTC' };
  await saveNotifySettings(desk.console, { ...notifySettings(desk.console), selfTest });
  // The console knows only the real moment at which the channel was set up.
  const since = (createdAt: string) => desk.console.state.prepare('UPDATE channels SET created_at = ?').run(createdAt);
  since('2026-11-20T00:00:00.000Z');
  await desk.look();
  expect(service.received).toHaveLength(0);
  desk.now = new Date('2026-11-25T03:00:00Z');
  since('2026-11-23T10:00:00.000Z');
  await desk.look();
  expect(service.received).toHaveLength(0);
  since('2026-11-20T00:00:00.000Z');
  await desk.look();
  await desk.look();
  expect(told(service)).toEqual([expect.stringMatching(/^well Strongroom is well and can reach you\. No database/)]);
  desk.now = new Date('2026-11-30T09:00:00Z');
  await desk.look();
  expect(service.received).toHaveLength(2);
});

test('the weekly word says which alerts are open, and nothing of being well then', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  desk.console.state.prepare("UPDATE channels SET created_at = '2026-11-01T00:00:00.000Z'").run();
  const alert = (severity: 'CRITICAL' | 'WARNING', message: string) => ({
    alert: { ...anAlert(severity, message), ...untouchedSince('2026-11-22T00:00:00.000Z') },
    history: [],
    news: null,
  });
  desk.console.alerts.note([alert('WARNING', 'Nearly full'), alert('CRITICAL', 'No backup of shop')], '2026-11-22');
  const selfTest = { weekday: 1, time: '09:00', timeZone: 'UTC' };
  await saveNotifySettings(desk.console, { ...notifySettings(desk.console), selfTest });
  await desk.look();
  expect(told(service)).toEqual([
    'well Strongroom can reach you, and alerts are open: 1 CRITICAL, 1 WARNING. The worst: No backup of shop. No database is connected.',
  ]);
});

test('PagerDuty hears that somebody looks after an alert that it was told of, and nobody else does', async ({
  desk,
  service,
}) => {
  const duty = {
    kind: 'pagerduty' as const,
    name: 'duty',
    url: service.url('/v2/enqueue'),
    routingKey: 'R'.repeat(32),
  };
  await addChannel(desk.console, duty);
  await webhookTo(desk.console, service);
  const [known, small] = [ulid(), ulid()];
  desk.tell(news({ alertId: known }), news({ alertId: small, severity: 'WARNING' }));
  await desk.deliver();
  desk.tell(news({ alertId: known, event: 'acknowledged' }), news({ alertId: small, event: 'acknowledged' }));
  await desk.deliver();
  const events = () =>
    service.received
      .filter(({ path }) => path === '/v2/enqueue')
      .map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string })
      .map((event) => `${event.event_action} ${event.dedup_key}`);
  const ofKnown = (action: string) => `${action} strongroom-${known}`;
  expect(events()).toEqual(['trigger', 'acknowledge'].map(ofKnown));
  expect(told({ received: service.received.filter(({ path }) => path === '/hook') } as HttpReceiver)).toHaveLength(2);

  // One that is acknowledged before it could be told is an incident all the same, which nobody is called for.
  service.usual = { status: 503 };
  const late = ulid();
  desk.tell(news({ alertId: late }));
  await desk.deliver();
  desk.tell(news({ alertId: late, event: 'acknowledged' }));
  service.received.length = 0;
  service.usual = { status: 200 };
  await desk.pass(2);
  expect(events()).toEqual(['trigger', 'acknowledge'].map((action) => `${action} strongroom-${late}`));
});

test("the dead man's switch is called after a good full backup, and after no other job", async ({ desk, service }) => {
  await addChannel(desk.console, { kind: 'deadman', name: 'life', url: service.url('/ping/uuid'), sources: [] });
  const order = (kind: string) => ({ kind, subject: 'shop', signal: new AbortController().signal });
  await desk.console.run(order('verify'), async () => 'fine');
  await expect(desk.console.run(order('backup full'), () => Promise.reject(new Error('no')))).rejects.toThrow();
  await desk.deliver();
  expect(service.received).toHaveLength(0);
  service.usual = { status: 503 };
  await desk.console.run(order('backup full'), async () => 'fine');
  await desk.deliver();
  await desk.console.run(order('backup full'), async () => 'fine');
  service.usual = { status: 200, body: 'OK' };
  service.received.length = 0;
  await desk.pass(5);
  // One sign of life stands for those before it.
  expect(service.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /ping/uuid']);
  desk.tell(news({ severity: 'CRITICAL' }));
  await desk.deliver();
  expect(service.received).toHaveLength(1);
});

test('a database whose backups stopped silences the switch that is for it, however good the others are', async ({
  desk,
  service,
}) => {
  const { console } = desk;
  const connection = { host: 'h', port: 5432, user: 'u', database: 'd', sslmode: 'prefer' } as const;
  for (const name of ['shop', 'bakery'])
    console.settings.addSource({ name, connection, toolsDir: null, tenants: null });
  const life = (name: string, sources: string[]) =>
    addChannel(console, { kind: 'deadman', name, url: service.url(`/${name}`), sources });
  await life('all', []);
  await life('of-shop', ['shop']);
  await life('of-bakery', ['bakery']);
  await expect(life('moon', ['moon'])).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  const local = { name: 'local', kind: 'local' } as const;
  const backUp = async (source: string, number: number) => {
    const of = { name: source, host: 'h', port: 5432, database: 'd' };
    const id = `01K${String(number).padStart(23, '0')}`;
    const manifest = sampleManifest({ id, source: of, sequence: number, createdAt: new Date().toISOString() });
    console.catalogue.record(manifest, `sha ${number}`, local);
    service.received.length = 0;
    const order = { kind: 'backup full', subject: source, signal: new AbortController().signal };
    await console.run(order, async () => 'fine');
    await desk.deliver();
    return service.received.map(({ path }) => path).toSorted();
  };
  expect(await backUp('bakery', 1)).toEqual(['/all', '/of-bakery']);
  console.state.exec(`UPDATE backups SET created_at = '2026-01-01T00:00:00.000Z' WHERE source = 'bakery'`);
  expect(await backUp('shop', 2)).toEqual(['/of-shop']);
  expect(await backUp('bakery', 3)).toEqual(['/all', '/of-bakery']);
  console.settings.removeSource('bakery');
  expect(await backUp('shop', 4), 'one for a database that was removed is not one for all').toEqual([
    '/all',
    '/of-shop',
  ]);
});

test('a channel that is removed leaves nothing behind', async ({ desk, service }) => {
  await webhookTo(desk.console, service);
  service.usual = { status: 503 };
  desk.tell(news());
  await desk.deliver();
  await removeChannel(desk.console, 'hook');
  expect(rows(desk)).toEqual([]);
  expect(await desk.console.secrets.get('channel:hook:url')).toBeNull();
  await webhookTo(desk.console, service);
  expect(listChannels(desk.console).channels[0]).toMatchObject({ failingSince: null, waiting: 0 });
});
