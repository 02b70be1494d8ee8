import type { BackupKind } from '../../shared/backup.ts';
import type { JobPart } from '../../shared/job.ts';
import type { StoreKind } from '../../shared/store.ts';
import type { StoreSeen } from '../../shared/storeSeen.ts';

/*
 * Everything that the rules look at, gathered before any of them decides. Times are milliseconds since 1970: the rules
 * compute with them. What could not be looked at is null, which is neither good nor bad.
 */

export interface Facts {
  now: number;
  sources: SourceFacts[];
  stores: StoreFacts[];
  /** The newest end of each kind of job about each subject; cancelled ones left out: a person knows of them. */
  jobs: EndedJob[];
  /** When the newest of each kind about the whole console has ended, however; null: none ever did. */
  checked: { integrity: number | null; cleanup: number | null };
  running: RunningFacts[];
  channels: ChannelFacts[];
  /** Somebody has paused the schedule. */
  pause: { since: number; by: string } | null;
}

export interface ChannelFacts {
  name: string;
  failingSince: number | null;
  failure: { code: string; message: string; hint: string } | null;
}

export interface SourceFacts {
  name: string;
  addedAt: number;
  /** The newest look at the database. */
  look: Look<SourceSeen> | null;
  /** The newest good full backup with at least one good copy. */
  newestGoodAt: number | null;
  newestGoodId: string | null;
  /** The newest good backup of its configuration. */
  configurationAt: number | null;
  /** Good backups of each series, whose newest one is young enough to be judged. */
  series: BackupSeries[];
  /** The newest restore that proves its backups; see `newestProof`. */
  provenAt: number | null;
  /** The newest restore or merge that went well. */
  restoredAt: number | null;
  /** The newest restore that failed or differed with none that went well after it. */
  failedRestore: FailedRestore | null;
  /** The newest test restore of each part that has ended. */
  tests: TestedPart[];
  /** Null where no tenant is backed up by itself. */
  tenants: TenantFacts | null;
}

/** One look at something outside. */
export interface Look<Seen> {
  at: number;
  failure: { code: string; message: string; hint: string } | null;
  /** Since when every look has failed; null where the newest did not. */
  failingSince: number | null;
  /** What was seen; null where the look failed. */
  seen: Seen | null;
}

export interface SourceSeen {
  skewSeconds: number;
  tools: ToolVerdict[];
}

export interface ToolVerdict {
  severity: 'ok' | 'warn' | 'block';
  message: string;
  hint: string;
}

export interface StoreFacts {
  name: string;
  kind: StoreKind;
  /** Whether every backup is written here first. */
  primary: boolean;
  addedAt: number;
  /** When it answered again after it had been away; null: it never was. */
  backAt: number | null;
  look: Look<StoreSeen> | null;
  /** Good backups that should have a copy here and have none. */
  missing: MissingCopies;
  /** Copies here that are damaged or gone. */
  bad: BadCopies;
}

export interface MissingCopies {
  count: number;
  /** When the oldest of them was made, and its id. */
  oldestAt: number | null;
  oldestId: string | null;
}

export interface BadCopies {
  count: number;
  /** How many of those backups have no good copy anywhere. */
  lost: number;
  newestId: string | null;
  /** When the newest of them was found. */
  foundAt: number | null;
}

/** Good backups of the same kind of the same thing, newest first. */
export interface BackupSeries {
  kind: BackupKind;
  tenant: string | null;
  backups: { id: string; sizeBytes: number; durationSeconds: number | null }[];
}

export interface FailedRestore {
  id: string;
  at: number;
  target: string;
  differs: boolean;
  /** Where it is looked at. */
  link: string;
  restoreId: string | null;
  failure: { code: string; message: string; hint: string } | null;
}

export interface TestedPart {
  /** Null: the newest backup of the whole database. */
  part: JobPart | null;
  /** Null: it went well. */
  failed: FailedRestore | null;
  /** Whether it was of a chosen backup that has been deleted since. */
  gone: boolean;
}

export interface TenantFacts {
  /** Tenants that are there and have no good backup, the first few by name. */
  unprotected: { count: number; names: string[] };
  /** When the newest good backup of each of the others was taken that is there, the oldest first. */
  protected: readonly { name: string; at: number }[];
  /** Tenants that went in the last days, and when the last one did. */
  vanished: { count: number; names: string[]; at: number | null };
}

export interface EndedJob {
  id: string;
  kind: string;
  subject: string;
  /** Null: all of it. */
  part: JobPart | null;
  status: 'DONE' | 'FAILED' | 'INTERRUPTED';
  startedAt: number;
  endedAt: number;
  failure: { code: string; message: string; hint: string } | null;
}

export interface RunningFacts {
  id: string;
  kind: string;
  subject: string;
  stage: string;
  startedAt: number;
  /** When it last told that something moved. */
  movedAt: number;
}
