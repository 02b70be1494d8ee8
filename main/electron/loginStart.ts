import { app } from 'electron';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Given by the system when it starts the app at login: then no window is shown. */
export const hiddenArgument = '--hidden';

/** Whether the system has started the app, and not a person. */
export function startedHidden(argv: readonly string[]): boolean {
  return (
    argv.includes(hiddenArgument) || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
  );
}

/** Makes the system start the app at login, hidden, or not any more. */
export function setLoginStart(start: boolean): void {
  const [program, ...args] = ownCommand();
  if (process.platform === 'linux') setAutostart(start, [program, ...args, hiddenArgument]);
  else app.setLoginItemSettings({ openAtLogin: start, path: program, args: [...args, hiddenArgument] });
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

/** A desktop entry in the words of the XDG autostart specification. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Strongroom',
    'Comment=Backups of the shop, in the tray',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quoted as the specification wants it: first for the command line, then for the value of a key. */
function quoted(argument: string): string {
  const forCommand = `"${argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
  return forCommand.replaceAll('\\', '\\\\');
}
