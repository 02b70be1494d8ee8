import { existsSync } from 'node:fs';
import { Console, homeMissing } from './console/console.ts';
import type { Home } from './console/home.ts';
import { keyFile, type KeyStore } from './secrets/keyStore.ts';
import { takeLease } from './state/lease.ts';
import { corrupt, openState } from './state/openState.ts';

export interface ConsoleOptions {
  /** An owner may change things, alone; a reader only looks. */
  owner: boolean;
  /** Where the machine key rests; a file of the state folder unless Electron brings the keychain. */
  keyStore?: KeyStore;
  /** Ends the cleaning up after another process; the next owner does it then. */
  signal?: AbortSignal;
}

/**
 * Opens a state folder. An owner first cleans up what an unfinished process has left behind.
 * @throws HOME_MISSING, OWNER_BUSY, STATE_CORRUPT (only a reader: an owner rebuilds it), STATE_NEWER, KEY_… (an owner), CANCELLED
 */
export async function openConsole(home: Home, { owner, keyStore, signal }: ConsoleOptions): Promise<Console> {
  if (!existsSync(home.dir) || !(existsSync(home.statePath) || existsSync(home.settingsPath))) throw homeMissing(home);
  const keys = keyStore ?? keyFile(home.machineKeyPath);
  if (!owner) {
    if (!existsSync(home.statePath)) throw corrupt(home.statePath);
    const reader = new Console(home, openState(home.statePath, { check: false }), null, keys);
    if (reader.settings.repository()) return reader;
    reader.close();
    throw homeMissing(home);
  }
  const lease = takeLease(home.dir);
  try {
    const { sweepSetUp } = await import('./console/unfinishedSetUp.ts');
    await sweepSetUp(home);
    if (!existsSync(home.statePath) && !existsSync(home.settingsPath)) throw homeMissing(home);
    const { openOrRebuild } = await import('./console/rebuildState.ts');
    const { recover } = await import('./console/recover.ts');
    const state = await openOrRebuild(home, (other) => new Console(home, other, null, keys));
    const console = new Console(home, state, lease, keys);
    await recover(console, signal);
    return console;
  } catch (error) {
    lease.release();
    throw error;
  }
}
