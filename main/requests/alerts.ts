import type { Alert, AlertHistoryEntry } from '../../shared/alert.ts';
import { alertRulesSchema, type AlertRules } from '../../shared/alertRules.ts';
import type { ListedAlerts } from '../../shared/contract/alerts.ts';
import { Failure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { alertRules } from '../console/alertRules.ts';
import type { Act, AlertFilter } from '../state/alertLedger.ts';

const hourMs = 3_600_000;

export function listAlerts({ alerts, looks }: Console, filter: AlertFilter & { limit: number }): ListedAlerts {
  return {
    alerts: alerts.list(filter, filter.limit).map(shown),
    open: alerts.openCounts(),
    lookedAt: looks.lastAt(),
  };
}

/** @param id of one alert; null for all of them. @throws ALERT_NOT_FOUND */
export function alertHistory(console: Console, id: string | null, limit: number): AlertHistoryEntry[] {
  if (id !== null) namedAlert(console, id);
  return console.alerts.history(id, limit);
}

/** @throws ALERT_NOT_FOUND */
export function namedAlert({ alerts }: Console, id: string): Alert {
  const alert = alerts.get(id);
  if (alert) return shown(alert);
  throw new Failure('ALERT_NOT_FOUND', `there is no alert ${id}`, '`strongroom alerts list --all` lists them.');
}

/** What a person does to alerts; only those that are open are changed. @throws ALERT_NOT_FOUND */
export function actOnAlerts(
  { alerts }: Console,
  ids: readonly string[],
  deed: 'acknowledge' | 'resolve' | { snoozeHours: number },
  { by, note }: Omit<Act, 'at'>,
): { changed: number } {
  const now = Date.now();
  const act = { by, note: note === '' ? null : note, at: new Date(now).toISOString() };
  if (deed === 'acknowledge') return { changed: alerts.acknowledge(ids, act) };
  if (deed === 'resolve') return { changed: alerts.resolve(ids, act) };
  return { changed: alerts.snooze(ids, new Date(now + deed.snoozeHours * hourMs).toISOString(), act) };
}

/** Keeps the thresholds; they count from the next evaluation on. */
export async function saveAlertRules(console: Console, rules: AlertRules): Promise<AlertRules> {
  console.preferences.set('alertRules', alertRulesSchema.parse(rules));
  await saveSettings(console);
  return alertRules(console);
}

/** Without the quota of a store that is gone. */
export function forgetQuota(console: Console, store: string): void {
  const { [store]: gone, ...quotaGigabytes } = alertRules(console).quotaGigabytes;
  if (gone !== undefined) console.preferences.set('alertRules', { ...alertRules(console), quotaGigabytes });
}

/** Without what only the ledger needs to know. */
function shown(alert: Alert): Alert {
  const { id, type, severity, status, fingerprint, message, hint, about, link, openedAt, seenAt, returns } = alert;
  const { acknowledgedAt, acknowledgedBy, snoozedUntil, resolvedAt, resolvedBy, escalatedAt } = alert;
  return {
    id,
    type,
    severity,
    status,
    fingerprint,
    message,
    hint,
    about,
    link,
    openedAt,
    seenAt,
    returns,
    acknowledgedAt,
    acknowledgedBy,
    snoozedUntil,
    resolvedAt,
    resolvedBy,
    escalatedAt,
  };
}
