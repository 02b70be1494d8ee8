import type { Workspace } from '../console/workspace.ts';
import { shellPreferences } from '../requests/overviewHandlers.ts';
import type { Notify } from './notifications.ts';

/**
 * What closing the window means: `hide` keeps the app in the tray, and says so the first time; `quit` ends it, where
 * somebody prefers that, and on a machine where there is nothing yet to look after.
 */
export function closeToTray(workspace: Workspace, notify: Notify): 'hide' | 'quit' {
  if (process.platform === 'darwin') return 'hide';
  if (!workspace.ready) return 'quit';
  const preferences = shellPreferences(workspace.console);
  if (!preferences.closeToTray) return 'quit';
  if (!preferences.trayExplained) {
    notify(
      'Strongroom goes on in the tray',
      'The window is only hidden: click the icon to have it back. Its menu has Quit, and Settings can change this.',
      '/settings',
    );
    workspace.console.preferences.set('shell', { ...preferences, trayExplained: true });
    workspace.announcer.tell('changed', { areas: ['preferences'] });
  }
  return 'hide';
}
