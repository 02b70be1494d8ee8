import type { MergePlan } from '../../shared/merge.ts';

/** So many are looked at beside each other, at the most. */
const keptPlans = 20;

/** The newest plans of merges. They hold rows of customers, so they are kept in memory and not in the state database. */
export class MergePlans {
  private readonly plans = new Map<string, MergePlan>();

  keep(id: string, plan: MergePlan): void {
    this.plans.set(id, plan);
    for (const oldest of [...this.plans.keys()].slice(0, -keptPlans)) this.plans.delete(oldest);
  }

  get(id: string): MergePlan | null {
    return this.plans.get(id) ?? null;
  }
}
