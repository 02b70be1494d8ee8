import type { Severity } from './alert.ts';
import type { BackupKind } from './backup.ts';
import type { Health } from './health.ts';

/*
 * What is measured of the console as its state has it now: for the health score and for Prometheus. Times are milliseconds
 * since 1970, what is not known is null: neither good nor bad, and never a 0.
 */

export interface Measures {
  now: number;
  version: string;
  sources: SourceMeasures[];
  stores: StoreMeasures[];
  openAlerts: Record<Severity, number>;
  recovery: Health['recovery'];
  schedulePaused: boolean;
  /** The newest run that went well. */
  integrityAt: number | null;
  cleanUpAt: number | null;
}

export interface SourceMeasures {
  name: string;
  /** Whether the newest look at the database went well; null where none is young enough. */
  up: boolean | null;
  /** Kinds of which there is a good backup. */
  series: SeriesMeasures[];
  /** Stores with a good copy of the newest good full backup. */
  goodCopies: number;
  /** The newest restore that was compared with its backup and found equal. */
  provenAt: number | null;
  /** How long the newest of them took, from its start to its proof. */
  rtoSeconds: number | null;
  /** Scheduled and other backups of the last days that have ended, cancelled ones left out. */
  runs: { ended: number; well: number };
  /** Null where tenants are not told apart. */
  tenants: {
    /** How many have no good backup of their own. */
    unprotected: number;
    /** The newest good backup of the one that is furthest behind. */
    oldestAt: number | null;
  } | null;
}

/** The newest good backup of a kind, and in which store there is one from when. */
export interface SeriesMeasures {
  kind: BackupKind;
  newestAt: number;
  sizeBytes: number;
  durationSeconds: number | null;
  newestIn: { store: string; at: number }[];
}

export interface StoreMeasures {
  name: string;
  /** Whether it answered the newest look and can be written; null where none is young enough. */
  up: boolean | null;
  usedRatio: number | null;
  backupBytes: number | null;
  /** Copies that are damaged or gone. */
  badCopies: number;
}
