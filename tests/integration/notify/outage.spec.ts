import { expect } from '@playwright/test';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { evaluateAlerts } from '../../../main/console/watch.ts';
import { addChannel } from '../../../main/requests/channels.ts';
import { setUp } from '../../../main/requests/setUp.ts';
import { freePort } from '../../support/freePort.ts';
import { news, NotifyingConsole, test } from '../../support/notifyingConsole.ts';
import { HttpReceiver, MailReceiver } from '../../support/receivers.ts';

test('mail and Slack that are down for hours, with a restart in between, tell everything once and in order; what works tells of both', async ({
  folder,
  service,
}) => {
  const home = homeAt(join(folder, 'home'));
  await setUp(home, {});
  const mailPort = await freePort();
  const slack = await new HttpReceiver().start();
  let desk = new NotifyingConsole(await openConsole(home, { owner: true }));
  const mail = { kind: 'email' as const, name: 'mail', host: '127.0.0.1', port: mailPort, tls: 'none' as const };
  await addChannel(desk.console, { ...mail, user: '', password: '', from: 'a@shop.example', to: ['it@shop.example'] });
  await addChannel(desk.console, { kind: 'slack', name: 'slack', url: slack.url('/slack') });
  await addChannel(desk.console, { kind: 'webhook', name: 'hook', url: service.url('/'), signed: false, key: '' });
  await slack.stop();

  const alertId = ulid();
  desk.tell(news({ alertId, message: 'first' }));
  await desk.pass(60, 5);
  desk.tell(news({ alertId, event: 'reminder', message: 'second' }));
  const { now } = desk;
  desk.console.close();
  desk = new NotifyingConsole(await openConsole(home, { owner: true }));
  desk.now = now;
  await desk.pass(120, 5);
  desk.tell(news({ alertId, event: 'escalated', message: 'third' }));
  evaluateAlerts(desk.console, [], desk.now.getTime());
  await desk.deliver();
  const ofChannels = () =>
    service.received
      .map(({ body }) => JSON.parse(body) as { event: string; message: string; alert: { type: string } })
      .filter(({ alert }) => alert.type === 'CHANNEL_FAILURE')
      .map(({ event, message }) => `${event}: ${message.slice(0, 'The channel slack'.length).trim()}`);
  expect(ofChannels().toSorted()).toEqual(['opened: The channel mail', 'opened: The channel slack']);

  const mails = await new MailReceiver(null).start(mailPort);
  await slack.start();
  try {
    await desk.pass(40, 5);
    const order = ['first', 'second', 'third'];
    expect(mails.mails.map(({ raw }) => order.find((word) => raw.includes(`: ${word}`)))).toEqual(order);
    const texts = slack.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    expect(texts.map((text) => order.find((word) => text.includes(`: ${word}`)))).toEqual(order);
    evaluateAlerts(desk.console, [], desk.now.getTime());
    await desk.deliver();
    expect(ofChannels().slice(2).toSorted()).toEqual(['resolved: The channel mail', 'resolved: The channel slack']);
    expect(desk.console.outbox.counts().size).toBe(0);
  } finally {
    desk.console.close();
    await mails.stop();
    await slack.stop();
  }
});
