import type { retentionRequests } from '../../shared/contract/retention.ts';
import type { CopyFate } from '../../shared/retention.ts';
import { namedStore } from '../console/assemble.ts';
import type { HandlersOf } from './context.ts';
import {
  cleanUp,
  deleteChosen,
  fateOf,
  lookAtDeletion,
  pin,
  policies,
  setStorePolicy,
  tryPolicy,
  viewFate,
} from './retention.ts';

export const retentionHandlers: HandlersOf<typeof retentionRequests> = {
  'retention.policies': (_, { workspace }) => ({ stores: policies(workspace.console) }),
  'retention.preview': ({ store, policy, limit }, { workspace: { console } }) => {
    const plan = tryPolicy(console, store, policy);
    const first = (fates: readonly CopyFate[]) =>
      fates
        .filter((fate) => fate.store === store)
        .slice(0, limit)
        .map((fate) => viewFate(fate));
    return {
      stores: policies(console).map(({ store: name }) => {
        const [going, staying] = [plan.delete, plan.keep].map((fates) => fates.filter((fate) => fate.store === name));
        return {
          store: name,
          deleteCount: going!.length,
          deleteBytes: bytesOf(going!),
          keepCount: staying!.length,
          keepBytes: bytesOf(staying!),
        };
      }),
      delete: first(plan.delete),
      // The oldest first: of them somebody may wonder why they stay.
      keep: first(plan.keep),
    };
  },
  'retention.fate': ({ id }, { workspace }) => ({ copies: fateOf(workspace.console, id) }),
  'retention.setPolicy': async ({ store, policy }, { workspace }) => ({
    stores: await setStorePolicy(workspace.console, store, policy),
  }),
  'retention.cleanUp': ({ store }, { workspace: { console, board } }) => {
    if (store !== null) namedStore(console, store);
    return { jobId: board.start('cleanup', store ?? '', (options) => cleanUp(console, store, options)) };
  },
  'retention.pin': async ({ ids }, { workspace }) => {
    await pin(workspace.console, ids, true);
    return {};
  },
  'retention.unpin': async ({ ids }, { workspace }) => {
    await pin(workspace.console, ids, false);
    return {};
  },
  'retention.describeDeletion': (ask, { workspace }) => lookAtDeletion(workspace.console, ask),
  'retention.delete': (ask, { workspace: { console, board } }) => {
    const subject = ask.ids.length === 1 ? ask.ids[0]! : `${ask.ids.length} backups`;
    lookAtDeletion(console, ask);
    return { jobId: board.start('delete', subject, (options) => deleteChosen(console, ask, options)) };
  },
};

function bytesOf(fates: readonly CopyFate[]): number {
  return fates.reduce((sum, { copy }) => sum + copy.sizeBytes, 0);
}
