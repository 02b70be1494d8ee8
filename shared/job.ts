/** Named moments at which a test may cut the power (`STRONGROOM_CRASH_AT`). */
export type CrashPoint =
  | 'init-kit-written'
  | 'init-key-saved'
  | 'init-state-made'
  | 'init-recorded'
  | 'run-claimed'
  | 'backup-begun'
  | 'dump-running'
  | 'dump-sealed'
  | 'proof-running'
  | 'data-committed'
  | 'manifest-committed'
  | 'upload-begun'
  | 'upload-part-done'
  | 'upload-data-done'
  | 'upload-done'
  | 'restore-begun'
  | 'restore-fetching'
  | 'restore-roles-made'
  | 'restore-created'
  | 'restore-loading'
  | 'restore-loaded'
  | 'restore-verified'
  | 'restore-named'
  | 'restore-completed'
  | 'merge-staged'
  | 'merge-locked'
  | 'merge-writing'
  | 'merge-applied'
  | 'merge-undo-written'
  | 'merge-marked'
  | 'merge-committed'
  | 'undo-staged'
  | 'undo-marked'
  | 'undo-committed'
  | 'expire-journalled'
  | 'expire-manifest-gone'
  | 'expire-data-gone'
  | 'expire-noted'
  | 'swap-blocked'
  | 'swap-done'
  | 'rollback-exchanged'
  | 'folder-filled'
  | 'integrity-listed'
  | 'integrity-read'
  | 'mend-proven'
  | 'mend-replaced'
  | 'mend-read-back'
  | 'drill-begun'
  | 'drill-cluster-made'
  | 'drill-cluster-started'
  | 'drill-asserted'
  | 'drill-reported'
  | 'alerts-noted';

/** What of its subject a job is about, where that is not all of it: tenants by their ids, or one chosen backup. */
export type JobPart = { tenants: string[] } | { backup: string };

/** What a person sees of a running job. Bytes are of the stage, and `totalBytes` may be an estimate. */
export interface JobProgress {
  stage: string;
  doneBytes: number;
  totalBytes: number | null;
  /** Whether the total is only estimated. */
  estimated: boolean;
}

/** What a workflow may ask of the job that it runs in. */
export interface Job {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Begins the next stage, named by what it does: "dumping", "checking the dump". */
  stage(name: string, total?: { bytes: number; estimated: boolean }): void;
  /** Bytes of this stage that are done. */
  done(bytes: number): void;
  /** Something that the person should know although nothing failed. */
  note(sentence: string): void;
  reached(point: CrashPoint): void;
}
