import type { WebPreferences } from 'electron';

/** What every page of ours runs under: no Node, a world apart from its preload, nothing embedded, nothing opened. */
export const guardedPage: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
  disableBlinkFeatures: 'Auxclick', // a middle click opens windows
};
