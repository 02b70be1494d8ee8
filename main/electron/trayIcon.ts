import { app, Menu, nativeImage, Tray, type NativeImage } from 'electron';
import { join } from 'node:path';
import { trayMenu, type TrayActions } from './trayMenu.ts';
import type { TrayView } from './trayView.ts';

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

/** macOS colours a template by itself: there only the shape tells the state. */
function picture(icon: TrayView['icon']): NativeImage {
  const name = process.platform === 'darwin' ? `${icon}Template` : icon;
  const image = nativeImage.createFromPath(join(app.getAppPath(), `assets/tray/${name}.png`));
  if (process.platform === 'darwin') image.setTemplateImage(true);
  return image;
}
