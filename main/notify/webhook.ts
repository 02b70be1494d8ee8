import { createHmac } from 'node:crypto';
import { callHttp, type Patience } from './callHttp.ts';
import type { Message } from './message.ts';
import type { Courier } from './courier.ts';

/**
 * A JSON document to an address of one's own. With a key it is signed as Standard Webhooks has it: `webhook-id` is the
 * same at every attempt, `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
 */
export function webhook(url: string, key: string | null, patience: Patience): Courier {
  return {
    async send(message) {
      const body = JSON.stringify(documentOf(message));
      const timestamp = String(Math.floor(Date.now() / 1000));
      await callHttp({
        who: 'the webhook',
        url,
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'webhook-id': message.id,
          'webhook-timestamp': timestamp,
          ...(key === null ? {} : { 'webhook-signature': signatureOf(`${message.id}.${timestamp}.${body}`, key) }),
        },
        body,
        secrets: [key],
        patience,
      });
    },
  };
}

function signatureOf(signed: string, key: string): string {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key);
  return `v1,${createHmac('sha256', bytes).update(signed).digest('base64')}`;
}

function documentOf({ id, event, console, at, subject, sentence, hint, link, lines, ...alert }: Message): object {
  const { alertId, severity, type, about } = alert;
  return {
    version: 1,
    id,
    event,
    console,
    at,
    subject,
    message: sentence,
    hint,
    link,
    ...(lines.length > 0 ? { lines } : {}),
    alert: alertId === null ? null : { id: alertId, severity, type, about },
  };
}
