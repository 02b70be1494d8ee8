import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything of a state folder lies. */
export interface Home {
  dir: string;
  statePath: string;
  machineKeyPath: string;
  secretsPath: string;
  settingsPath: string;
  /** There while a set-up makes the rest. */
  setUpNotePath: string;
  spoolDir: string;
  /** Sealed images of the rows that merges have changed, for undoing them. */
  undoDir: string;
  /** Password files of running tools. */
  runDir: string;
}

/** The state folder: what was asked for, `STRONGROOM_HOME`, or where programs of this system keep their data. */
export function homeAt(asked: string | undefined): Home {
  const dir = resolve(asked ?? process.env.STRONGROOM_HOME ?? usualHome());
  return {
    dir,
    statePath: join(dir, 'strongroom.sqlite'),
    machineKeyPath: join(dir, 'keys', 'machine.json'),
    secretsPath: join(dir, 'keys', 'secrets.age'),
    settingsPath: join(dir, 'settings.json'),
    setUpNotePath: join(dir, 'set-up.json'),
    spoolDir: join(dir, 'spool'),
    undoDir: join(dir, 'undo'),
    runDir: join(dir, 'run'),
  };
}

/** Where programs of this system keep their data. */
export function usualHome(): string {
  if (process.platform === 'win32')
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Strongroom');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Strongroom');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'strongroom');
}
