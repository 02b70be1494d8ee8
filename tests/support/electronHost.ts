import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import type { ConsoleHost, HostOrder } from './consoleHost.ts';

const top = join(import.meta.dirname, '../..');

/** Electron's own binary, where it has been downloaded and there is a display for it; else null. */
export function electronBinary(): string | null {
  const folder = join(top, 'node_modules/electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name) || (process.platform === 'linux' && !process.env.DISPLAY)) return null;
  const binary = join(folder, 'dist', readFileSync(name, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** The console in the real Electron, for machines that have it. */
export async function startElectronHost({ home, watch }: Omit<HostOrder, 'browser'>): Promise<ConsoleHost> {
  const executablePath = electronBinary() ?? undefined;
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const launch = async () => {
    const app = await _electron.launch({
      executablePath,
      args: [...asRoot, top],
      env: { ...(process.env as Record<string, string>), STRONGROOM_HOME: home },
    });
    app.on('window', watch);
    const page = await app.firstWindow();
    await page.waitForURL('app://strongroom/**');
    return { app, page };
  };

  let running: { app: ElectronApplication; page: Awaited<ReturnType<typeof launch>>['page'] } | null = await launch();
  const end = async () => {
    const ending = running;
    running = null;
    if (!ending) return;
    // Where a job runs the app asks: "Cancel and quit".
    await ending.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
    });
    await ending.app.close();
  };

  const page = () => {
    if (!running) throw new Error('the desktop app does not run');
    return running.page;
  };
  return {
    get page() {
      return page();
    },
    /** There is one window only: whoever starts the app again gets it. */
    openSecondWindow() {
      return Promise.resolve(page());
    },
    async kill() {
      const killed = running?.app.waitForEvent('close');
      running?.app.process().kill('SIGKILL');
      running = null;
      await killed;
    },
    async restart() {
      await end();
      running = await launch();
    },
    close: end,
  };
}
