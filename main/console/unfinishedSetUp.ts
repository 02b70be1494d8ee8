import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { sealedKeyPaths, writePrivateFile } from '../secrets/keyStore.ts';
import { openState, stateFileSuffixes } from '../state/openState.ts';
import { Settings } from '../state/settings.ts';
import { syncFolder } from '../storage/durableFiles.ts';
import type { Home } from './home.ts';

/** What a set-up notes before it makes anything. */
interface SetUpNote {
  repositoryId: string;
  /** Path of the kit that it writes. */
  recoveryKit: string;
}

/** Notes that a set-up begins: what lies in the folder from now on is half-made until its repository is recorded. */
export async function noteSetUp(home: Home, note: SetUpNote): Promise<void> {
  await writePrivateFile(home.setUpNotePath, JSON.stringify(note));
}

/**
 * Removes what a set-up has made that was cut off: keys for which there is no repository open nothing, and would stand
 * in the way of the next try. Of a set-up that has recorded its repository only the note goes.
 * @throws STATE_CORRUPT, STATE_NEWER: then nothing is removed.
 */
export async function sweepSetUp(home: Home): Promise<void> {
  const note = await readNote(home);
  if (!note) return;
  if (!isRecorded(home)) {
    for (const key of [home.machineKeyPath, ...Object.values(sealedKeyPaths(home.machineKeyPath))])
      for (const path of [key, `${key}.part`]) await rm(path, { force: true });
    for (const suffix of stateFileSuffixes) await rm(home.statePath + suffix, { force: true });
    await removeKit(note);
  }
  await rm(home.setUpNotePath, { force: true });
  await syncFolder(home.dir);
}

function isRecorded(home: Home): boolean {
  if (existsSync(home.settingsPath)) return true;
  if (!existsSync(home.statePath)) return false;
  const state = openState(home.statePath, { check: true });
  try {
    return new Settings(state).repository() !== null;
  } finally {
    state.close();
  }
}

/** Only the kit of that very set-up, or the empty file that it was to become. */
async function removeKit({ repositoryId, recoveryKit }: SetUpNote): Promise<void> {
  const text = await readIfThere(recoveryKit);
  if (text !== null && (text === '' || text.includes(repositoryId))) await rm(recoveryKit, { force: true });
}

async function readNote(home: Home): Promise<SetUpNote | null> {
  const text = await readIfThere(home.setUpNotePath);
  return text === null ? null : (JSON.parse(text) as SetUpNote);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
