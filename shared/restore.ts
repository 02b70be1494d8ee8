import type { MergeResult } from './merge.ts';

export const restoreModes = ['FULL', 'MERGE', 'PITR'] as const;
export type RestoreMode = (typeof restoreModes)[number];

export const restoreStatuses = ['IN_PROGRESS', 'COMPLETED', 'REHEARSED', 'MISMATCH', 'FAILED', 'ROLLED_BACK'] as const;
export type RestoreStatus = (typeof restoreStatuses)[number];

/** What was compared after a restore, and what was found. */
export interface Verification {
  ok: boolean;
  tables: { name: string; expectedRows: number; rows: number; match: boolean }[];
  indexes: ObjectCheck;
  foreignKeys: ObjectCheck;
  sequences: ObjectCheck;
  materializedViews: ObjectCheck;
  largeObjects: ObjectCheck;
}

/** Objects that should be there, and those that are missing, invalid or behind. */
export interface ObjectCheck {
  expected: number;
  ok: number;
  problems: string[];
}

/** One restore as it is logged. Times are ISO 8601 UTC. */
export interface Restore {
  id: string;
  mode: RestoreMode;
  backupId: string;
  source: string;
  status: RestoreStatus;
  /** The database that it was for: a new one, or the live one whose place it takes or took. */
  target: string;
  /** The database that holds the restored data now; null where none does yet or any more, or nobody is certain which. */
  heldAs: string | null;
  /** Where it was restored to, as `user@host:port`. */
  server: string;
  swapped: boolean;
  /** The database that was live before the swap, kept under this name. */
  replaced: string | null;
  startedAt: string;
  completedAt: string | null;
  durationSeconds: number | null;
  restoredBytes: number | null;
  verification: Verification | null;
  /** What a merge did; null for other modes, and until it is done. */
  merge: MergeResult | null;
  notes: string[];
  initiatedBy: string;
  failure: { code: string; message: string; hint: string } | null;
}
