import type { CopyFate, ExpiryPlan } from '../../shared/retention.ts';
import { runThread } from '../streams/runThread.ts';
import type { ExpiryStore, ExpiryTools } from './expiryTools.ts';
import { planExpiry } from './planExpiry.ts';

/** A plan that is made in a thread of its own, and what of it is needed here. */
export interface PlanOrder {
  statePath: string;
  stores: readonly Pick<ExpiryStore, 'name' | 'policy'>[];
  inUse: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  now: number;
  /** The first copies that go and that stay, as many of each, of one store or of all. */
  wanted: { store: string | null; delete: number; keep: number };
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
  statePath: string,
  tools: Pick<ExpiryTools, 'ledger' | 'inUse' | 'now'> & { stores: PlanOrder['stores'] },
  wanted: PlanOrder['wanted'],
  signal: AbortSignal,
  few = fewCopies,
): Promise<PlanPart> {
  const inUse = tools.inUse();
  const now = tools.now().getTime();
  const stores = tools.stores.map(({ name, policy }) => ({ name, policy }));
  if (!tools.ledger.hasMoreCopies(few))
    return partOf(planExpiry({ backups: tools.ledger.backups(), stores, inUse, now }), { stores, wanted });
  return runThread('retention/planWorker', { statePath, stores, inUse, now, wanted } satisfies PlanOrder, { signal });
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
