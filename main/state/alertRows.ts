import type { Alert, AlertAbout } from '../../shared/alert.ts';

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

/** An alert as it lies in the table: flat, and with 0 and 1 for no and yes. */
export interface AlertRow extends Omit<KeptAlert, 'about' | 'flapping' | 'silenced'>, AlertAbout {
  flapping: number;
  silenced: number;
}

/** Which column holds what, in the order of the table. */
const columnOf: Record<keyof AlertRow, string> = {
  id: 'id',
  type: 'type',
  severity: 'severity',
  status: 'status',
  fingerprint: 'fingerprint',
  occurrence: 'occurrence',
  message: 'message',
  hint: 'hint',
  source: 'source',
  tenant: 'tenant',
  store: 'store',
  backupId: 'backup_id',
  restoreId: 'restore_id',
  jobId: 'job_id',
  link: 'link',
  openedAt: 'opened_at',
  activeSince: 'active_since',
  seenAt: 'seen_at',
  toldAt: 'told_at',
  goneSince: 'gone_since',
  returns: 'returns',
  flapping: 'flapping',
  acknowledgedAt: 'acknowledged_at',
  acknowledgedBy: 'acknowledged_by',
  snoozedUntil: 'snoozed_until',
  resolvedAt: 'resolved_at',
  resolvedBy: 'resolved_by',
  silenced: 'silenced',
  escalatedAt: 'escalated_at',
};
const columns = Object.values(columnOf);

/** Reads rows as `AlertRow` has them. */
export const selectAlerts = `SELECT ${Object.entries(columnOf)
  .map(([field, column]) => `${column} AS ${field}`)
  .join(', ')} FROM alerts`;

/** Writes an `AlertRow`, in the place of the one with its id. */
export const saveAlert = `INSERT INTO alerts (${columns.join(', ')})
  VALUES (${Object.keys(columnOf)
    .map((field) => `@${field}`)
    .join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;

export function toAlertRow({ about, flapping, silenced, ...alert }: KeptAlert): AlertRow {
  return { ...alert, ...about, flapping: flapping ? 1 : 0, silenced: silenced ? 1 : 0 };
}

export function toAlert(row: AlertRow): KeptAlert {
  const { source, tenant, store, backupId, restoreId, jobId, flapping, silenced, ...alert } = row;
  const about = { source, tenant, store, backupId, restoreId, jobId };
  return { ...alert, about, flapping: flapping === 1, silenced: silenced === 1 };
}
