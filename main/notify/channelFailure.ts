import { Failure, type FailureCode } from '../../shared/failure.ts';

type ChannelCode = Extract<FailureCode, 'CHANNEL_UNREACHABLE' | 'CHANNEL_DENIED' | 'CHANNEL_REFUSED' | 'CHANNEL_BUSY'>;

interface More {
  details?: Record<string, unknown>;
  /** Whether the message may have arrived all the same. */
  maybeTold?: boolean;
  /** As the service asks, in seconds. */
  retryAfterSeconds?: number | null;
}

/** Why a message was not delivered, as far as it is known. */
export class ChannelFailure extends Failure {
  readonly maybeTold: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(code: ChannelCode, message: string, hint: string, more: More = {}) {
    super(code, message, hint, { details: more.details });
    this.maybeTold = more.maybeTold ?? false;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }

  /** The same failure, after the message had reached some of its receivers. */
  afterSome(): ChannelFailure {
    const { message, hint, details, retryAfterSeconds } = this;
    return new ChannelFailure(this.code as ChannelCode, message, hint, { details, retryAfterSeconds, maybeTold: true });
  }
}

/** A text of somebody else, with nothing of our secrets in it, and short. */
export function withoutSecrets(text: string, secrets: readonly (string | null)[]): string {
  const hidden = secrets
    .filter((secret) => secret !== null)
    .flatMap((secret) => [secret, encodeURIComponent(secret), ...partsOfAddress(secret)])
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length);
  const clean = hidden.reduce((rest, secret) => rest.replaceAll(secret, '…'), text.replace(/\s+/g, ' ').trim());
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

const longest = 300;

/** Of an address that is a secret, what makes it one. */
function partsOfAddress(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const { pathname, search, username, password } = new URL(secret);
  return [...pathname.split('/').filter((part) => part.length >= 8), search.slice(1), username, password];
}
