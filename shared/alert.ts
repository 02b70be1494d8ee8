/** What an alert can be about; closed, so that every place that tells of alerts knows them all. */
export const alertTypes = [
  /** A backup of any kind failed, was cut off, or was not even begun. */
  'BACKUP_FAILURE',
  /** A good backup is much larger or smaller than those before it. */
  'SIZE_DEVIATION',
  /** A good backup took much longer than those before it. */
  'DURATION_THRESHOLD',
  /** A store is nearly full. */
  'STORAGE_CAPACITY',
  /** A copy is damaged or gone. */
  'INTEGRITY_FAILURE',
  /** A restore, merge or swap failed, or what was restored differs from the backup. */
  'RESTORE_FAILURE',
  /** The newest good backup of a source is older than what it may lose. */
  'RPO_BREACH',
  /** A good backup lacks a copy that it should have. */
  'REPLICA_MISSING',
  /** A test restore failed, or found differences. */
  'DRILL_FAILURE',
  /** No restore of a source was proven for too long. */
  'PROOF_OVERDUE',
  /** The PostgreSQL client programs cannot do what is needed, or the server is of no use to them. */
  'TOOL_PROBLEM',
  /** A store does not answer, or refuses to be written. */
  'STORE_UNREACHABLE',
  /** A database does not let us in. */
  'SOURCE_UNREACHABLE',
  /** The clock of this machine differs from that of a database server. */
  'CLOCK_SKEW',
  /** A job moves no bytes, or has run far longer than it should. */
  'JOB_STALLED',
  /** The job that applies the retention failed. */
  'CLEANUP_FAILURE',
  /** Another job that runs by itself failed: the integrity check, the copying, the health check. */
  'JOB_FAILURE',
  /** Scheduled jobs do not run: paused, or late. */
  'SCHEDULE_HALTED',
  /** A tenant has no good backup of its own, where the others have. */
  'TENANT_UNPROTECTED',
  /** A tenant is not in the tenant table any more. */
  'TENANT_VANISHED',
  /** A channel could not deliver an alert. */
  'CHANNEL_FAILURE',
] as const;
export type AlertType = (typeof alertTypes)[number];

/** The worst first. */
export const severities = ['CRITICAL', 'ERROR', 'WARNING', 'INFO'] as const;
export type Severity = (typeof severities)[number];

/** `ACTIVE` → `ACKNOWLEDGED` → `RESOLVED`; the first two are open. */
export const alertStatuses = ['ACTIVE', 'ACKNOWLEDGED', 'RESOLVED'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/** What an alert is about, as far as there is one of each. */
export interface AlertAbout {
  source: string | null;
  tenant: string | null;
  store: string | null;
  backupId: string | null;
  restoreId: string | null;
  jobId: string | null;
}

/** One alert: one root cause, from when it was first seen until evidence or a person has resolved it. ISO 8601 UTC. */
export interface Alert {
  /** A ULID. */
  id: string;
  type: AlertType;
  /** As it is now: an alert that nobody looks at escalates. */
  severity: Severity;
  status: AlertStatus;
  /** The root cause: there is at most one open alert of each. */
  fingerprint: string;
  /** One sentence with what was seen, and one with what to do. */
  message: string;
  hint: string;
  about: AlertAbout;
  /** Where in the console the thing itself is looked at, such as `/backups/ID`. */
  link: string;
  openedAt: string;
  /** When its condition was last seen to hold. */
  seenAt: string;
  /** How often it came back while it was open or shortly after. */
  returns: number;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  /** Nothing is told of it until then. */
  snoozedUntil: string | null;
  resolvedAt: string | null;
  /** A person; null where evidence did it. */
  resolvedBy: string | null;
  escalatedAt: string | null;
}

/** What has happened to an alert, oldest first. */
export const alertEvents = [
  'opened',
  'changed',
  'returned',
  'escalated',
  'reminder',
  'acknowledged',
  'snoozed',
  'resolved',
] as const;
export type AlertEvent = (typeof alertEvents)[number];

export interface AlertHistoryEntry {
  alertId: string;
  at: string;
  event: AlertEvent;
  /** A person; null where it came from what was seen. */
  by: string | null;
  /** What was seen, or what the person wrote. */
  note: string | null;
}

/** What the channels are to tell. It is handed over at least once: whoever delivers knows it again by its id. */
export interface AlertNews {
  /** A ULID of this piece of news. */
  id: string;
  /** Of the alert: the same for everything that is told of it. */
  alertId: string;
  event: 'opened' | 'escalated' | 'resolved' | 'reminder' | 'acknowledged';
  severity: Severity;
  type: AlertType;
  message: string;
  hint: string;
  about: AlertAbout;
  link: string;
  at: string;
}

/** Whether the first is worse than, or as bad as, the second. */
export function atLeastAsBad(severity: Severity, than: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(than);
}

/** What an alert is about in a few words: `shop · tenant 7 · store r2`; empty where it is about the console itself. */
export function aboutWords({ source, tenant, store }: AlertAbout): string {
  const words = [source, tenant === null ? null : `tenant ${tenant}`, store === null ? null : `store ${store}`];
  return words.filter((word) => word !== null).join(' · ');
}
