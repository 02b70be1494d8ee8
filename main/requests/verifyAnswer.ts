import type { DrillStatus } from '../../shared/drill.ts';
import type { Verification } from '../../shared/restore.ts';
import type { CopyVerdict } from '../verify/verifyBackup.ts';

/** What was found of each copy of a backup, and by a restore of it. */
export interface VerifyAnswer {
  id: string;
  ok: boolean;
  results: CopyVerdict[];
  /** What a test restore found; null when none was asked for. */
  restored: Verification | null;
  /** The test restore, with its report. */
  drill: { id: string; status: DrillStatus } | null;
}
