import { app, Menu } from 'electron';
import packageJson from '../../package.json' with { type: 'json' };
import { menuOf } from './menuOf.ts';

/** Gives the app its menu, in the habits of this system, and About. */
export function setAppMenu(versions: Record<string, string>): void {
  const madeOf = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  app.setAboutPanelOptions({
    applicationName: 'Strongroom',
    applicationVersion: packageJson.version,
    version: packageJson.version,
    copyright: madeOf.join(' · '),
    credits: madeOf.join('\n'),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(process.platform, app.isPackaged, () => app.showAboutPanel())));
}
