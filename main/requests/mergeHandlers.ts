import { ulid } from 'ulid';
import type { MergeAsk, mergeRequests } from '../../shared/contract/merge.ts';
import type { HandlersOf } from './context.ts';
import { mergeBackup, planMergeOf } from './merges.ts';
import { checkTyped } from './restoreHandlers.ts';
import { restorableBackup } from './restores.ts';

export const mergeHandlers: HandlersOf<typeof mergeRequests> = {
  'merge.plan': (wish, { workspace }) => {
    const { console, board, mergePlans } = workspace;
    restorableBackup(console, wish.backupId);
    const planId = ulid();
    const jobId = board.start('merge plan', planId, async (options) =>
      mergePlans.keep(planId, await planMergeOf(console, askOf(planId, wish), options)),
    );
    return { planId, jobId };
  },
  'merge.planned': ({ planId }, { workspace }) => ({ plan: workspace.mergePlans.get(planId) }),
  'merge.start': ({ rehearse, typedName, ...wish }, { workspace }) => {
    checkTyped(typedName, wish.into);
    const { console, board } = workspace;
    restorableBackup(console, wish.backupId);
    const restoreId = ulid();
    const kind = rehearse ? 'merge rehearsal' : 'merge';
    const ask = askOf(restoreId, wish);
    return {
      restoreId,
      jobId: board.start(kind, restoreId, (options) => mergeBackup(console, ask, rehearse, options)),
    };
  },
};

function askOf(id: string, { backupId, ...wish }: MergeAsk) {
  return { ...wish, id, backup: backupId, source: null, toolsDir: null };
}
