import type { Verification } from './restore.ts';
import type { Connection } from './source.ts';

/** The server of the source, another server, or a cluster of our own that is made for it and gone afterwards. */
export const drillPlaces = ['source', 'server', 'scratch'] as const;
export type DrillPlace = (typeof drillPlaces)[number];

/** `MISMATCH`: what was restored differs from its backup, or an assertion does not hold; `FAILED`: it came to no end. */
export const drillStatuses = ['RUNNING', 'PASSED', 'MISMATCH', 'FAILED'] as const;
export type DrillStatus = (typeof drillStatuses)[number];

/** What must hold in every restored database of a source, whatever a comparison says. */
export interface Assertion {
  name: string;
  /** One query that returns one value; tables are named with their schema. */
  sql: string;
  /** What it has to return; null: true. */
  expected: string | null;
}

export interface AssertionResult extends Assertion {
  found: string | null;
  ok: boolean;
  seconds: number;
  /** Why it does not hold, where it is not only another value. */
  reason: string | null;
}

/** What a source wants of its test restores. */
export interface DrillSettings {
  assertions: Assertion[];
  /** Whether one is made after every full backup. */
  afterEveryBackup: boolean;
  /** Where those are made that nobody starts by hand. */
  place: DrillPlace;
  /** For the place `server`; its password is a secret. */
  on: Connection | null;
}

export interface DrillReport {
  /** In their order; seconds. */
  steps: { name: string; seconds: number }[];
  seconds: number;
  backupCreatedAt: string;
  restoredBytes: number;
  /** Null where it did not come to that. */
  verification: Verification | null;
  assertions: AssertionResult[];
  notes: string[];
}

/** One test restore as it is logged. Times are ISO 8601 UTC. */
export interface Drill {
  id: string;
  source: string;
  backupId: string;
  place: DrillPlace;
  /** Where it was restored to, as `user@host:port`; of a cluster of our own `this machine`. */
  server: string;
  /** The throw-away database. */
  database: string;
  status: DrillStatus;
  startedAt: string;
  endedAt: string | null;
  report: DrillReport | null;
  failure: { code: string; message: string; hint: string } | null;
  initiatedBy: string;
  /** Whether nothing of it is left. */
  removed: boolean;
}
