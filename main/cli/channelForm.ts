import {
  pagerDutyUrl,
  twilioSettings,
  type ChannelKind,
  type MailTls,
  type SmsSettings,
} from '../../shared/channel.ts';
import { channelFormSchema, type ChannelForm } from '../../shared/contract/notify.ts';
import { assertNever, Failure } from '../../shared/failure.ts';

/** What a person says of a channel on the command line; what is usual for its kind is filled in. */
export interface ChannelOptions {
  kind: Exclude<ChannelKind, 'system'>;
  host?: string;
  port?: string;
  tls?: MailTls;
  user?: string;
  from?: string;
  to?: string[];
  account?: string;
  url?: string;
  body?: string;
  source?: string[];
  bodyAs?: SmsSettings['bodyAs'];
}

/** @param secret as it was typed or piped in; null: none. @throws USAGE */
export function channelFormOf(name: string, options: ChannelOptions, secret: string | null): ChannelForm {
  const parsed = channelFormSchema.safeParse({ name, ...formOf(options, secret ?? '') });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new Failure(
    'USAGE',
    `${path === 'url' && options.url === undefined ? 'the secret' : path} is not in order: ${issue?.message ?? ''}`,
    '`strongroom help notify add` lists the options.',
  );
}

function formOf(options: ChannelOptions, secret: string): object {
  const { kind, url } = options;
  const [first = '', second = ''] = secret.split(/\r?\n/);
  switch (kind) {
    case 'email': {
      const tls = options.tls ?? 'starttls';
      const port = options.port === undefined ? { tls: 465, starttls: 587, none: 25 }[tls] : Number(options.port);
      const { host = '', user = '', from = '', to = [] } = options;
      return { kind, host, port, tls, user, password: secret, from, to: listed(to) };
    }
    case 'slack':
      return { kind, url: first };
    case 'deadman':
      return { kind, url: first, sources: listed(options.source ?? []) };
    case 'pagerduty':
      return { kind, url: url ?? pagerDutyUrl, routingKey: first };
    case 'sms':
      return { ...smsOf(options), secret };
    case 'webhook':
      return { kind, url: first, signed: second !== '', key: second };
    default:
      return assertNever(kind);
  }
}

/** @throws USAGE */
function smsOf({ account, url, user = '', from = '', to = [], body, bodyAs = 'form' }: ChannelOptions): object {
  if (account !== undefined) return twilioSettings(account, from, listed(to));
  if (url !== undefined && body !== undefined) return { kind: 'sms', url, user, from, to: listed(to), bodyAs, body };
  throw new Failure(
    'USAGE',
    'a channel for text messages needs an account of Twilio, or the address of a gateway and a body',
    'Give --account, or --url and --body; `strongroom help notify add` tells more.',
  );
}

/** `--to a b` and `--to a,b` */
function listed(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).map((value) => value.trim());
}
