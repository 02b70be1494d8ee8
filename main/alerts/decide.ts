import { severities, type Alert, type AlertEvent, type AlertNews, type Severity } from '../../shared/alert.ts';
import type { AlertRules } from '../../shared/alertRules.ts';
import type { KeptAlert } from '../state/alertRows.ts';
import { worse } from './judge.ts';
import type { Condition } from './rule.ts';

/** What becomes of one alert: how it is from now on, what its history says of it, and what is told. */
export interface Turn {
  alert: KeptAlert;
  history: { event: AlertEvent; note: string | null }[];
  news: AlertNews['event'] | null;
}

export interface Deciding {
  rules: AlertRules;
  now: number;
  newId(): string;
  /** What shows that an alert is over; null where nothing does. */
  evidence(alert: KeptAlert): string | null;
}

/**
 * What has changed since the last look: the difference between what is known and what holds now. Nothing is told twice,
 * and nothing is over because it was not seen.
 * @param known open alerts, those that were resolved within `flapMinutes`, and those that are silenced.
 * @param holding one condition for each root cause.
 */
export function decide(known: readonly KeptAlert[], holding: readonly Condition[], deciding: Deciding): Turn[] {
  const open = new Map(known.filter(isOpen).map((alert) => [alert.fingerprint, alert]));
  const past = new Map(
    known
      .filter((alert) => !isOpen(alert))
      .toSorted((a, b) => (a.resolvedAt ?? '').localeCompare(b.resolvedAt ?? ''))
      .map((alert) => [alert.fingerprint, alert]),
  );
  const held = new Set(holding.map(({ fingerprint }) => fingerprint));
  const turns = holding.map((condition) => {
    const alert = open.get(condition.fingerprint);
    if (alert) return waits(holds(alert, condition, deciding), deciding);
    return opens(past.get(condition.fingerprint), condition, deciding);
  });
  for (const alert of open.values()) if (!held.has(alert.fingerprint)) turns.push(unseen(alert, deciding));
  for (const alert of past.values())
    if (alert.silenced && !held.has(alert.fingerprint) && deciding.evidence(alert) !== null)
      turns.push({ alert: { ...alert, silenced: false }, history: [], news: null });
  return turns.filter((turn) => turn !== null);
}

const isOpen = ({ status }: Alert) => status !== 'RESOLVED';
const iso = (ms: number) => new Date(ms).toISOString();
const minutesMs = (minutes: number) => minutes * 60_000;

/** A condition without an open alert: a new one, one that goes on, or one that a person does not want to hear of. */
function opens(past: KeptAlert | undefined, condition: Condition, { rules, now, newId }: Deciding): Turn | null {
  const { message, hint, about, link, severity, occurrence } = condition;
  const at = iso(now);
  const resolvedMs = past?.resolvedAt ? now - Date.parse(past.resolvedAt) : Infinity;
  if (past?.silenced) {
    const again = occurrence > past.occurrence || (occurrence === '' && resolvedMs >= rules.reopenHours * 3_600_000);
    if (!again) return null;
  } else if (past && past.resolvedBy === null && resolvedMs < minutesMs(rules.flapMinutes)) {
    const quiet = isSnoozed(past, now);
    return {
      alert: {
        ...past,
        severity,
        message,
        hint,
        about,
        link,
        occurrence,
        status: 'ACTIVE',
        activeSince: at,
        seenAt: at,
        goneSince: null,
        flapping: true,
        returns: past.returns + 1,
        resolvedAt: null,
        acknowledgedAt: null,
        acknowledgedBy: null,
        escalatedAt: null,
        toldAt: quiet ? past.toldAt : at,
      },
      history: [{ event: 'returned', note: message }],
      news: quiet ? null : 'opened',
    };
  }
  const { type, fingerprint } = condition;
  return {
    alert: {
      id: newId(),
      type,
      severity,
      status: 'ACTIVE',
      fingerprint,
      occurrence,
      message,
      hint,
      about,
      link,
      ...untouchedSince(at),
    },
    history: [{ event: 'opened', note: message }],
    news: 'opened',
  };
}

/** An open alert whose condition still holds: it may have got worse, or have happened once more. */
function holds(alert: KeptAlert, condition: Condition, { now }: Deciding): Turn {
  const { message, hint, about, link } = condition;
  const at = iso(now);
  const severity = alert.escalatedAt === null ? condition.severity : worse(condition.severity, alert.severity);
  const seen = { ...alert, message, hint, about, link, severity, seenAt: at, goneSince: null };
  if (severities.indexOf(severity) < severities.indexOf(alert.severity))
    return {
      alert: { ...awake(seen, at), snoozedUntil: null, occurrence: laterOf(alert, condition), toldAt: at },
      history: [{ event: 'escalated', note: message }],
      news: 'escalated',
    };
  if (condition.occurrence > alert.occurrence) {
    const quiet = isSnoozed(alert, now);
    return {
      alert: {
        ...(quiet ? seen : { ...awake(seen, at), toldAt: at }),
        occurrence: condition.occurrence,
        returns: alert.returns + 1,
      },
      history: [{ event: 'returned', note: message }],
      news: quiet ? null : 'opened',
    };
  }
  return { alert: seen, history: [], news: null };
}

/** Whoever acknowledged it did not know of this. */
function awake(alert: KeptAlert, at: string): KeptAlert {
  return { ...alert, status: 'ACTIVE', activeSince: at, acknowledgedAt: null, acknowledgedBy: null };
}

function laterOf(alert: KeptAlert, condition: Condition): string {
  return condition.occurrence > alert.occurrence ? condition.occurrence : alert.occurrence;
}

/** An open alert whose condition was not seen: over where there is evidence, else it goes on. */
function unseen(alert: KeptAlert, deciding: Deciding): Turn {
  const { now, rules } = deciding;
  const sentence = deciding.evidence(alert);
  if (sentence === null) return waits({ alert, history: [], news: null }, deciding);
  const goneSince = alert.goneSince ?? iso(now);
  if (alert.flapping && now - Date.parse(goneSince) < minutesMs(rules.flapMinutes))
    return { alert: { ...alert, goneSince }, history: [], news: null };
  return {
    alert: { ...alert, status: 'RESOLVED', resolvedAt: iso(now), resolvedBy: null, snoozedUntil: null, goneSince },
    history: [{ event: 'resolved', note: sentence }],
    news: alert.toldAt === null ? null : 'resolved',
  };
}

/** What waiting does to an alert about which nothing else is to be told now. */
function waits(turn: Turn, { rules, now }: Deciding): Turn {
  const { alert } = turn;
  if (turn.news !== null || isSnoozed(alert, now)) return turn;
  const at = iso(now);
  if (alert.snoozedUntil !== null)
    return told({ ...alert, snoozedUntil: null, activeSince: at }, 'reminder', 'the snooze has ended', turn, at);
  if (alert.status !== 'ACTIVE') return turn;

  const after = alert.severity === 'INFO' ? 0 : rules.escalateMinutes[alert.severity];
  if (after > 0 && alert.escalatedAt === null && now - Date.parse(alert.activeSince) >= minutesMs(after))
    return told(
      { ...alert, severity: nextWorse(alert.severity), escalatedAt: at },
      'escalated',
      `nobody has acknowledged it for ${after} min`,
      turn,
      at,
    );
  const remind = rules.remindMinutes;
  const toldAt = Date.parse(alert.toldAt ?? alert.activeSince);
  if (remind > 0 && alert.severity === 'CRITICAL' && now - toldAt >= minutesMs(remind))
    return told(alert, 'reminder', `nobody has acknowledged it for ${remind} min`, turn, at);
  return turn;
}

function told(alert: KeptAlert, event: 'escalated' | 'reminder', note: string, { history }: Turn, at: string): Turn {
  return { alert: { ...alert, toldAt: at }, history: [...history, { event, note }], news: event };
}

function isSnoozed({ snoozedUntil }: Alert, now: number): boolean {
  return snoozedUntil !== null && Date.parse(snoozedUntil) > now;
}

function nextWorse(severity: Severity): Severity {
  return severities[Math.max(0, severities.indexOf(severity) - 1)] ?? severity;
}

/** What has happened to an alert that has just come up: nothing yet. @param at ISO 8601 */
export function untouchedSince(at: string) {
  return {
    openedAt: at,
    activeSince: at,
    seenAt: at,
    toldAt: at,
    goneSince: null,
    returns: 0,
    flapping: false,
    acknowledgedAt: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced: false,
    escalatedAt: null,
  };
}
