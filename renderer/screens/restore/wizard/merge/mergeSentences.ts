import { counted } from '../../../../../shared/format.ts';
import type { Effect } from './policyWords.ts';

/** Whose rows are merged, and who must not notice. */
export interface Concerned {
  /** What the tenant is called; null where all rows are merged. */
  tenant: string | null;
  /** Tenants beside it; null where nobody knows how many there are. */
  others: number | null;
}

/** Pure: what a merge does, in plain words. */
export function mergeSentences(effect: Effect, into: string, { tenant, others }: Concerned): string[] {
  const whose = tenant === null ? '' : ` of ${tenant}`;
  const { putBack, overwritten, deleted } = effect;
  const done = [
    putBack > 0 ? `${counted(putBack, 'row')}${whose} ${are(putBack)} missing in ${into} and will be put back.` : '',
    overwritten > 0
      ? `${counted(overwritten, 'row')}${whose} will be overwritten with what the backup holds; what was changed in them since is lost.`
      : '',
    deleted > 0 ? `${counted(deleted, 'row')}${whose} that the backup does not hold will be deleted from ${into}.` : '',
  ].filter((sentence) => sentence !== '');
  if (done.length === 0)
    return [`Nothing is to be done: ${into} has every row${whose} of the backup that these choices ask for.`];
  const outside =
    tenant === null
      ? 'No other table is written to, which is proven before anything is committed.'
      : others === null
        ? 'The rows of everybody else stay as they are, which is proven before anything is committed.'
        : others === 0
          ? 'There is no other tenant; what is outside stays as it is, which is proven before anything is committed.'
          : `${others === 1 ? '1 other tenant stays as it is' : `${counted(others, 'other tenant')} stay as they are`}, which is proven before anything is committed.`;
  return [
    ...done,
    outside,
    'It happens whole or not at all. The rows as they were are kept first, so that it can be undone.',
  ];
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}
