import { EventEmitter } from 'node:events';
import { readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { command, seen } from './control.ts';

/** A window, as far as the app's end is concerned. */
interface Closable {
  close(): void;
  gone: Promise<void>;
}

export const browser = await chromium.connectOverCDP(process.env.STAND_IN_BROWSER ?? '');
browser.on('disconnected', () => process.exit(1)); // Electron is its own browser: without it there is no app

export const openWindows = new Set<Closable>();

/** An event whose default can be kept from happening. */
export function preventable(): { preventDefault(): void; defaultPrevented: boolean } {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}

const paths: Record<string, string> = {};
let ending = false;
let ready = false;

class StandInApp extends EventEmitter {
  readonly isPackaged = false;

  setName(): void {
    // There is nowhere that it would be shown.
  }
  setAppUserModelId(): void {
    // Windows only.
  }
  enableSandbox(): void {
    // Chromium as a whole is started by the test.
  }
  showAboutPanel(): void {
    // A native window.
  }
  setAboutPanelOptions(): void {
    // A native window.
  }

  getAppPath(): string {
    return join(process.argv[1] ?? '', '../../..');
  }

  setPath(name: string, path: string): void {
    paths[name] = path;
  }

  /** As in Electron, not before the app's own file has run to its end. */
  async whenReady(): Promise<void> {
    await sleep(0);
    if (!ready) this.emit('ready');
    ready = true;
  }

  requestSingleInstanceLock(): boolean {
    const folder = paths.userData ?? '';
    const lock = join(folder, 'stand-in.lock');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      if (isAlive(Number(readFileSync(lock, 'utf8')))) {
        writeFileSync(join(folder, `stand-in.second-${process.pid}`), '');
        return false;
      }
      rmSync(lock);
      return this.requestSingleInstanceLock();
    }
    const watcher = watch(folder, (_event, file) => {
      if (!file?.startsWith('stand-in.second-')) return;
      rmSync(join(folder, file), { force: true });
      if (!ending) this.emit('second-instance', {}, []);
    });
    watcher.unref();
    return true;
  }

  getLoginItemSettings(): object {
    return { wasOpenedAtLogin: false };
  }

  setLoginItemSettings(settings: object): void {
    seen.loginItems.push(settings);
  }

  relaunch(): void {
    seen.relaunched = true;
  }

  quit(): void {
    const event = preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    for (const window of openWindows) window.close();
    if (openWindows.size > 0) return;
    this.emit('will-quit', preventable());
    this.exit(0);
  }

  exit(status: number): void {
    if (ending) return;
    ending = true;
    const closed = Promise.all([...openWindows].map(({ gone }) => gone));
    void Promise.race([closed, sleep(500)]).then(() => process.exit(status));
  }
}

export const app = new StandInApp();

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // killed, and it has left its lock behind
  }
}

command('quit', () => app.quit());
