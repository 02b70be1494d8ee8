import { ChannelFailure, withoutSecrets } from './channelFailure.ts';

/** How long a channel is waited for. */
export interface Patience {
  connectMs: number;
  totalMs: number;
}

interface Call {
  /** Who is called, for sentences: `Slack`. */
  who: string;
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** What must not appear in any sentence. */
  secrets: readonly (string | null)[];
  patience: Patience;
}

/**
 * One request, which has to be answered with success. A redirect is not followed: what we send is for one host only.
 * @returns the answer's text.
 * @throws CHANNEL_UNREACHABLE, CHANNEL_DENIED, CHANNEL_REFUSED, CHANNEL_BUSY
 */
export async function callHttp({ who, url, method, headers, body, secrets, patience }: Call): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { 'User-Agent': 'Strongroom', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patience.totalMs),
    });
    text = await startOf(response);
  } catch (error) {
    throw unanswered(who, error, [url, ...secrets]);
  }
  if (response.ok) return text;
  throw refusal(who, response, withoutSecrets(text, [url, ...secrets]));
}

const mostBytes = 16_384;

/** Of an answer, as much as says what is wrong. */
async function startOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (!response.body) return '';
  for await (const chunk of response.body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The codes of errors that come before anything was sent. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*|.*SIGNED.*|ERR_SSL.*|ERR_TLS.*|UNABLE_TO.*)$/;

function unanswered(who: string, error: unknown, secrets: readonly (string | null)[]): ChannelFailure {
  const cause = (error as { cause?: unknown }).cause;
  const { code = '', message = '' } = (cause instanceof Error ? cause : error) as { code?: unknown; message?: string };
  const early = typeof code === 'string' && beforeSending.test(code);
  const details = { reason: withoutSecrets(message, secrets) };
  if ((error as Error).name === 'TimeoutError')
    return new ChannelFailure(
      'CHANNEL_UNREACHABLE',
      `${who} did not answer in time`,
      'Look whether the service has trouble, or whether a proxy or firewall is in between. It is tried again.',
      { details, maybeTold: true },
    );
  if (/CERT|SIGNED|SSL|TLS/.test(String(code)))
    return new ChannelFailure(
      'CHANNEL_UNREACHABLE',
      `the certificate of ${who} is not trusted here`,
      'Correct the address or the clock of this machine; for a certificate authority of your own, start Strongroom with NODE_EXTRA_CA_CERTS.',
      { details },
    );
  return new ChannelFailure(
    'CHANNEL_UNREACHABLE',
    `${who} cannot be reached`,
    'Look whether this machine is on the internet, and whether the address is right. It is tried again.',
    { details, maybeTold: !early },
  );
}

function refusal(who: string, { status, headers }: Response, answer: string): ChannelFailure {
  const details = { status, answer };
  const says = answer === '' ? `HTTP ${status}` : `${status}: ${answer}`;
  if (status === 429)
    return new ChannelFailure(
      'CHANNEL_BUSY',
      `${who} takes no more messages for now (${says})`,
      'It is tried again when the service allows it.',
      { details, retryAfterSeconds: secondsOf(headers.get('retry-after')) },
    );
  if (status >= 500)
    return new ChannelFailure('CHANNEL_UNREACHABLE', `${who} has trouble (${says})`, 'It is tried again.', {
      details,
      retryAfterSeconds: secondsOf(headers.get('retry-after')),
      maybeTold: status === 504,
    });
  if (status >= 300 && status < 400)
    return new ChannelFailure(
      'CHANNEL_DENIED',
      `${who} sends us on to another address (${status}), and we do not follow`,
      'Set the address that it leads to, if it is the right one.',
      { details: { status } },
    );
  if ([401, 403, 404, 410].includes(status))
    return new ChannelFailure(
      'CHANNEL_DENIED',
      `${who} does not let us in (${says})`,
      'The address, key or token is wrong or was withdrawn: set it anew, then test the channel.',
      { details },
    );
  return new ChannelFailure(
    'CHANNEL_REFUSED',
    `${who} refuses the message (${says})`,
    'Look at what it says, correct the settings of the channel, then test it.',
    { details },
  );
}

/** Of a `Retry-After`: seconds, or a date. */
function secondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
