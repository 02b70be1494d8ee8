import type { StoreForm, storeRequests, StoreStatus, StoreView } from '../../shared/contract/stores.ts';
import type { Workspace } from '../console/workspace.ts';
import type { HandlersOf } from './context.ts';
import { seenStores } from './seenStores.ts';
import { addStore, removeStore, storeSettings, testStore, type StoreAnswer } from './stores.ts';

export const storeHandlers: HandlersOf<typeof storeRequests> = {
  'stores.list': (_, { workspace }) => ({ stores: viewStores(workspace) }),
  'stores.test': async ({ name }, { workspace }) => noteStatus(workspace, await testStore(workspace.console, name)),
  'stores.add': async (form, { workspace }) => {
    const secret = form.kind === 'local' ? null : form.secret;
    const settings = storeSettings(optionsOf(form));
    return noteStatus(workspace, await addStore(workspace.console, { name: form.name, settings, secret }));
  },
  'stores.remove': async ({ name }, { workspace }) => {
    await removeStore(workspace.console, name);
    workspace.storeStatus.delete(name);
    return {};
  },
};

/** A probe that somebody asked for may be newer than the health check's look. */
function viewStores({ console, storeStatus }: Workspace): StoreView[] {
  return seenStores(console).map((store) => {
    const probed = storeStatus.get(store.name);
    if (!probed || (store.statusAt !== null && store.statusAt > probed.at)) return store;
    return { ...store, status: probed.status, statusAt: probed.at };
  });
}

function noteStatus(workspace: Workspace, answer: StoreAnswer): StoreStatus {
  workspace.storeStatus.set(answer.name, { status: answer, at: new Date().toISOString() });
  workspace.announcer.tell('changed', { areas: ['stores'] });
  return answer;
}

/** An empty field of the form is one that was not filled in. */
function optionsOf(form: StoreForm): Parameters<typeof storeSettings>[0] {
  if (form.kind === 'local') return form;
  const { kind, endpoint, bucket, region, prefix, accessKey } = form;
  return { kind, endpoint, bucket, region: region || undefined, prefix, accessKey };
}
