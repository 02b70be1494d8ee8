import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { tellNews } from '../../../main/console/notices.ts';
import type { ChannelView, OutboxEntry } from '../../../shared/contract/notify.ts';
import { news, test } from '../../support/notifyingConsole.ts';
import { MailReceiver } from '../../support/receivers.ts';
import { refused, start, succeed } from '../../support/strongroom.ts';

const key = 'K3y0fThePagerDutyIntegration0000';

test('a channel is set up, routed, tested and removed by verbs, and its secret is in no file and no answer', async ({
  folder,
  service,
}) => {
  const home = join(folder, 'home');
  const run = <Answer>(...args: string[]) => succeed<Answer>({ home }, ...args);
  await run('init');
  const address = service.url('/services/T0AAAAAAA/B0BBBBBBB/s3cr3tOfSlack');
  const slack = ['notify', 'add', 'team', '--kind', 'slack', '--secret-stdin'];
  const added = await succeed<ChannelView>({ home, stdin: `${address}\n` }, ...slack);
  expect(added).toMatchObject({ name: 'team', kind: 'slack', warnings: [], route: { minSeverity: 'WARNING' } });
  expect(await refused({ home, stdin: address }, ...slack)).toMatchObject({ code: 'CHANNEL_EXISTS', status: 2 });
  expect(await refused({ home, stdin: 'x' }, 'notify', 'add', 'b', '--kind', 'slack', '--secret-stdin')).toMatchObject({
    code: 'USAGE',
    message: 'the secret is not in order: an address that begins with https://',
  });

  expect(await run('notify', 'test', 'team')).toMatchObject({ name: 'team' });
  service.usual = { status: 403, body: `invalid_token ${address}` };
  const failed = await refused({ home }, 'notify', 'test', 'team');
  expect(failed).toMatchObject({ code: 'CHANNEL_DENIED', status: 1 });
  expect(await refused({ home }, 'notify', 'test', 'nobody')).toMatchObject({ code: 'CHANNEL_NOT_FOUND', status: 4 });

  const events = ['--kind', 'pagerduty', '--url', service.url('/v2/enqueue'), '--secret-stdin'];
  await succeed({ home, stdin: key }, 'notify', 'add', 'duty', ...events);
  await run('notify', 'route', 'duty', '--min-severity', 'CRITICAL', '--escalations', 'off');
  // Nobody else gets the key: a way that leads elsewhere wants it typed anew.
  const elsewhere = ['--kind', 'pagerduty', '--url', 'https://elsewhere.example/v2', '--replace'];
  expect(await refused({ home }, 'notify', 'add', 'duty', ...elsewhere)).toMatchObject({
    code: 'CHANNEL_SECRET_MISSING',
  });
  await run('notify', 'quiet', 'on', '--from', '21:00', '--zone', 'Europe/Berlin', '--critical', 'off');
  expect(await refused({ home }, 'notify', 'quiet', 'on', '--from', '9 pm')).toMatchObject({ code: 'USAGE' });
  await run('notify', 'self-test', 'off');
  const list = await run<{ channels: ChannelView[]; settings: object }>('notify', 'list');
  expect(list.settings).toMatchObject({
    quiet: { from: '21:00', to: '07:00', timeZone: 'Europe/Berlin', criticalPasses: false },
    selfTest: null,
  });
  expect(list.channels[1]).toMatchObject({ name: 'duty', route: { minSeverity: 'CRITICAL', escalations: false } });

  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const everything = files.map((file) => readFileSync(join(file.parentPath, file.name)).toString('latin1'));
  for (const text of [...everything, JSON.stringify([added, failed, list])])
    for (const secret of ['s3cr3tOfSlack', 'B0BBBBBBB', key]) expect(text).not.toContain(secret);
  await run('notify', 'remove', 'team');
  expect((await run<{ channels: ChannelView[] }>('notify', 'list')).channels).toHaveLength(1);
});

test('a console that was killed while it told something tells it after its next start, under the same id', async ({
  folder,
  service,
}) => {
  const home = join(folder, 'home');
  await succeed({ home }, 'init');
  await succeed({ home, stdin: service.url('/hook') }, 'notify', 'add', 'hook', '--kind', 'webhook', '--secret-stdin');
  const console = await openConsole(homeAt(home), { owner: true });
  tellNews(console, [news({ id: 'the-first' }), news({ id: 'the-second' })]);
  console.close();

  service.usual = 'hang';
  const arrived = new Promise<void>((resolve) => (service.onReceived = () => resolve()));
  const killed = start({ home }, 'serve', '--port', '0');
  await arrived;
  killed.kill('SIGKILL');
  await killed.ended;

  service.usual = { status: 200 };
  service.onReceived = () => undefined;
  const serving = start({ home }, 'serve', '--port', '0');
  await expect.poll(() => service.received.length).toBe(3);
  serving.kill('SIGTERM');
  expect((await serving.ended).status).toBe(0);
  expect(service.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    'the-first',
    'the-first',
    'the-second',
  ]);
  expect(await succeed<{ entries: OutboxEntry[] }>({ home }, 'notify', 'outbox')).toEqual({ entries: [] });
});

test('without a console that runs, the next verb that changes something tells what waits', async ({ folder }) => {
  const home = join(folder, 'home');
  const server = await new MailReceiver({ user: 'u', password: 'thePassword' }, { allowInsecureAuth: true }).start();
  try {
    await succeed({ home }, 'init');
    const mail = ['--kind', 'email', '--host', '127.0.0.1', '--port', String(server.port), '--tls', 'none'];
    const people = ['--user', 'u', '--from', 'a@shop.example', '--to', 'it@shop.example,boss@shop.example'];
    await succeed({ home, stdin: 'thePassword' }, 'notify', 'add', 'mail', ...mail, ...people, '--secret-stdin');
    const console = await openConsole(homeAt(home), { owner: true });
    tellNews(console, [news()]);
    console.close();
    await succeed({ home }, 'notify', 'sender', '--name', 'Till 1', '--base-url', 'http://localhost:8432');
    expect(server.mails.map(({ to }) => to)).toEqual([['it@shop.example', 'boss@shop.example']]);
    expect(server.mails[0]?.raw).toContain('Console: Till 1');
  } finally {
    await server.stop();
  }
});

test('channels and their secrets survive a lost state database', async ({ folder, service }) => {
  const home = join(folder, 'home');
  await succeed({ home }, 'init');
  await succeed({ home, stdin: service.url('/hook') }, 'notify', 'add', 'hook', '--kind', 'webhook', '--secret-stdin');
  const { statePath } = homeAt(home);
  truncateSync(statePath, 10);
  await succeed({ home }, 'notify', 'route', 'hook', '--quiet', 'on');
  expect(await succeed({ home }, 'notify', 'test', 'hook')).toMatchObject({ name: 'hook' });
});
