import type { AlertAbout, AlertType, Severity } from '../../shared/alert.ts';
import type { AlertRules } from '../../shared/alertRules.ts';
import type { Facts } from './facts.ts';

/** Something that is wrong now. */
export interface Condition {
  type: AlertType;
  severity: Severity;
  /** The root cause: two conditions with the same fingerprint are one alert. */
  fingerprint: string;
  /**
   * Which time of it this is, where it is about something that happened: an id or a moment that grows with time. A new
   * one counts as new even where the alert was acknowledged or resolved by hand. Empty for what is a state.
   */
  occurrence: string;
  message: string;
  hint: string;
  about: AlertAbout;
  link: string;
  /** Fingerprints of what this would follow from: while one of them holds, this is told as a part of it. */
  causes: readonly string[];
}

/** What is known of an alert that does not hold any more, or cannot be seen. */
export type Suspect = Pick<
  { type: AlertType; fingerprint: string; about: AlertAbout },
  'type' | 'fingerprint' | 'about'
>;

/** One family of alerts: pure functions of the gathered facts. */
export interface Rule {
  types: readonly AlertType[];
  conditions(facts: Facts, rules: AlertRules): Condition[];
  /** What shows that an alert of these types is over, as a sentence; null where nothing does: silence is no evidence. */
  evidence(alert: Suspect, facts: Facts, rules: AlertRules): string | null;
}

const nothing: AlertAbout = { source: null, tenant: null, store: null, backupId: null, restoreId: null, jobId: null };

export function about(parts: Partial<AlertAbout>): AlertAbout {
  return { ...nothing, ...parts };
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** How many tenants an alert calls by their names. */
export const tenantsNamed = 3;

/** `1 backup`, `3 backups`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

/** The reason of a failure as the second half of a sentence. */
export function because(failure: { message: string } | null): string {
  return failure ? `: ${failure.message}` : '';
}
