import { app, Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import { join } from 'node:path';
import type { TrayView } from './trayView.ts';

/** What a person can do from the tray. */
export interface TrayActions {
  /** @param path what is shown; else what was shown before. */
  open(path?: string): void;
  backUp(source: string): void;
  quit(): void;
}

/** The icon in the tray, with its sentence and its menu. */
export class TrayIcon {
  private readonly tray: Tray;
  private readonly actions: TrayActions;
  private shown = '';

  constructor(actions: TrayActions) {
    this.actions = actions;
    this.tray = new Tray(picture('unknown'));
    // On Windows a click opens and the other button shows the menu; elsewhere the system shows the menu.
    this.tray.on('click', () => process.platform !== 'darwin' && actions.open());
  }

  show(view: TrayView): void {
    // An open menu would close under the hand.
    if (this.shown === JSON.stringify(view)) return;
    this.shown = JSON.stringify(view);
    this.tray.setImage(picture(view.icon));
    this.tray.setToolTip(view.sentence);
    this.tray.setContextMenu(Menu.buildFromTemplate(trayMenu(view, this.actions)));
  }
}

/** The menu of the tray icon. */
export function trayMenu(view: TrayView, actions: TrayActions): MenuItemConstructorOptions[] {
  const { sentence, lastBackup, sources, running } = view;
  const backUps = sources.map((source) => ({
    label: source.replaceAll('&', '&&'),
    click: () => actions.backUp(source),
  }));
  return [
    // Where the desktop shows no tooltips, this is where the sentence can be read.
    { label: sentence, enabled: false },
    { type: 'separator' },
    { label: 'Open Strongroom', click: () => actions.open() },
    { label: 'Back up now', enabled: backUps.length > 0, submenu: backUps },
    {
      label: lastBackup.label,
      enabled: lastBackup.path !== null,
      click: () => actions.open(lastBackup.path ?? undefined),
    },
    ...(running === null ? [] : [{ label: running, click: () => actions.open('/jobs') }]),
    { type: 'separator' },
    { label: 'Quit Strongroom', click: () => actions.quit() },
  ];
}

/** macOS colours a template by itself: there only the shape tells the state. */
function picture(icon: TrayView['icon']): Electron.NativeImage {
  const name = process.platform === 'darwin' ? `${icon}Template` : icon;
  const image = nativeImage.createFromPath(join(app.getAppPath(), `assets/tray/${name}.png`));
  if (process.platform === 'darwin') image.setTemplateImage(true);
  return image;
}
