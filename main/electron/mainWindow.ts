import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { join } from 'node:path';
import type { Log } from '../logs/log.ts';
import { appUrl } from './appScheme.ts';
import { tell } from './bindRequests.ts';
import { guardedPage } from './guardedPage.ts';
import { leastSize, placeWindow, readWindowState, writeWindowState } from './windowState.ts';

/** A page that fails more often than this within the time does so by itself, and is not loaded again. */
const reloads = { most: 3, withinMs: 60_000 };

export interface WindowOptions {
  /** Where it is remembered how the window was left. */
  statePath: string;
  log: Log;
  /** What the person wants who closes it. */
  onClose: () => 'hide' | 'quit';
  /** The person uses the mouse or the keyboard. */
  onInput: () => void;
}

/** The one window. It lives as long as the app; hidden, it costs nothing and opens at once. */
export class MainWindow {
  private readonly window: BrowserWindow;
  private readonly options: WindowOptions;
  private failures: number[] = [];
  private leaving = false;

  constructor(options: WindowOptions) {
    this.options = options;
    const left = readWindowState(options.statePath);
    const { maximised, ...bounds } = placeWindow(
      left,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    this.window = new BrowserWindow({
      ...bounds,
      minWidth: leastSize.width,
      minHeight: leastSize.height,
      title: 'Strongroom',
      show: false,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#242424' : '#ffffff',
      icon: join(app.getAppPath(), 'assets/icon.png'),
      webPreferences: {
        ...guardedPage,
        preload: join(app.getAppPath(), 'out/preload/preload.cjs'),
        devTools: !app.isPackaged,
      },
    });
    if (maximised) this.window.once('show', () => this.window.maximize());
    this.window.on('close', (event) => this.closing(event));
    this.window.webContents.on('input-event', options.onInput);
    this.window.webContents.on('render-process-gone', (_event, { reason }) => this.pageFailed(reason));
    this.load(appUrl);
  }

  get page(): WebContents | null {
    return this.window.isDestroyed() ? null : this.window.webContents;
  }

  get visible(): boolean {
    return !this.window.isDestroyed() && this.window.isVisible();
  }

  /** For a question that belongs to the window. */
  get native(): BrowserWindow {
    return this.window;
  }

  /** Brings the window to the front. @param path what it shows then; else what it showed before. */
  show(path?: string): void {
    if (this.window.isDestroyed()) return;
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
    if (path !== undefined) this.open(path);
  }

  hide(): void {
    this.window.hide();
  }

  /** The app is about to end: the window closes for good. */
  letGo(): void {
    this.leaving = true;
  }

  private open(path: string): void {
    const { page } = this;
    if (page?.isLoading()) page.once('did-finish-load', () => tell(page, 'open', { path }));
    else tell(page, 'open', { path });
  }

  private closing(event: { preventDefault(): void }): void {
    const { statePath, onClose, log } = this.options;
    try {
      const bounds = this.window.getNormalBounds();
      writeWindowState(statePath, { bounds, maximised: this.window.isMaximized() });
    } catch (error) {
      log.warn('the place of the window could not be remembered', error);
    }
    if (this.leaving) return;
    event.preventDefault();
    if (onClose() === 'hide') this.window.hide();
    else app.quit();
  }

  /** Jobs run in this process and not in the page: they go on while the page is loaded again. */
  private pageFailed(reason: string): void {
    if (reason === 'clean-exit' || this.leaving) return;
    const now = Date.now();
    this.failures = [...this.failures.filter((at) => now - at < reloads.withinMs), now];
    const again = this.failures.length <= reloads.most;
    this.options.log.error(`the page failed (${reason})${again ? ', and is loaded again' : ' too often'}`);
    if (again) this.load(appUrl);
  }

  private load(url: string): void {
    this.window.loadURL(url).catch((error: unknown) => this.options.log.error('the page did not load', error));
  }
}
