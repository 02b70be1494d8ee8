import { ulid } from 'ulid';
import type { restoreRequests, RestoreTarget } from '../../shared/contract/restores.ts';
import { Failure } from '../../shared/failure.ts';
import type { HandlersOf, RequestContext } from './context.ts';
import { previewRestore } from './previewRestore.ts';
import { rollBackMerge } from './merges.ts';
import { chosenBackup, namedRestore, restoreBackup, rollBack, swapLater } from './restores.ts';

export const restoreHandlers: HandlersOf<typeof restoreRequests> = {
  'restores.list': ({ limit }, { workspace }) => ({ restores: workspace.console.restoreLog.list(limit) }),
  'restores.show': ({ id }, { workspace }) => namedRestore(workspace.console, id),
  'restores.preview': (ask, { workspace }) => previewRestore(workspace.console, ask),
  'restores.start': (target, context) => start(target, false, context),
  'restores.startSwap': ({ typedName, ...target }, context) => {
    checkTyped(typedName, target.into);
    return start(target, true, context);
  },
  'restores.swap': ({ id, live, typedName }, { workspace }) => {
    checkTyped(typedName, live);
    const { console, board } = workspace;
    namedRestore(console, id);
    return { jobId: board.start('swap', id, (options) => swapLater(console, { id, live }, options)) };
  },
  'restores.rollback': ({ id, evenIfChanged }, { workspace }) => {
    const { console, board } = workspace;
    const merged = namedRestore(console, id).mode === 'MERGE';
    return {
      jobId: board.start('rollback', id, (options) =>
        merged ? rollBackMerge(console, id, evenIfChanged, options) : rollBack(console, id, options),
      ),
    };
  },
};

function start(
  { backupId, ...target }: RestoreTarget,
  swap: boolean,
  { workspace }: RequestContext,
): { jobId: string; restoreId: string } {
  const { console, board } = workspace;
  chosenBackup(console, { backup: backupId, source: null });
  const restoreId = ulid();
  const ask = { ...target, id: restoreId, backup: backupId, source: null, swap, toolsDir: null };
  return {
    restoreId,
    jobId: board.start('restore full', restoreId, (options) => restoreBackup(console, ask, options)),
  };
}

/** What replaces something live is typed by hand, so that nobody clicks it by mistake. */
export function checkTyped(typed: string, name: string): void {
  if (typed === name) return;
  throw new Failure(
    'REQUEST_REFUSED',
    'the name that was typed is not that of the database that would be replaced',
    `Type ${name} exactly as it is written.`,
  );
}
