import type { Alert, AlertStatus, AlertType, Severity } from '../../shared/alert.ts';

/** An alert with what only the ledger needs to know of it. */
export interface KeptAlert extends Alert {
  /** Which time of it this is: an id or a moment that grows with time; empty for a state. */
  occurrence: string;
  /** Since when it waits for somebody: when it opened, or came back. */
  activeSince: string;
  /** When it was last told of; null: not yet. */
  toldAt: string | null;
  /** Since when its condition is known to be gone, where it has to stay away for a while. */
  goneSince: string | null;
  /** It came back shortly after it was resolved. */
  flapping: boolean;
  /** A person resolved it while its condition held, and nothing has shown since that it was gone. */
  silenced: boolean;
}

/** In the order of the table. */
export const alertColumns = [
  'id',
  'type',
  'severity',
  'status',
  'fingerprint',
  'occurrence',
  'message',
  'hint',
  'source',
  'tenant',
  'store',
  'backup_id',
  'restore_id',
  'job_id',
  'link',
  'opened_at',
  'active_since',
  'seen_at',
  'told_at',
  'gone_since',
  'returns',
  'flapping',
  'acknowledged_at',
  'acknowledged_by',
  'snoozed_until',
  'resolved_at',
  'resolved_by',
  'silenced',
  'escalated_at',
];

export interface AlertRow {
  id: string;
  type: AlertType;
  severity: Severity;
  status: AlertStatus;
  fingerprint: string;
  occurrence: string;
  message: string;
  hint: string;
  source: string | null;
  tenant: string | null;
  store: string | null;
  backup_id: string | null;
  restore_id: string | null;
  job_id: string | null;
  link: string;
  opened_at: string;
  active_since: string;
  seen_at: string;
  told_at: string | null;
  gone_since: string | null;
  returns: number;
  flapping: number;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  snoozed_until: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
  silenced: number;
  escalated_at: string | null;
}

export function toAlertRow(alert: KeptAlert): AlertRow {
  const { id, type, severity, status, fingerprint, occurrence, message, hint, about, link, returns } = alert;
  return {
    id,
    type,
    severity,
    status,
    fingerprint,
    occurrence,
    message,
    hint,
    link,
    returns,
    source: about.source,
    tenant: about.tenant,
    store: about.store,
    backup_id: about.backupId,
    restore_id: about.restoreId,
    job_id: about.jobId,
    opened_at: alert.openedAt,
    active_since: alert.activeSince,
    seen_at: alert.seenAt,
    told_at: alert.toldAt,
    gone_since: alert.goneSince,
    flapping: alert.flapping ? 1 : 0,
    acknowledged_at: alert.acknowledgedAt,
    acknowledged_by: alert.acknowledgedBy,
    snoozed_until: alert.snoozedUntil,
    resolved_at: alert.resolvedAt,
    resolved_by: alert.resolvedBy,
    silenced: alert.silenced ? 1 : 0,
    escalated_at: alert.escalatedAt,
  };
}

export function toAlert(row: AlertRow): KeptAlert {
  const { id, type, severity, status, fingerprint, occurrence, message, hint, link, returns } = row;
  const { source, tenant, store } = row;
  return {
    id,
    type,
    severity,
    status,
    fingerprint,
    occurrence,
    message,
    hint,
    link,
    returns,
    about: { source, tenant, store, backupId: row.backup_id, restoreId: row.restore_id, jobId: row.job_id },
    openedAt: row.opened_at,
    activeSince: row.active_since,
    seenAt: row.seen_at,
    toldAt: row.told_at,
    goneSince: row.gone_since,
    flapping: row.flapping === 1,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    snoozedUntil: row.snoozed_until,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    silenced: row.silenced === 1,
    escalatedAt: row.escalated_at,
  };
}
