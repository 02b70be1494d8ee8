/** What a merge does with rows that the live database has already, or that the backup lacks. */
export const mergePolicies = ['skip', 'overwrite', 'mirror'] as const;
/**
 * `skip` puts back what is missing and leaves every row that is there; `overwrite` also sets rows that differ back to the
 * backup; `mirror` also deletes rows that the backup lacks.
 */
export type MergePolicy = (typeof mergePolicies)[number];

/** For one table also: leave it alone altogether. */
export const tablePolicies = [...mergePolicies, 'leave'] as const;
export type TablePolicy = (typeof tablePolicies)[number];

/** What a merge shall do, and to whose rows. */
export interface MergeWish {
  /** Only this tenant's rows; null: all rows, or the tenant of a tenant's backup. */
  tenant: string | null;
  policy: MergePolicy;
  /** Other policies for single tables, by `schema.table`. */
  tablePolicies: Record<string, TablePolicy>;
}

/** How the backup's rows of one table compare with the live ones, whatever the policy. */
export interface TableComparison {
  /** `schema.table` */
  name: string;
  policy: TablePolicy;
  /** Rows of the backup that are missing, that differ, that are the same. */
  insert: number;
  differ: number;
  same: number;
  /** Live rows that the backup lacks. */
  extra: number;
  /** Rows of the backup that cannot be put back; each has a blocker that says why. */
  conflicts: number;
  /** Some of the rows that differ. */
  samples: RowSample[];
  /** Some of the conflicts: the row of the backup beside the live one that has its key or its unique value. */
  conflictSamples: RowSample[];
}

/** A row that differs, side by side: as the server writes the values, cut where they are long. */
export interface RowSample {
  key: Record<string, string | null>;
  /** Only the columns that differ. */
  columns: { name: string; live: string | null; backup: string | null }[];
}

export const blockerKinds = [
  'NO_KEY',
  'TABLE_MISSING',
  'COLUMN_MISSING',
  'VALUE_NEEDED',
  'OTHER_TENANT',
  'OWNER_LOST',
  'OWNER_UNCLEAR',
  'POLICY_DIFFERS',
  'UNIQUE_TAKEN',
  'PARENT_MISSING',
  'STILL_REFERRED',
  'TRIGGER_FIRES',
  'KEYS_NOT_DEFERRABLE',
] as const;
export type BlockerKind = (typeof blockerKinds)[number];

/** Why a merge is refused before anything is written. */
export interface MergeBlocker {
  kind: BlockerKind;
  table: string;
  /** Rows that stand in the way; 0 where it is not about rows. */
  count: number;
  /** A whole sentence with table and count. */
  sentence: string;
}

export interface MergePlan {
  tenant: string | null;
  tables: TableComparison[];
  blockers: MergeBlocker[];
  /** What a person should know: tables that stay as they are, what only a rehearsal shows … */
  notes: string[];
}

/** What a merge did to one table. */
export interface TableOutcome {
  name: string;
  inserted: number;
  updated: number;
  deleted: number;
  same: number;
  conflicts: number;
}

/** What the log keeps of a merge. */
export interface MergeResult extends MergeWish {
  /** Everything was done and then rolled back. */
  rehearsal: boolean;
  tables: TableOutcome[];
  /**
   * Whether the fingerprints of all rows of other tenants in the merged tables were equal before and after, and the merge
   * wrote to no other table. False only where the server cannot tell the latter.
   */
  outsideUnchanged: boolean;
  /** ISO 8601 UTC: until when `rollback` can undo it; null when it cannot. */
  undoUntil: string | null;
}
