import { homeAt } from '../../main/console/home.ts';
import { planNow } from '../../main/retention/expiryTools.ts';
import { openState } from '../../main/state/openState.ts';
import { RetentionLedger } from '../../main/state/retentionLedger.ts';
import { Settings } from '../../main/state/settings.ts';
import { defaultPolicy } from '../../shared/retention.ts';

/** Milliseconds in which retention decides over every copy in the catalogue, by rules of every kind. */
export function planMilliseconds(home: string): number {
  const state = openState(homeAt(home).statePath, { check: false });
  try {
    const policy = { ...defaultPolicy('local', 'Europe/Vienna'), keepDaily: 30, keepWeekly: 12, keepMonthly: 24 };
    const stores = new Settings(state).stores().map(({ name, settings }) => ({ name, kind: settings.kind, policy }));
    const tools = {
      ledger: new RetentionLedger(state),
      stores: stores.map((store) => ({ ...store, open: () => Promise.reject(new Error('a plan opens no store')) })),
      inUse: () => new Map<string, string>(),
      now: () => new Date(),
    };
    const begun = performance.now();
    planNow(tools);
    return performance.now() - begun;
  } finally {
    state.close();
  }
}
