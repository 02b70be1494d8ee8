import type { retentionRequests } from '../../shared/contract/retention.ts';
import { namedStore } from '../console/assemble.ts';
import { cleanUpStores } from '../console/retention.ts';
import type { HandlersOf } from './context.ts';
import {
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
  'retention.preview': async (ask, { workspace: { console } }) => {
    const { totals, ...first } = await tryPolicy(console, ask);
    // What stays begins with the oldest: of them somebody may wonder why.
    return { stores: totals, delete: first.delete.map(viewFate), keep: first.keep.map(viewFate) };
  },
  'retention.fate': ({ id }, { workspace }) => ({ copies: fateOf(workspace.console, id) }),
  'retention.setPolicy': async ({ store, policy }, { workspace }) => ({
    stores: await setStorePolicy(workspace.console, store, policy),
  }),
  'retention.cleanUp': ({ store }, { workspace: { console, board } }) => {
    if (store !== null) namedStore(console, store);
    return { jobId: board.start('cleanup', store ?? '', (options) => cleanUpStores(console, store, options)) };
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
