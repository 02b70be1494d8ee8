import { callHttp, type Patience } from './callHttp.ts';
import type { Message } from './message.ts';
import type { Courier } from './courier.ts';

/** PagerDuty's Events API v2: one incident for each alert, opened, told again, acknowledged and resolved by its key. */
export function pagerDuty(url: string, routingKey: string, patience: Patience): Courier {
  const enqueue = (event: object) =>
    callHttp({
      who: 'PagerDuty',
      url,
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ routing_key: routingKey, ...event }),
      secrets: [routingKey],
      patience,
    });
  return {
    async send(message) {
      const key = { dedup_key: `strongroom-${message.alertId ?? message.id}` };
      if (message.event === 'acknowledged') return void (await enqueue({ event_action: 'acknowledge', ...key }));
      if (message.event !== 'resolved') await enqueue({ event_action: 'trigger', ...key, ...trigger(message) });
      // A test and the weekly sign of life must not leave an incident behind.
      if (message.event === 'resolved' || message.alertId === null) await enqueue({ event_action: 'resolve', ...key });
    },
  };
}

const longestSummary = 1024;

function trigger({ subject, sentence, hint, severity, type, about, console, at, link }: Message): object {
  return {
    payload: {
      summary: subject.slice(0, longestSummary),
      source: console,
      severity: severity.toLowerCase(),
      timestamp: at,
      component: about?.source ?? 'strongroom',
      class: type ?? 'test',
      custom_details: { message: sentence, what_to_do: hint, ...about },
    },
    client: 'Strongroom',
    ...(link === null ? {} : { client_url: link }),
  };
}
