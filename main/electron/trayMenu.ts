import type { MenuItemConstructorOptions } from 'electron';
import type { TrayView } from './trayView.ts';

/** What a person can do from the tray. */
export interface TrayActions {
  /** @param path what is shown; else what was shown before. */
  open(path?: string): void;
  backUp(source: string): void;
  pause(paused: boolean): void;
  quit(): void;
}

/** The menu of the tray icon. */
export function trayMenu(view: TrayView, actions: TrayActions): MenuItemConstructorOptions[] {
  const { sentence, lastBackup, alerts, sources, running, paused } = view;
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
    ...(alerts === null ? [] : [{ label: alerts.replaceAll('&', '&&'), click: () => actions.open('/alerts') }]),
    ...(running === null ? [] : [{ label: running, click: () => actions.open('/jobs') }]),
    { type: 'separator' },
    ...(paused === null
      ? []
      : [{ label: paused ? 'Let the schedule go on' : 'Pause the schedule', click: () => actions.pause(!paused) }]),
    { label: 'Quit Strongroom', click: () => actions.quit() },
  ];
}
