import { shell } from 'electron';
import { existsSync } from 'node:fs';
import type { Home } from '../console/home.ts';
import type { Log } from '../logs/log.ts';
import type { Frame } from '../requests/context.ts';
import { isExternalUrl } from '../requests/externalLinks.ts';
import type { Notify } from './notifications.ts';
import { setLoginStart } from './loginStart.ts';

/** What the desktop brings to a console. */
export function desktopFrame(home: Home, notify: Notify, log: Log): Frame {
  return {
    host: 'desktop',
    versions: {
      Electron: process.versions.electron ?? 'none',
      Chromium: process.versions.chrome ?? 'none',
      Node: process.versions.node,
    },
    reveal(path) {
      if (!existsSync(path)) return false;
      shell.showItemInFolder(path);
      return true;
    },
    openExternal(url) {
      if (!isExternalUrl(url)) return false;
      shell.openExternal(url).catch((error: unknown) => log.warn(`${url} could not be opened`, error));
      return true;
    },
    prefer({ startAtLogin }) {
      try {
        setLoginStart(startAtLogin, home);
      } catch (error) {
        log.warn('the start at login could not be changed', error);
      }
    },
    notify,
  };
}
