import type { MergeAsk } from '../../../../../shared/contract/merge.ts';

/** A comparison that was begun, and what was asked for it. */
export interface Planning {
  jobId: string;
  planId: string;
  ask: MergeAsk;
}
