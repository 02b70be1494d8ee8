import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import packageJson from '../../package.json' with { type: 'json' };

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
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(appMenu(process.platform, app.isPackaged, () => app.showAboutPanel())),
  );
}

/** The application menu of a platform. Developer tools are for checkouts only. */
export function appMenu(
  platform: NodeJS.Platform,
  packaged: boolean,
  showAbout: () => void,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const about: MenuItemConstructorOptions = { label: 'About Strongroom', click: showAbout };
  return [
    mac ? { role: 'appMenu' } : { label: '&File', submenu: [{ role: 'close' }, { role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: mac ? 'View' : '&View',
      submenu: [
        { role: 'reload' },
        ...(packaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } as const] : []),
    { role: 'help', label: mac ? 'Help' : '&Help', submenu: [about] },
  ];
}
