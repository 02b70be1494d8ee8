import {
  mergePolicies,
  type MergePolicy,
  type TableComparison,
  type TablePolicy,
} from '../../../../../shared/merge.ts';

/** What each policy does, in one sentence. */
export const policyWords: Record<MergePolicy, { name: string; sentence: string }> = {
  skip: {
    name: 'Only put back what is missing',
    sentence: 'Every row that is there stays as it is, also where it differs from the backup.',
  },
  overwrite: {
    name: 'Put back what is missing or differs',
    sentence: 'Rows that differ are set back to the backup; rows that came later stay.',
  },
  mirror: {
    name: 'Make it exactly as in the backup',
    sentence: 'Rows that differ are set back, and rows that came later are deleted.',
  },
};

/** How a policy is called in a list where there is little room. */
export const shortPolicies: Record<TablePolicy, string> = {
  skip: 'only missing',
  overwrite: 'missing and different',
  mirror: 'exactly as the backup',
  leave: 'leave it alone',
};

/** What a policy does to the rows of a table, as the comparison has counted them. */
export interface Effect {
  putBack: number;
  overwritten: number;
  deleted: number;
}

/** Pure: what a policy does to one table. */
export function effectOf({ insert, differ, extra }: TableComparison, policy: TablePolicy): Effect {
  return {
    putBack: policy === 'leave' ? 0 : insert,
    overwritten: policy === 'overwrite' || policy === 'mirror' ? differ : 0,
    deleted: policy === 'mirror' ? extra : 0,
  };
}

/** Pure: what the policies do to all tables together. */
export function effectOfAll(tables: readonly TableComparison[], policyOf: (table: string) => TablePolicy): Effect {
  return tables
    .map((table) => effectOf(table, policyOf(table.name)))
    .reduce(
      (sum, one) => ({
        putBack: sum.putBack + one.putBack,
        overwritten: sum.overwritten + one.overwritten,
        deleted: sum.deleted + one.deleted,
      }),
      { putBack: 0, overwritten: 0, deleted: 0 },
    );
}

/** Pure: the policy of a table; what is set for it goes before what is set for all. */
export function policyIn(
  wish: { policy: MergePolicy; tablePolicies: Record<string, TablePolicy> },
  table: string,
): TablePolicy {
  return wish.tablePolicies[table] ?? wish.policy;
}

export const policies: readonly MergePolicy[] = mergePolicies;
