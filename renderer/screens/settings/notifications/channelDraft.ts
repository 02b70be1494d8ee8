import {
  pagerDutyUrl,
  twilioSettings,
  type ChannelKind,
  type MailTls,
  type SmsSettings,
} from '../../../../shared/channel.ts';
import type { ChannelForm, ChannelView } from '../../../../shared/contract/notify.ts';
import { assertNever } from '../../../../shared/failure.ts';

export const channelKindWords: Record<ChannelKind, string> = {
  email: 'E-mail',
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  sms: 'Text message',
  webhook: 'Webhook',
  deadman: 'Dead man’s switch',
  system: 'This desktop',
};

export type ChosenKind = Exclude<ChannelKind, 'system'>;

/** What stands in the form of a channel, of whichever kind; the fields of the other kinds keep what was typed. */
export interface ChannelDraft {
  kind: ChosenKind;
  name: string;
  host: string;
  port: number | string;
  tls: MailTls;
  user: string;
  password: string;
  from: string;
  /** Several, one a line or with commas. */
  to: string;
  url: string;
  routingKey: string;
  signed: boolean;
  key: string;
  gateway: 'twilio' | 'other';
  account: string;
  secret: string;
  bodyAs: SmsSettings['bodyAs'];
  body: string;
  /** Names with commas; empty: all. */
  sources: string;
}

export const usualPorts: Record<MailTls, number> = { tls: 465, starttls: 587, none: 25 };

export function emptyChannelDraft(kind: ChosenKind, name: string): ChannelDraft {
  const empty = {
    host: '',
    user: '',
    password: '',
    from: '',
    to: '',
    routingKey: '',
    key: '',
    account: '',
    secret: '',
    sources: '',
  };
  const mail = { tls: 'starttls' as const, port: usualPorts.starttls };
  const sms = { gateway: 'twilio' as const, bodyAs: 'form' as const, body: 'to={to}&text={text}' };
  return { kind, name, ...empty, ...mail, ...sms, url: kind === 'pagerduty' ? pagerDutyUrl : '', signed: false };
}

/** A channel as its form shows it again: without its secrets. */
export function draftOf({ name, settings }: ChannelView): ChannelDraft {
  if (settings.kind === 'system') throw new Error('the desktop has no form');
  const draft = emptyChannelDraft(settings.kind, name);
  if (settings.kind === 'email')
    return { ...draft, ...settings, user: settings.user ?? '', to: settings.to.join(', ') };
  if (settings.kind === 'sms')
    return { ...draft, ...settings, gateway: 'other', user: settings.user ?? '', to: settings.to.join(', ') };
  if (settings.kind === 'deadman') return { ...draft, sources: (settings.sources ?? []).join(', ') };
  if (settings.kind === 'pagerduty') return { ...draft, url: settings.url };
  return settings.kind === 'webhook' ? { ...draft, signed: settings.signed } : draft;
}

/** What is sent for a draft. */
export function channelFormOf(draft: ChannelDraft): ChannelForm {
  const { kind, name, host, tls, password, routingKey, signed, key, bodyAs, body } = draft;
  const [user, from, url, secret] = [draft.user.trim(), draft.from.trim(), draft.url.trim(), draft.secret.trim()];
  const listed = (text: string) => text.split(/[,;\n]/).flatMap((one) => one.trim() || []);
  const to = listed(draft.to);
  switch (kind) {
    case 'email':
      return { kind, name, host: host.trim(), port: Number(draft.port), tls, user, password, from, to };
    case 'slack':
      return { kind, name, url };
    case 'deadman':
      return { kind, name, url, sources: listed(draft.sources) };
    case 'pagerduty':
      return { kind, name, url, routingKey: routingKey.trim() };
    case 'sms':
      return draft.gateway === 'twilio'
        ? { name, secret, ...twilioSettings(draft.account.trim(), from, to), user: draft.account.trim() }
        : { kind, name, secret, url, user, from, to, bodyAs, body };
    case 'webhook':
      return { kind, name, url, signed, key: key.trim() };
    default:
      return assertNever(kind);
  }
}
