import { app, session as electronSession } from 'electron';
import { join } from 'node:path';
import { desktopKeys } from '../console/desktopKeys.ts';
import type { Home } from '../console/home.ts';
import { Workspace } from '../console/workspace.ts';
import type { Log } from '../logs/log.ts';
import type { RequestContext } from '../requests/context.ts';
import { scheduledJobs } from '../requests/scheduledJobs.ts';
import { shellPreferences } from '../requests/overviewHandlers.ts';
import { Session } from '../requests/session.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { setAppMenu } from './appMenu.ts';
import { servePages } from './appScheme.ts';
import { backUpFromTray } from './backUpFromTray.ts';
import { bindRequests } from './bindRequests.ts';
import { closeToTray } from './closeToTray.ts';
import { desktopFrame } from './desktopFrame.ts';
import { keepTrayCurrent } from './keepTrayCurrent.ts';
import { systemKeychain } from './keychain.ts';
import { Leaving } from './leaving.ts';
import { startedHidden } from './loginStart.ts';
import { MainWindow } from './mainWindow.ts';
import { notifier, notifyOfFailures } from './notifications.ts';
import { pauseFromTray } from './pauseFromTray.ts';
import { askPassphrase } from './passphraseWindow.ts';
import { stayAwakeForJobs, watchPower } from './power.ts';
import { desktopFolder } from './singleInstance.ts';
import { TrayIcon } from './trayIcon.ts';

/**
 * Opens the state folder and everything of the desktop around it, once Electron is ready.
 * @throws OWNER_BUSY, STATE_NEWER, KEY_…, CANCELLED when the passphrase was not given.
 */
export async function openDesktop(home: Home, log: Log): Promise<void> {
  // The window for a passphrase may be the only one for a while, and closes again.
  app.on('window-all-closed', () => undefined);
  servePages(electronSession.defaultSession);
  const workspace = await Workspace.open(home, desktopKeys(home, systemKeychain, askPassphrase));

  const session = new Session(workspace);
  const notify = notifier((path) => open(path));
  const frame = desktopFrame(home, notify, log);
  const context: RequestContext = { workspace, session, frame };
  const window = new MainWindow({
    statePath: join(desktopFolder(home), 'window.json'),
    log,
    onClose: () => closeToTray(workspace, notify),
    onInput: () => session.touch(),
  });
  bindRequests(() => window.page, context, log);
  const scheduler = new Scheduler(workspace, scheduledJobs);
  const leaving = new Leaving(workspace, scheduler, window, log);
  const open = (path?: string) => {
    leaving.stay();
    window.show(path);
  };

  const tray = new TrayIcon({
    open,
    backUp: (source) => void backUpFromTray(source, context, open),
    pause: (paused) => void pauseFromTray(paused, context, open),
    quit: () => app.quit(),
  });
  const showTray = keepTrayCurrent(tray, { ...context, session: new Session(workspace) }, () => leaving.waiting);
  leaving.onWaiting(showTray);
  notifyOfFailures(workspace, notify);
  stayAwakeForJobs(workspace);
  watchPower(session, scheduler, log);
  setAppMenu(frame.versions);
  // The app may have moved since, so the system is told again where it is.
  const preferences = shellPreferences(workspace.ready ? workspace.console : null);
  if (preferences.startAtLogin) frame.prefer(preferences);

  app.on('second-instance', () => open());
  app.on('activate', () => open());
  if (!startedHidden(process.argv)) open();
  log.info(`open: ${home.dir}`);
}
