import type { AlertNews, Severity } from './alert.ts';
import { assertNever } from './failure.ts';

/** The ways in which people are told: each reaches somebody who does not look at the console. */
export const channelKinds = ['email', 'slack', 'pagerduty', 'sms', 'webhook', 'deadman', 'system'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** How the way to a mail server is guarded: from the first byte, after a greeting, or not at all. */
export const mailTls = ['tls', 'starttls', 'none'] as const;
export type MailTls = (typeof mailTls)[number];

export const smsBodies = ['form', 'json'] as const;

/** By mail server. The password is a secret. */
export interface EmailSettings {
  kind: 'email';
  host: string;
  port: number;
  tls: MailTls;
  /** Null: the server asks for no password. */
  user: string | null;
  from: string;
  to: string[];
}

/**
 * By an HTTP gateway for text messages. `{to}`, `{from}`, `{text}` and `{secret}` are filled into the body, `{secret}`
 * also into the address. The secret goes as the password of `user` where there is one; else, where neither body nor
 * address has it, as a bearer token.
 */
export interface SmsSettings {
  kind: 'sms';
  url: string;
  user: string | null;
  from: string;
  to: string[];
  bodyAs: (typeof smsBodies)[number];
  body: string;
}

/** What is known of a channel beside its secrets. An address that lets in whoever knows it is a secret: only its host is here. */
export type ChannelSettings =
  | EmailSettings
  | { kind: 'slack'; host: string }
  | { kind: 'pagerduty'; url: string }
  | SmsSettings
  | { kind: 'webhook'; host: string; signed: boolean }
  | {
      kind: 'deadman';
      host: string;
      /** The databases that all have to be good before it is called; missing or empty: every one there is. */
      sources?: string[];
    }
  | { kind: 'system' };

/** Which news a channel tells. What was opened there is also resolved there. */
export interface Route {
  /** This one and all that are worse; null: none by its severity. */
  minSeverity: Severity | null;
  /** Whether it tells what nobody has looked at for too long, whatever its severity. */
  escalations: boolean;
  /** Whether it keeps still in the quiet hours. */
  quiet: boolean;
}

export interface Channel {
  name: string;
  settings: ChannelSettings;
  route: Route;
  createdAt: string;
}

/** When channels keep still, from one time of day to another (`22:00`), every day. */
export interface QuietHours {
  from: string;
  to: string;
  /** IANA name. */
  timeZone: string;
  criticalPasses: boolean;
}

/** When every channel says once a week that it works. */
export interface SelfTest {
  /** 0 is Sunday. */
  weekday: number;
  time: string;
  timeZone: string;
}

export interface NotifySettings {
  quiet: QuietHours | null;
  selfTest: SelfTest | null;
  /** How the console is called in messages; null: by the name of its machine. */
  consoleName: string | null;
  /** Where the console is reached by those who are told, for links; null: there are none. */
  baseUrl: string | null;
}

/** Something that waits for a channel. */
export type Tidings =
  | { kind: 'news'; news: AlertNews }
  /** The weekly word that all is well. */
  | { kind: 'well'; sentence: string; at: string }
  /** Something that a person wanted once went well, and they wanted to hear of it. */
  | { kind: 'done'; subject: string; sentence: string; path: string; at: string }
  /** A sign of life after a good backup, for whoever raises an alarm when it is missing. */
  | { kind: 'ping'; at: string };

/**
 * `WAITING` → `DELIVERED`, `GIVEN_UP` (too old, or refused again and again) or `WITHDRAWN` (overtaken before it was
 * told).
 */
export const outboxStatuses = ['WAITING', 'DELIVERED', 'GIVEN_UP', 'WITHDRAWN'] as const;
export type OutboxStatus = (typeof outboxStatuses)[number];

/** What a failure leaves behind. */
export interface LoggedFailure {
  code: string;
  message: string;
  hint: string;
}

/** One thing for one channel. Times are ISO 8601 UTC. */
export interface OutboxRow {
  id: number;
  /** Of the thing itself, the same in every channel. */
  newsId: string;
  channel: string;
  tidings: Tidings;
  status: OutboxStatus;
  /** It waits for the end of the quiet hours. */
  held: boolean;
  /** Whether somebody may have been told: it was sent, or it is not known what came of sending it. */
  maybeTold: boolean;
  attempts: number;
  createdAt: string;
  doneAt: string | null;
  failure: LoggedFailure | null;
}

/** How a channel has fared. Times are ISO 8601 UTC. */
export interface ChannelHealth {
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** Of the first failure after the last success. */
  failingSince: string | null;
  failure: LoggedFailure | null;
  /** In a row, until now. */
  failures: number;
  /** Nothing is tried before. */
  retryAt: string | null;
}

/** What a channel of this kind tells, as long as nobody has chosen. */
export function usualRoute(kind: ChannelKind): Route {
  switch (kind) {
    case 'email':
    case 'slack':
    case 'system':
      return { minSeverity: 'WARNING', escalations: true, quiet: true };
    case 'pagerduty':
      return { minSeverity: 'ERROR', escalations: true, quiet: false };
    case 'sms':
      return { minSeverity: 'CRITICAL', escalations: true, quiet: true };
    case 'webhook':
      return { minSeverity: 'INFO', escalations: true, quiet: false };
    case 'deadman':
      return { minSeverity: null, escalations: false, quiet: false };
    default:
      return assertNever(kind);
  }
}

/** Where a channel leads, in words that hold no secret. */
export function channelPlace(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'email':
      return `${settings.to.join(', ')} by ${settings.host}`;
    case 'sms':
      return `${settings.to.join(', ')} by ${new URL(settings.url).host}`;
    case 'pagerduty':
      return new URL(settings.url).host;
    case 'slack':
    case 'webhook':
    case 'deadman':
      return settings.host;
    case 'system':
      return 'notifications of this desktop';
    default:
      return assertNever(settings);
  }
}

/** When a dead man's switch is called, in words. @param sources that it is for; none: all */
export function calledAfter(sources: readonly string[] = []): string {
  const [of, whom] = sources.length === 0 ? ['', 'every database'] : [` of ${sources.join(', ')}`, 'each of them'];
  return `after each good full backup${of}, while ${sources.length === 1 ? 'it' : whom} has one that is young enough`;
}

/** Where the events of PagerDuty go; the European region has another address. */
export const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

/** A gateway as Twilio has it: a form, with the account and its token as user and password. */
export function twilioSettings(account: string, from: string, to: string[]): SmsSettings {
  return {
    kind: 'sms',
    url: `https://api.twilio.com/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`,
    user: account,
    from,
    to,
    bodyAs: 'form',
    body: 'To={to}&From={from}&Body={text}',
  };
}
