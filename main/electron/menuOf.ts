import type { MenuItemConstructorOptions } from 'electron';

/** The application menu of a platform. Developer tools are for checkouts only. */
export function menuOf(
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
