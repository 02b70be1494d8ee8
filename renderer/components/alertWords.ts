import type { Alert, AlertType, Severity } from '../../shared/alert.ts';
import { formatMoment } from '../../shared/format.ts';
import type { Tone } from './tone.ts';

/** What went wrong, in a word or two. */
export const alertTypeWords: Record<AlertType, string> = {
  BACKUP_FAILURE: 'Backup failed',
  SIZE_DEVIATION: 'Unusual size',
  DURATION_THRESHOLD: 'Slow backup',
  STORAGE_CAPACITY: 'Store nearly full',
  INTEGRITY_FAILURE: 'Bad copy',
  RESTORE_FAILURE: 'Restore failed',
  RPO_BREACH: 'Backup too old',
  REPLICA_MISSING: 'Copy missing',
  DRILL_FAILURE: 'Test restore failed',
  PROOF_OVERDUE: 'Not proven',
  TOOL_PROBLEM: 'Client programs',
  STORE_UNREACHABLE: 'Store away',
  SOURCE_UNREACHABLE: 'Database away',
  CLOCK_SKEW: 'Clocks differ',
  JOB_STALLED: 'Job stands still',
  CLEANUP_FAILURE: 'Clean-up failed',
  JOB_FAILURE: 'Job failed',
  SCHEDULE_HALTED: 'Schedule halted',
  TENANT_UNPROTECTED: 'Tenant unprotected',
  TENANT_VANISHED: 'Tenant gone',
  CHANNEL_FAILURE: 'Channel failed',
};

export const severityMarks: Record<Severity, { tone: Tone; word: string }> = {
  CRITICAL: { tone: 'bad', word: 'Critical' },
  ERROR: { tone: 'bad', word: 'Error' },
  WARNING: { tone: 'warning', word: 'Warning' },
  INFO: { tone: 'neutral', word: 'Info' },
};

/** How bad it is; what is over is not red any more. */
export function severityMark({ severity, status }: Pick<Alert, 'severity' | 'status'>): { tone: Tone; word: string } {
  const mark = severityMarks[severity];
  return status === 'RESOLVED' ? { ...mark, tone: 'neutral' } : mark;
}

/** Who looks after an alert, or how it ended. */
export function alertState({ status, acknowledgedBy, snoozedUntil, resolvedBy }: Alert): string {
  if (status === 'RESOLVED') return resolvedBy === null ? 'Resolved by evidence' : `Resolved by ${resolvedBy}`;
  if (snoozedUntil !== null) return `Snoozed until ${formatMoment(snoozedUntil).slice(0, 16)}`;
  return status === 'ACKNOWLEDGED' ? `Acknowledged by ${acknowledgedBy}` : 'Active';
}

/** Where an alert leads to, in the words that stand there. */
export function alertWayOut({ link }: Pick<Alert, 'link'>): string {
  const [, place, what] = link.split('/');
  if (place === 'backups' && what !== undefined) return 'Open this backup';
  if (place === 'restore' && what !== undefined) return 'Open this restore';
  return waysOut.get((place ?? '').split('?')[0] ?? '') ?? 'Look at it';
}

const waysOut = new Map([
  ['backups', 'Go to its backups'],
  ['jobs', 'Go to the jobs'],
  ['stores', 'Go to Stores'],
  ['settings', 'Go to Settings'],
  ['tenants', 'Go to Tenants'],
]);
