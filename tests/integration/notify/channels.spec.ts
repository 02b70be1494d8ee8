import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect } from '@playwright/test';
import { messageOf } from '../../../main/notify/message.ts';
import { openChannel, type ChannelSecrets } from '../../../main/notify/openChannel.ts';
import { twilioSettings, type ChannelSettings, type EmailSettings, type SmsSettings } from '../../../shared/channel.ts';
import { news, test } from '../../support/notifyingConsole.ts';
import { MailReceiver, type HttpAnswer } from '../../support/receivers.ts';

const patience = { connectMs: 1000, totalMs: 1500 };
const sender = { console: 'backup-pc', baseUrl: 'https://console.example' };
const told = news({
  alertId: '01ALERT',
  id: '01NEWS',
  severity: 'CRITICAL',
  message: 'the <b>backup</b> & shop failed',
});

function send(settings: ChannelSettings, secrets: Partial<ChannelSecrets>, one = told): Promise<void> {
  const courier = openChannel('it', settings, { url: null, secret: null, ...secrets }, { patience, system: null });
  return courier.send(messageOf(one.id, [{ kind: 'news', news: one }], sender));
}

/** What a channel fails with. */
async function failureOf(sending: Promise<void>) {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason as { code: string; message: string; hint: string; maybeTold?: boolean },
  );
  if (!error) throw new Error('it was delivered');
  return error;
}

test('Slack gets a text in which names cannot steer links or mentions', async ({ service }) => {
  await send({ kind: 'slack', host: 'x' }, { url: service.url('/services/T0/B0/token') });
  const { method, path, headers, body } = first(service.received);
  expect([method, path, headers['content-type']]).toEqual(['POST', '/services/T0/B0/token', 'application/json']);
  const { text } = JSON.parse(body) as { text: string };
  expect(text).toContain('*CRITICAL: the &lt;b&gt;backup&lt;/b&gt; &amp; shop failed*');
  expect(text).toContain('What to do: Look at the job.');
  expect(text).toContain('Console: backup-pc');
  expect(text).toContain('https://console.example/#/alerts/1');
});

test('PagerDuty opens, repeats and resolves one incident for each alert', async ({ service }) => {
  const settings = { kind: 'pagerduty' as const, url: service.url('/v2/enqueue') };
  service.usual = { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' };
  const secret = 'R0UT1NGKEY'.padEnd(32, '0');
  for (const event of ['opened', 'escalated', 'resolved'] as const)
    await send(settings, { secret }, { ...told, event });
  const events = service.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve']);
  for (const event of events) expect(event).toMatchObject({ routing_key: secret, dedup_key: 'strongroom-01ALERT' });
  expect(events[0]).toMatchObject({
    payload: {
      summary: 'CRITICAL: the <b>backup</b> & shop failed',
      source: 'backup-pc',
      severity: 'critical',
      timestamp: '2026-11-23T12:00:00.000Z',
      component: 'shop',
      class: 'BACKUP_FAILURE',
    },
    client: 'Strongroom',
    client_url: 'https://console.example/#/alerts/1',
  });
});

test('a gateway in the shape of Twilio gets a form with the account and its token', async ({ service }) => {
  const twilio = twilioSettings('AC0123', '+4930111', ['+4917000001', '+4917000002']);
  expect(twilio.url).toBe('https://api.twilio.com/2010-04-01/Accounts/AC0123/Messages.json');
  service.usual = { status: 201, body: '{"sid":"SM1","status":"queued"}' };
  const url = service.url('/2010-04-01/Accounts/AC0123/Messages.json');
  await send({ ...twilio, url }, { secret: 'authTokenOfTwilio' });
  expect(service.received).toHaveLength(2);
  const { headers, body } = first(service.received);
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(headers.authorization).toBe(`Basic ${Buffer.from('AC0123:authTokenOfTwilio').toString('base64')}`);
  const form = new URLSearchParams(body);
  expect([form.get('To'), form.get('From')]).toEqual(['+4917000001', '+4930111']);
  expect(form.get('Body')).toBe('CRITICAL: the <b>backup</b> & shop failed (backup-pc)');
});

test('any other gateway gets the body that was written for it, with the secret where it belongs', async ({
  service,
}) => {
  const settings: SmsSettings = {
    kind: 'sms',
    url: service.url('/send?key={secret}'),
    user: null,
    from: 'Shop "1"',
    to: ['+49170'],
    bodyAs: 'json',
    body: '{"number":"{to}","sender":"{from}","message":"{text}"}',
  };
  await send(settings, { secret: 'a b&c' });
  await send({ ...settings, url: service.url('/send') }, { secret: 'bearerToken' });
  const [inAddress, asBearer] = [first(service.received), first(service.received.slice(1))];
  expect(inAddress.path).toBe('/send?key=a%20b%26c');
  expect(inAddress.headers.authorization).toBeUndefined();
  expect(JSON.parse(inAddress.body)).toMatchObject({ number: '+49170', sender: 'Shop "1"' });
  expect(asBearer.headers.authorization).toBe('Bearer bearerToken');
});

test('a webhook gets a document that it can check by its signature', async ({ service }) => {
  const key = Buffer.from('the key of this webhook');
  const settings = { kind: 'webhook' as const, host: 'x', signed: true };
  await send(settings, { url: service.url('/hook?token=1'), secret: `whsec_${key.toString('base64')}` });
  const { headers, body } = first(service.received);
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  expect(headers['webhook-id']).toBe('01NEWS');
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  expect(JSON.parse(body)).toMatchObject({
    version: 1,
    id: '01NEWS',
    event: 'opened',
    console: 'backup-pc',
    message: 'the <b>backup</b> & shop failed',
    alert: { id: '01ALERT', severity: 'CRITICAL', type: 'BACKUP_FAILURE', about: { source: 'shop' } },
  });
});

test('a service that refuses, is busy, has trouble or sends us elsewhere is told apart, and no secret is repeated', async ({
  service,
}) => {
  const url = service.url('/services/T0AAAAAAA/secretToken123');
  const sending = () => failureOf(send({ kind: 'slack', host: 'x' }, { url }));
  const outcomes: { answer: HttpAnswer; code: string; maybeTold: boolean }[] = [
    { answer: { status: 404, body: 'no_service' }, code: 'CHANNEL_DENIED', maybeTold: false },
    { answer: { status: 400, body: `invalid_payload for ${url}` }, code: 'CHANNEL_REFUSED', maybeTold: false },
    { answer: { status: 429, headers: { 'Retry-After': '7' } }, code: 'CHANNEL_BUSY', maybeTold: false },
    { answer: { status: 500, body: 'oops' }, code: 'CHANNEL_UNREACHABLE', maybeTold: false },
    {
      answer: { status: 302, headers: { Location: 'http://elsewhere.example/secretToken123' } },
      code: 'CHANNEL_DENIED',
      maybeTold: false,
    },
    { answer: 'reset', code: 'CHANNEL_UNREACHABLE', maybeTold: true },
    { answer: 'hang', code: 'CHANNEL_UNREACHABLE', maybeTold: true },
  ];
  for (const { answer, code, maybeTold } of outcomes) {
    service.answers = [answer];
    const failure = await sending();
    expect(failure).toMatchObject({ code, maybeTold });
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain('secretToken123');
  }
  expect(service.received).toHaveLength(outcomes.length);
  await service.stop();
  expect(await sending()).toMatchObject({ code: 'CHANNEL_UNREACHABLE', maybeTold: false });
  await service.start();
});

test('a mail reaches its receivers over a trusted connection, as text and as HTML', async ({ folder }) => {
  const { key, cert } = certificate(folder);
  const server = await new MailReceiver({ user: 'strongroom', password: 'mailPassword' }, { key, cert }).start();
  try {
    const settings = mail(server.port, { tls: 'starttls', user: 'strongroom' });
    // The system does not know the authority that has signed here.
    const untrusted = await failureOf(send(settings, { secret: 'mailPassword' }));
    expect(untrusted).toMatchObject({ code: 'CHANNEL_UNREACHABLE', maybeTold: false });
    expect(untrusted.message).toContain('trusted');
    expect(untrusted.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(server.logins).toEqual([]);

    const usual = getCACertificates('default');
    setDefaultCACertificates([...usual, cert]);
    await send(settings, { secret: 'mailPassword' }).finally(() => setDefaultCACertificates(usual));
    expect(server.logins).toEqual(['strongroom:mailPassword']);
    const { from, to, raw, encrypted } = first(server.mails);
    expect([from, to, encrypted]).toEqual(['backup@shop.example', ['it@shop.example', 'boss@shop.example'], true]);
    expect(raw).toContain('Subject: CRITICAL: the <b>backup</b> & shop failed');
    expect(raw).toContain('Message-ID: <strongroom-01NEWS@shop.example>');
    expect(raw).toContain('Auto-Submitted: auto-generated');
    expect(raw).toMatch(/Content-Type: text\/plain/);
    expect(raw).toMatch(/Content-Type: text\/html/);
  } finally {
    await server.stop();
  }
});

test('a mail server that wants another password, no TLS or no such receiver says so, and is not told the password', async () => {
  const server = await new MailReceiver(
    { user: 'u', password: 'right' },
    { hideSTARTTLS: true, allowInsecureAuth: true },
  ).start();
  try {
    const settings = mail(server.port, { tls: 'none', user: 'u' });
    const wrong = await failureOf(send(settings, { secret: 'wrongPassword1' }));
    expect(wrong).toMatchObject({ code: 'CHANNEL_DENIED', maybeTold: false });
    expect(JSON.stringify({ ...wrong, message: wrong.message })).not.toContain('wrongPassword1');
    expect(await failureOf(send({ ...settings, tls: 'starttls' }, { secret: 'right' }))).toMatchObject({
      code: 'CHANNEL_UNREACHABLE',
    });
    server.refuse = (recipient) => (recipient.startsWith('boss') || recipient.startsWith('it') ? 'no such user' : null);
    expect(await failureOf(send(settings, { secret: 'right' }))).toMatchObject({ code: 'CHANNEL_REFUSED' });
    server.refuse = () => null;
    await send(settings, { secret: 'right' });
    expect(server.mails).toHaveLength(1);
  } finally {
    await server.stop();
  }
  expect(await failureOf(send(mail(1, { tls: 'none', user: null }), {}))).toMatchObject({
    code: 'CHANNEL_UNREACHABLE',
    maybeTold: false,
  });
});

function first<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined) throw new Error('nothing arrived');
  return one;
}

function mail(port: number, more: Pick<EmailSettings, 'tls' | 'user'>): EmailSettings {
  const to = ['it@shop.example', 'boss@shop.example'];
  return { kind: 'email', host: 'localhost', port, from: 'Strongroom <backup@shop.example>', to, ...more };
}

function certificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    ...subject,
  ];
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
