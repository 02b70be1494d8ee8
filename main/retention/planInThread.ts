import type { CopyFate, ExpiryPlan } from '../../shared/retention.ts';
import type { State } from '../state/openState.ts';
import type { RetentionLedger } from '../state/retentionLedger.ts';
import { runThread } from '../streams/runThread.ts';
import type { ExpiryStore, ExpiryTools } from './expiryTools.ts';
import { withCopies, type UnknownCopy } from './unknownCopies.ts';
import { planExpiry } from './planExpiry.ts';

/** A plan that is made in a thread of its own, and what of it is needed here. */
export interface PlanOrder {
  statePath: string;
  stores: readonly Pick<ExpiryStore, 'name' | 'policy'>[];
  inUse: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  now: number;
  wanted: WantedPart;
}

/** The first copies that go and that stay, as many of each, of one store or of all. */
export interface WantedPart {
  store: string | null;
  delete: number;
  keep: number;
  /** Plan as if these copies were there too (see `forgoExpired`). */
  assumed?: readonly UnknownCopy[];
}

/** The wanted copies, and for each store the counts and bytes of all. */
export interface PlanPart extends ExpiryPlan {
  totals: { store: string; deleteCount: number; deleteBytes: number; keepCount: number; keepBytes: number }[];
}

/** So many copies are planned for in less time than a thread takes to start. */
const fewCopies = 5000;

/**
 * Plans for everything that the catalogue knows now; where that is much, this thread goes on with other work meanwhile.
 * @throws CANCELLED
 */
export async function planInThread(
  state: State,
  tools: Pick<ExpiryTools, 'ledger' | 'inUse' | 'now'> & { stores: PlanOrder['stores'] },
  wanted: WantedPart,
  signal: AbortSignal,
  few = fewCopies,
): Promise<PlanPart> {
  const inUse = tools.inUse();
  const now = tools.now().getTime();
  const stores = tools.stores.map(({ name, policy }) => ({ name, policy }));
  if (!tools.ledger.hasMoreCopies(few)) return planPart(tools.ledger, { stores, inUse, now, wanted });
  const order: PlanOrder = { statePath: state.name, stores, inUse, now, wanted };
  return runThread('retention/planWorker', order, { signal });
}

/** What is wanted of the plan for everything that the catalogue knows. */
export function planPart(ledger: RetentionLedger, order: Omit<PlanOrder, 'statePath'>): PlanPart {
  const { stores, inUse, now, wanted } = order;
  const known = ledger.backups();
  const backups = wanted.assumed ? withCopies(known, wanted.assumed) : known;
  return partOf(planExpiry({ backups, stores, inUse, now }), order);
}

/** What is wanted of a plan. */
export function partOf(plan: ExpiryPlan, { stores, wanted }: Pick<PlanOrder, 'stores' | 'wanted'>): PlanPart {
  const first = (fates: readonly CopyFate[], most: number) =>
    fates.filter(({ store }) => wanted.store === null || store === wanted.store).slice(0, most);
  const totals = new Map(
    stores.map(({ name: store }) => [store, { store, deleteCount: 0, deleteBytes: 0, keepCount: 0, keepBytes: 0 }]),
  );
  for (const fate of ['delete', 'keep'] as const)
    for (const { store, copy } of plan[fate]) {
      const total = totals.get(store)!;
      total[`${fate}Count`]++;
      total[`${fate}Bytes`] += copy.sizeBytes;
    }
  return {
    delete: first(plan.delete, wanted.delete),
    keep: first(plan.keep, wanted.keep),
    totals: [...totals.values()],
  };
}
