import { app } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../console/home.ts';

/** Where Electron keeps what belongs to the window: beside the state, so that each state folder has its own. */
export function desktopFolder(home: Home): string {
  return join(home.dir, 'desktop');
}

/**
 * Makes this the one app on a state folder. A second start tells the first one, which shows itself, and ends.
 * @returns whether it is the first one.
 */
export function claimHome(home: Home): boolean {
  const folder = desktopFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setName('Strongroom');
  app.setPath('userData', folder);
  if (process.platform === 'win32') app.setAppUserModelId('app.strongroom.console');
  return app.requestSingleInstanceLock();
}
