import type { StoreForm, storeRequests, StoreStatus, StoreView } from '../../shared/contract/stores.ts';
import type { Workspace } from '../console/workspace.ts';
import type { HandlersOf } from './context.ts';
import { addStore, listStores, removeStore, storeSettings, testStore, type StoreAnswer } from './stores.ts';

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

/** Every store with what the catalogue knows of it, and with the newest probe since the program was started. */
function viewStores(workspace: Workspace): StoreView[] {
  const { catalogue } = workspace.console;
  return listStores(workspace.console).map((store) => {
    const probed = workspace.storeStatus.get(store.name);
    return {
      ...store,
      ...catalogue.copiesIn(store.name),
      missing: catalogue.missingIn(store.name).length,
      status: probed?.status ?? null,
      statusAt: probed?.at ?? null,
    };
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
