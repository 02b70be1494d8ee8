import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Channel } from '../../shared/channel.ts';
import type { Person } from '../../shared/contract/access.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { manifestPrefix } from '../../shared/repositoryFormat.ts';
import type { Schedule } from '../../shared/schedule.ts';
import type { Source } from '../../shared/source.ts';
import type { Store, StoreKind } from '../../shared/store.ts';
import { consoleStores } from './assemble.ts';
import type { Console } from './console.ts';
import type { Home } from './home.ts';
import { expiryTools } from './retention.ts';
import { openManifest } from '../sealing/manifestFile.ts';
import { writePrivateFile } from '../secrets/keyStore.ts';
import { openState, stateFileSuffixes, type State } from '../state/openState.ts';
import type { KnownStore, Repository } from '../state/settings.ts';
import { forgoExpired } from '../retention/forgoExpired.ts';
import { rememberedPins } from '../state/retentionPolicies.ts';
import { getManifest } from '../storage/repository.ts';

/** What the person has set up, in a file of its own, so that a damaged state database loses nothing of it. */
interface SavedSettings {
  repository: Repository;
  sources: Source[];
  stores: KnownStore[];
  /** Missing in a file of an older version. Without them, whoever damages the database would become an owner. */
  people?: Person[];
  preferences?: Record<string, unknown>;
  channels?: Channel[];
  schedules?: Schedule[];
}

/** Writes the settings beside the state database; after every change of them. */
export async function saveSettings(console: Console): Promise<void> {
  const { home, settings, people, preferences, channels, schedules } = console;
  const saved = {
    repository: settings.repository(),
    sources: settings.sources(),
    stores: settings.stores(),
    people: people.all(),
    preferences: preferences.all(),
    channels: channels.all(),
    schedules: schedules.all(),
  };
  await writePrivateFile(home.settingsPath, `${JSON.stringify(saved, null, 2)}\n`);
}

/**
 * Opens the state database of an owner. One that is damaged or gone is set aside and made anew from the saved settings
 * and the stores; the new one appears only when it is complete.
 * @param consoleOn a console on another state database of this home.
 * @throws STATE_NEWER, KEY_…, STATE_CORRUPT when there are no saved settings to begin with.
 */
export async function openOrRebuild(home: Home, consoleOn: (state: State) => Console): Promise<State> {
  try {
    if (existsSync(home.statePath)) return openState(home.statePath, { check: true });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'STATE_CORRUPT' || !existsSync(home.settingsPath)) throw error;
  }
  setAside(home.statePath);
  const path = `${home.statePath}.rebuilding`;
  for (const suffix of stateFileSuffixes) rmSync(path + suffix, { force: true });
  const console = consoleOn(openState(path, { check: false }));
  try {
    await fillState(console);
  } finally {
    console.close();
  }
  renameSync(path, home.statePath);
  return openState(home.statePath, { check: true });
}

function setAside(statePath: string): void {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  for (const suffix of stateFileSuffixes)
    if (existsSync(statePath + suffix)) renameSync(statePath + suffix, `${statePath}.damaged-${stamp}${suffix}`);
}

/** Fills an empty state database from the saved settings and from the manifests in every store that can be reached. */
async function fillState(console: Console): Promise<void> {
  const saved = JSON.parse(readFileSync(console.home.settingsPath, 'utf8')) as SavedSettings;
  console.state.transaction(() => {
    console.settings.addRepository(saved.repository);
    for (const source of saved.sources) console.settings.addSource(source);
    for (const { name, settings } of saved.stores) console.settings.addStore(name, settings);
    // The owners come first: nobody else can be without one.
    const people = (saved.people ?? []).toSorted((a, b) => Number(b.role === 'owner') - Number(a.role === 'owner'));
    for (const person of people) console.people.add(person, new Date().toISOString());
    for (const [name, value] of Object.entries(saved.preferences ?? {})) console.preferences.set(name, value);
    for (const channel of saved.channels ?? []) console.channels.put(channel);
    // What was due while the database was gone is not known any more; from now on nothing is missed.
    for (const schedule of saved.schedules ?? [])
      console.schedules.add({ ...schedule, countsFrom: new Date().toISOString() });
  })();
  await console.machineKey();
  for (const handle of consoleStores(console))
    await orWarn(`the store ${handle.name}`, async () => {
      const store = await handle.open();
      for await (const { key } of store.list(manifestPrefix)) {
        const id = /^m\/([^.]+)\.json\.age$/.exec(key)?.[1];
        if (id) await orWarn(`the manifest ${id} in ${handle.name}`, () => adoptManifest(console, handle, store, id));
      }
    });
  for (const [id, pinned] of Object.entries(rememberedPins(console.preferences)))
    console.retention.setPinned(id, pinned);
  await forgoExpired(expiryTools(console), new AbortController().signal);
}

/** Takes a backup that exists in a store into the catalogue. @throws MANIFEST_…, KEY_WRONG, STORE_… */
export async function adoptManifest(
  console: Console,
  handle: { name: string; kind: StoreKind },
  store: Store,
  backupId: string,
): Promise<void> {
  const sealed = await getManifest(store, backupId);
  const { id: repositoryId, signingPublicKey } = console.repository();
  const { identity } = await console.machineKey();
  const manifest = await openManifest(sealed, { backupId, identity, trusted: [signingPublicKey], repositoryId });
  console.catalogue.record(manifest, createHash('sha256').update(sealed.bytes).digest('hex'), handle);
}

/** One store or manifest that cannot be read must not keep the others out of the catalogue. */
async function orWarn(subject: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.emitWarning(`${subject} could not be read for the catalogue: ${reportFailure(error).message}`);
  }
}
