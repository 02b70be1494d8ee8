/**
 * Stands in for Electron where its binary is out of reach: the app's own bundles run in Node, and a window is a page of
 * a Chromium that the test has started. It shows requests, events, pages, policies, tray and quitting as the app sees
 * them; it cannot show the sandbox, the fuses, native menus and dialogs, and the keychain.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browserWindow.ts';
export {
  dialog,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
  Tray,
} from './desktop.ts';
export { ipcMain } from './ipcMain.ts';
export { protocol, session } from './session.ts';
