import { openState } from '../state/openState.ts';
import { RetentionLedger } from '../state/retentionLedger.ts';
import { serveThread } from '../streams/thread.ts';
import { partOf, type PlanOrder, type PlanPart } from './planInThread.ts';
import { planExpiry } from './planExpiry.ts';

await serveThread<PlanOrder, PlanPart>(async ({ statePath, stores, inUse, now, wanted }) => {
  const state = openState(statePath, { check: false });
  try {
    // All of it as it was at one moment.
    const backups = state.transaction(() => new RetentionLedger(state).backups())();
    return partOf(planExpiry({ backups, stores, inUse, now }), { stores, wanted });
  } finally {
    state.close();
  }
});
