import type { Patience } from './callHttp.ts';
import { callHttp } from './callHttp.ts';
import { plainText, type Message } from './message.ts';
import type { Courier } from './courier.ts';

/** An incoming webhook of Slack: the answer to a message that was taken is `ok`. */
export function slack(url: string, patience: Patience): Courier {
  return {
    async send(message) {
      await callHttp({
        who: 'Slack',
        url,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ text: textFor(message), unfurl_links: false }),
        secrets: [],
        patience,
      });
    },
  };
}

/** Slack cuts longer ones. */
const longest = 4000;

/** `&`, `<` and `>` steer links and mentions, so that they must not come from a name. */
function textFor(message: Message): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const text = `*${escaped(message.subject).replaceAll('*', '')}*\n${escaped(plainText(message))}`;
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
