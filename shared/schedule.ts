/** Jobs that can run by themselves. One that this version cannot run is in no schedule. */
export const scheduledKinds = [
  'full',
  'tenants',
  'configuration',
  'cleanup',
  'integrity',
  'replicate',
  'test-restore',
  'health',
] as const;
export type ScheduledKind = (typeof scheduledKinds)[number];

/** What a job is called on a screen. */
export const scheduledKindNames: Record<ScheduledKind, string> = {
  full: 'Full backup',
  tenants: 'Tenant backups',
  configuration: 'Configuration',
  cleanup: 'Clean-up',
  integrity: 'Integrity check',
  replicate: 'Copying what is missing',
  'test-restore': 'Test restore',
  health: 'Health',
};

/** When something runs: a cron expression of five fields, in an IANA zone. */
export interface Rule {
  cron: string;
  zone: string;
}

export interface Schedule extends Rule {
  id: string;
  kind: ScheduledKind;
  /** Null: the console as a whole. */
  source: string | null;
  enabled: boolean;
}

/** Whether a job is about one source, only about one whose tenants are told apart, or about the whole console. */
type About = 'source' | 'tenants' | 'console';

/** What a machine starts with; everything can be changed. */
export const defaultRules: Record<ScheduledKind, { cron: string; about: About }> = {
  full: { cron: '0 2 * * *', about: 'source' },
  tenants: { cron: '0 3 * * 0', about: 'tenants' },
  configuration: { cron: '0 4 * * *', about: 'source' },
  cleanup: { cron: '0 5 * * *', about: 'console' },
  integrity: { cron: '0 * * * *', about: 'console' },
  replicate: { cron: '20 * * * *', about: 'console' },
  'test-restore': { cron: '0 3 1 * *', about: 'source' },
  health: { cron: '*/5 * * * *', about: 'console' },
};

/** How a run ended that was due by itself. */
export type RunOutcome = 'DONE' | 'FAILED' | 'CANCELLED' | 'INTERRUPTED';

/** One run of a schedule. Times are ISO 8601 UTC. */
export interface ScheduledRun {
  /** When it was due; the newest moment, where several were missed. */
  nominal: string;
  claimedAt: string;
  jobId: string;
  /** Earlier moments that this run stands for as well, because the machine slept or the schedule was paused. */
  missed: number;
  /** Null: it waits or runs. */
  outcome: RunOutcome | null;
}

/** What somebody wants once, at a moment. */
export interface OneOff {
  id: string;
  kind: ScheduledKind;
  source: string | null;
  /** Of a tenant backup: which ones; null means all. */
  tenants: string[] | null;
  at: string;
  note: string | null;
  pinned: boolean;
  /** When a notification tells how it ended. */
  notify: 'always' | 'failure';
}

/** A one-off with what became of it. */
export interface KnownOneOff extends OneOff {
  createdAt: string;
  jobId: string | null;
  outcome: RunOutcome | null;
}
