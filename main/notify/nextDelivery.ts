import type { ChannelKind, OutboxRow, QuietHours, Route } from '../../shared/channel.ts';
import { assertNever } from '../../shared/failure.ts';
import { isQuiet } from './quietHours.ts';

/** How many messages a channel of this kind takes in a minute before they are told as one; null: as many as there are. */
function mostInAMinute(kind: ChannelKind): number | null {
  switch (kind) {
    case 'email':
      return 5;
    case 'slack':
      return 10;
    case 'sms':
    case 'system':
      return 3;
    case 'pagerduty':
    case 'webhook':
    case 'deadman':
      return null;
    default:
      return assertNever(kind);
  }
}

interface Lane {
  kind: ChannelKind;
  route: Route;
  quiet: QuietHours | null;
  /** What waits, oldest first. */
  waiting: readonly OutboxRow[];
  /** How many messages went out in the last minute. */
  sentLately: number;
}

/** What a channel does now. */
export interface NextDelivery {
  /** Told together, by one message, oldest first; empty: nothing now. */
  rows: OutboxRow[];
  /** What the quiet hours hold back. */
  held: OutboxRow[];
}

/** What a channel delivers next, of what waits for it: in order, one by one, unless there is too much of it. */
export function nextDelivery({ kind, route, quiet, waiting, sentLately }: Lane, now: Date): NextDelivery {
  const silent = route.quiet && quiet !== null && isQuiet(quiet, now);
  const held = silent ? waiting.filter((row) => !(quiet.criticalPasses && isCritical(row))) : [];
  const passing = waiting.filter((row) => !held.includes(row));
  const first = passing[0];
  if (!first) return { rows: [], held };
  const most = mostInAMinute(kind);
  const news = passing.filter(({ tidings }) => tidings.kind === 'news');
  if (most !== null && first.tidings.kind === 'news') {
    if (sentLately >= most) return { rows: [], held };
    const afterQuiet = news.filter((row) => row.held).length > 1;
    if (afterQuiet || sentLately + news.length > most) return { rows: news, held };
  }
  // What was held back of the same alert is told with what passes: it would make no sense after it.
  const rows = waiting.filter((row) => row.id <= first.id && (row === first || sameAlert(row, first)));
  return { rows, held: held.filter((row) => !rows.includes(row)) };
}

function isCritical({ tidings }: OutboxRow): boolean {
  return tidings.kind === 'news' && tidings.news.severity === 'CRITICAL';
}

function sameAlert(a: OutboxRow, b: OutboxRow): boolean {
  return a.tidings.kind === 'news' && b.tidings.kind === 'news' && a.tidings.news.alertId === b.tidings.news.alertId;
}
