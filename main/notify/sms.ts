import type { SmsSettings } from '../../shared/channel.ts';
import { callHttp, type Patience } from './callHttp.ts';
import { ChannelFailure } from './channelFailure.ts';
import type { Message } from './message.ts';
import type { Courier } from './courier.ts';

/** A text message to each number, by a gateway that takes HTTP. */
export function sms(settings: SmsSettings, secret: string, patience: Patience): Courier {
  const { url, user, from, bodyAs, body } = settings;
  const inTemplate = `${url}${body}`.includes('{secret}');
  const basic = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const authorization = user === null ? (inTemplate ? null : `Bearer ${secret}`) : basic;
  return {
    async send(message) {
      for (const [index, to] of settings.to.entries()) {
        const values = { to, from, text: shortText(message), secret };
        await callHttp({
          who: 'the SMS gateway',
          url: fill(url, { secret }, encodeURIComponent),
          method: 'POST',
          headers: {
            'Content-Type': bodyAs === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
            ...(authorization === null ? {} : { Authorization: authorization }),
          },
          body: fill(body, values, bodyAs === 'form' ? encodeURIComponent : inJson),
          secrets: [secret, basic],
          patience,
        }).catch((error: unknown) => {
          throw index > 0 && error instanceof ChannelFailure ? error.afterSome() : error;
        });
      }
    },
  };
}

function fill(template: string, values: Record<string, string>, encode: (value: string) => string): string {
  return template.replace(/\{(to|from|text|secret)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return value === undefined ? placeholder : encode(value);
  });
}

/** A value inside the quotes of a JSON string. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** As much as fits into one message of the plain alphabet. */
const longest = 160;

/** What a phone shows: the characters that every network carries, in one message. */
export function shortText({ subject, console, lines }: Message): string {
  const whole = subject.includes(console) ? subject : `${subject} (${console})`;
  const first = lines.length > 0 ? `${subject}. ${lines[0]}` : whole;
  const text = plainLetters(first);
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

/** One other character, and a message holds 70 instead of 160. */
function plainLetters(text: string): string {
  return text
    .replace(/[‘’‚]/g, "'")
    .replace(/[“”„]/g, '"')
    .replace(/[–—·]/g, '-')
    .replaceAll('…', '...')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]/g, '?');
}
