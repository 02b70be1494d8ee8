import { openState } from '../state/openState.ts';
import { RetentionLedger } from '../state/retentionLedger.ts';
import type { ThreadWork } from '../streams/thread.ts';
import { planPart, type PlanOrder, type PlanPart } from './planInThread.ts';

export const work: ThreadWork<PlanOrder, PlanPart> = async ({ statePath, ...order }) => {
  const state = openState(statePath, { check: false });
  try {
    // All of it as it was at one moment.
    return state.transaction(() => planPart(new RetentionLedger(state), order))();
  } finally {
    state.close();
  }
};
