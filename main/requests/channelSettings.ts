import { channelPlace, type ChannelSettings } from '../../shared/channel.ts';
import type { ChannelForm } from '../../shared/contract/notify.ts';
import { assertNever, Failure } from '../../shared/failure.ts';

/** What of a channel is sealed; empty: nothing was typed. */
export interface TypedSecrets {
  url: string;
  secret: string;
}

export function secretsIn(form: ChannelForm): TypedSecrets {
  switch (form.kind) {
    case 'email':
      return { url: '', secret: form.password };
    case 'slack':
    case 'deadman':
      return { url: form.url, secret: '' };
    case 'pagerduty':
      return { url: '', secret: form.routingKey };
    case 'sms':
      return { url: '', secret: form.secret };
    case 'webhook':
      return { url: form.url, secret: form.key };
    default:
      return assertNever(form);
  }
}

/** What of a form is no secret. @param before of the same channel, for the host of an address that was left empty. */
export function settingsOf(form: ChannelForm, before: ChannelSettings | null): ChannelSettings {
  switch (form.kind) {
    case 'email': {
      const { kind, host, port, tls, user, from, to } = form;
      return { kind, host, port, tls, user: user === '' ? null : user, from, to };
    }
    case 'slack':
      return { kind: 'slack', host: shownHost(form.url, before) };
    case 'deadman':
      return { kind: 'deadman', host: shownHost(form.url, before), sources: form.sources };
    case 'pagerduty':
      return { kind: 'pagerduty', url: form.url };
    case 'sms': {
      const { kind, url, user, from, to, bodyAs, body } = form;
      return { kind, url, user: user === '' ? null : user, from, to, bodyAs, body };
    }
    case 'webhook':
      return { kind: 'webhook', host: shownHost(form.url, before), signed: form.signed };
    default:
      return assertNever(form);
  }
}

/** Of an address that is a secret: its host, and how it is spoken to where that is not safe. */
function shownHost(url: string, before: ChannelSettings | null): string {
  if (url === '') return before !== null && 'host' in before ? before.host : '';
  const { protocol, host, origin } = new URL(url);
  return protocol === 'https:' ? host : origin;
}

/** Whom the secrets of a channel are shown to. */
export function receiverOf(settings: ChannelSettings): string {
  if (settings.kind === 'email') return `${settings.host}:${settings.port}`;
  if (settings.kind === 'sms' || settings.kind === 'pagerduty') return new URL(settings.url).origin;
  return channelPlace(settings);
}

/** @throws CHANNEL_SECRET_MISSING */
export function needSecrets(settings: ChannelSettings, { url, secret }: TypedSecrets): void {
  const missing = (what: string) =>
    new Failure('CHANNEL_SECRET_MISSING', `${what} is missing`, 'Type it, or pipe it in with --secret-stdin.');
  switch (settings.kind) {
    case 'email':
      if (settings.user !== null && secret === '') throw missing('the password of the mail server');
      return;
    case 'slack':
      if (url === '') throw missing('the address of the incoming webhook');
      return;
    case 'pagerduty':
      if (secret === '') throw missing('the integration key');
      return;
    case 'sms':
      if (secret === '') throw missing('the token of the gateway');
      return;
    case 'webhook':
      if (url === '') throw missing('the address of the webhook');
      if (settings.signed && secret === '') throw missing('the key that signs');
      return;
    case 'deadman':
      if (url === '') throw missing('the address to call');
      return;
    case 'system':
      return;
    default:
      assertNever(settings);
  }
}

/** What is unwise about the way to a channel: everybody on it can read along. */
export function warningsOf(settings: ChannelSettings): string[] {
  if (settings.kind === 'email')
    return settings.tls === 'none' && settings.user !== null && !isLoopback(settings.host)
      ? ['The password goes to the mail server unencrypted: choose starttls or tls.']
      : [];
  const url = settings.kind === 'sms' || settings.kind === 'pagerduty' ? settings.url : channelPlace(settings);
  return url.startsWith('http://') && !isLoopback(new URL(url).hostname)
    ? ['The secret goes over the network unencrypted: use an address that begins with https://.']
    : [];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.startsWith('127.') || host === '[::1]' || host === '::1';
}
