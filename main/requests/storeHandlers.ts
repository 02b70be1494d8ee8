import type { StoreForm, storeRequests, StoreStatus, StoreView } from '../../shared/contract/stores.ts';
import type { FailureCode } from '../../shared/failure.ts';
import { storeSeenSchema } from '../../shared/storeSeen.ts';
import type { Workspace } from '../console/workspace.ts';
import type { HandlersOf } from './context.ts';
import { notReached } from '../storage/probeStore.ts';
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

interface KnownStatus {
  status: StoreStatus;
  at: string;
}

/** Every store with what the catalogue knows of it, and with what was seen of it last. */
function viewStores(workspace: Workspace): StoreView[] {
  const { catalogue } = workspace.console;
  return listStores(workspace.console).map((store) => {
    const seen = newest(workspace.storeStatus.get(store.name), lookedAt(workspace, store));
    return {
      ...store,
      ...catalogue.copiesIn(store.name),
      status: seen?.status ?? null,
      statusAt: seen?.at ?? null,
    };
  });
}

function newest(one: KnownStatus | undefined, other: KnownStatus | undefined): KnownStatus | undefined {
  return one && other ? (one.at >= other.at ? one : other) : (one ?? other);
}

/** What the health check has seen of a store, every five minutes: its steps are not timed one by one. */
function lookedAt(
  { console: { looks } }: Workspace,
  { name, kind, place }: Pick<StoreStatus, 'name' | 'kind' | 'place'>,
): KnownStatus | undefined {
  const look = looks.get('store', name);
  if (!look) return undefined;
  const { at, failure } = look;
  const timings = { putMs: null, getMs: null, listMs: null, deleteMs: null };
  const store = { name, kind, place, timings };
  if (failure) {
    const code = failure.code as FailureCode;
    const told = { reachable: !notReached.has(code), writable: false, failure: { ...failure, code, details: {} } };
    return { at, status: { ...store, ...told, usedBytes: null, capacityBytes: null, freeBytes: null } };
  }
  const seen = storeSeenSchema.safeParse(look.seen);
  return seen.success ? { at, status: { ...store, reachable: true, failure: null, ...seen.data } } : undefined;
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
