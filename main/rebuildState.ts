import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { Failure, reportFailure } from '../shared/failure.ts';
import { manifestPrefix } from '../shared/repositoryFormat.ts';
import type { Source } from '../shared/source.ts';
import { consoleStores, restoreTools } from './assemble.ts';
import type { Console } from './console.ts';
import type { Home } from './home.ts';
import { openManifest } from './sealing/manifestFile.ts';
import { writePrivateFile } from './secrets/keyStore.ts';
import { openState, type State } from './state/openState.ts';
import type { KnownStore, Repository } from './state/settings.ts';
import { getManifest } from './storage/repository.ts';

/** What the person has set up, in a file of its own, so that a damaged state database loses nothing of it. */
interface SavedSettings {
  repository: Repository;
  sources: Source[];
  stores: KnownStore[];
}

/** Writes the settings beside the state database; after every change of them. */
export async function saveSettings({ home, settings }: Console): Promise<void> {
  const saved = { repository: settings.repository(), sources: settings.sources(), stores: settings.stores() };
  await writePrivateFile(home.settingsPath, `${JSON.stringify(saved, null, 2)}\n`);
}

/**
 * Opens the state database; a damaged one is set aside and begun anew, to be filled again by `rebuild`.
 * @throws STATE_NEWER, STATE_CORRUPT when there are no saved settings to begin with.
 */
export function openOrRebuild(home: Home): { state: State; rebuild: ((console: Console) => Promise<void>) | null } {
  const lost = !existsSync(home.statePath);
  try {
    if (!lost) return { state: openState(home.statePath, { check: true }), rebuild: null };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'STATE_CORRUPT' || !existsSync(home.settingsPath)) throw error;
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(home.statePath + suffix))
        renameSync(home.statePath + suffix, `${home.statePath}.damaged-${stamp}${suffix}`);
  }
  return { state: openState(home.statePath, { check: true }), rebuild: rebuildState };
}

/** Fills an empty state database from the saved settings and from the manifests in every store that can be reached. */
async function rebuildState(console: Console): Promise<void> {
  const saved = JSON.parse(readFileSync(console.home.settingsPath, 'utf8')) as SavedSettings;
  console.state.transaction(() => {
    console.settings.addRepository(saved.repository);
    for (const source of saved.sources) console.settings.addSource(source);
    for (const { name, settings } of saved.stores) console.settings.addStore(name, settings);
  })();
  const { machineKey, trustedKeys, repositoryId } = await restoreTools(console);
  const identity = machineKey.identity;
  for (const handle of consoleStores(console)) {
    try {
      const store = await handle.open();
      for await (const { key } of store.list(manifestPrefix)) {
        const id = /^m\/([^.]+)\.json\.age$/.exec(key)?.[1];
        if (!id) continue;
        const sealed = await getManifest(store, id);
        const manifest = await openManifest(sealed, { identity, trusted: trustedKeys, repositoryId });
        console.catalogue.record(manifest, createHash('sha256').update(sealed.bytes).digest('hex'), handle);
      }
    } catch (error) {
      process.emitWarning(
        `the store ${handle.name} could not be read for the catalogue: ${reportFailure(error).message}`,
      );
    }
  }
}
