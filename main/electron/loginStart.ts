import { app } from 'electron';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usualHome, type Home } from '../console/home.ts';
import { autostartEntry } from './autostartEntry.ts';

/** Given by the system when it starts the app at login: then no window is shown. */
const hiddenArgument = '--hidden';

/** Whether the system has started the app, and not a person. */
export function startedHidden(argv: readonly string[]): boolean {
  return (
    argv.includes(hiddenArgument) || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
  );
}

/** Makes the system start the app at login on this state folder, hidden, or not any more. */
export function setLoginStart(start: boolean, home: Home): void {
  const [program, ...own] = ownCommand();
  const args = [...own, ...(home.dir === usualHome() ? [] : [`--home=${home.dir}`]), hiddenArgument];
  if (process.platform === 'linux') setAutostart(start, [program, ...args]);
  // Windows joins the arguments as they are.
  else app.setLoginItemSettings({ openAtLogin: start, path: program, args: args.map((argument) => `"${argument}"`) });
}

/** How this app is started: an AppImage by its own file, a checkout through Electron. */
function ownCommand(): [string, ...string[]] {
  if (app.isPackaged) return [process.env.APPIMAGE ?? process.execPath];
  return [process.execPath, app.getAppPath()];
}

function setAutostart(start: boolean, command: readonly string[]): void {
  const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'autostart');
  const file = join(folder, 'strongroom.desktop');
  if (!start) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, autostartEntry(command));
}
