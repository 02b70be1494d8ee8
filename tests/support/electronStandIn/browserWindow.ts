import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Frame, Page, Route } from '@playwright/test';
import { app, browser, openWindows, preventable } from './app.ts';
import { command, seen } from './control.ts';
import { invoke } from './ipcMain.ts';
import { session, toAppUrl, toPageUrl, type StandInSession } from './session.ts';

interface WindowOptions {
  width?: number;
  height?: number;
  x?: number;
  y?: number;
  show?: boolean;
  webPreferences?: { preload?: string; session?: StandInSession };
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

const context = browser.contexts()[0] as BrowserContext;
/** The windows by their page, to find who has opened another one. */
const owners = new Map<Page, StandInContents>();

class StandInContents extends EventEmitter {
  readonly session: StandInSession;
  readonly mainFrame: { readonly url: string; readonly parent: null };
  readonly window: BrowserWindow;
  private readonly preload: string | null;
  private page: Page | null = null;
  private loading = true;
  private crashed = false;
  private openHandler: OpenHandler = () => ({ action: 'allow' });
  /** The address that the app itself loads: for that nobody is asked. */
  private expected = '';

  constructor(window: BrowserWindow, { preload, session: own }: NonNullable<WindowOptions['webPreferences']>) {
    super();
    const { defaultSession } = session;
    this.window = window;
    this.preload = preload ? readFileSync(preload, 'utf8') : null;
    this.session = own ?? defaultSession;
    const getURL = () => this.getURL();
    this.mainFrame = {
      get url() {
        return getURL();
      },
      parent: null,
    };
    app.emit('web-contents-created', {}, this);
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return toAppUrl(this.page?.url() ?? 'about:blank');
  }

  isLoading(): boolean {
    return this.loading;
  }

  isCrashed(): boolean {
    return this.crashed;
  }

  isDestroyed(): boolean {
    return this.window.isDestroyed();
  }

  send(channel: string, ...args: unknown[]): void {
    const { page } = this;
    page
      ?.evaluate(([to, what]) => (globalThis as unknown as Bridge).electronHears?.(to, what), [channel, args] as const)
      .catch((error: unknown) => {
        if (!page.isClosed() && !this.loading && !this.crashed) throw error;
      });
  }

  async load(url: string): Promise<void> {
    this.loading = true;
    const failed = this.crashed ? this.page : null;
    if (!this.page || failed) this.page = await this.newPage();
    void failed?.close();
    this.crashed = false;
    this.expected = toPageUrl(url);
    await this.page.goto(this.expected);
    await this.session.grantPermissions(context, this);
    process.send?.({ loaded: true });
  }

  async close(): Promise<void> {
    await this.page?.close();
  }

  opens(url: string): boolean {
    return this.openHandler({ url: toAppUrl(url) }).action === 'allow';
  }

  private async newPage(): Promise<Page> {
    const page = await context.newPage();
    owners.set(page, this);
    page.on('load', () => {
      this.loading = false;
      this.emit('did-finish-load');
    });
    page.on('crash', () => {
      this.crashed = true;
      app.emit('render-process-gone', {}, this, { reason: 'crashed', exitCode: 5 });
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    await page.route('**/*', (route) => this.answer(route));
    if (this.preload !== null) {
      await page.exposeBinding('electronInvoke', ({ frame }, channel: string, args: unknown[]) =>
        invoke(channel, { sender: this, senderFrame: this.frameOf(frame) }, args),
      );
      await page.addInitScript(preloadScript(this.preload));
    }
    return page;
  }

  private frameOf(frame: Frame): object {
    return frame.parentFrame() ? { url: toAppUrl(frame.url()), parent: this.mainFrame } : this.mainFrame;
  }

  private async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    if (request.isNavigationRequest() && !this.mayGo(url, request.frame())) return route.abort('aborted');
    if (!(await this.session.lets(url))) return route.abort('blockedbyclient');
    const { protocol } = new URL(url);
    const method = request.method();
    const body = method === 'GET' || method === 'HEAD' ? null : new Uint8Array(request.postDataBuffer() ?? []);
    const answer = protocol === 'app:' ? await this.session.answer(new Request(url, { method, body })) : null;
    if (!answer) {
      if (protocol !== 'app:') seen.network.push(url);
      return route.abort('internetdisconnected');
    }
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }

  /** Asks the app, as Electron does for whatever a page wants to load by itself. */
  private mayGo(url: string, frame: Frame): boolean {
    if (toPageUrl(url).split('#')[0] === this.expected.split('#')[0] && !frame.parentFrame()) {
      this.expected = '';
      return true;
    }
    const event = { ...preventable(), url, isMainFrame: !frame.parentFrame() };
    this.emit('will-frame-navigate', event);
    if (event.isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event);
    return !event.defaultPrevented;
  }
}

/** What the page has of Electron, where the preload runs. */
interface Bridge {
  electronInvoke(channel: string, args: unknown[]): Promise<unknown>;
  electronHears?(channel: string, args: readonly unknown[]): void;
}

/** Runs in the page before anything else: makes the two things that the preload asks Electron for. */
function electronForPreload(): object {
  const page = globalThis as unknown as Bridge;
  const { electronInvoke } = page;
  type Listener = (event: object, ...args: unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();
  page.electronHears = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
  };
  return {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) =>
        Object.defineProperty(globalThis, name, { value: Object.freeze(api), configurable: false, writable: false }),
    },
    ipcRenderer: {
      invoke: (channel: string, ...args: unknown[]) => electronInvoke(channel, args),
      on: (channel: string, listener: Listener) =>
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener)),
      off: (channel: string, listener: Listener) => listeners.get(channel)?.delete(listener),
    },
  };
}

/** The preload as text that runs in a page, but not in a frame inside it: its policy forbids to make code of text there. */
function preloadScript(preload: string): string {
  return `if (window === window.top) {
    const electron = (${electronForPreload.toString()})();
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('a sandboxed preload cannot load ' + name);
    };
    ((require, exports) => {\n${preload}\n})(require, {});
  }`;
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: StandInContents;
  /** Settles when the page is gone from the browser. */
  readonly gone: Promise<void>;
  private bounds: { x: number; y: number; width: number; height: number };
  private visible: boolean;
  private maximised = false;
  private destroyed = false;
  private settle: () => void = () => undefined;

  constructor({ x = 0, y = 0, width = 800, height = 600, show = true, webPreferences = {} }: WindowOptions) {
    super();
    this.bounds = { x, y, width, height };
    this.visible = show;
    this.gone = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.webContents = new StandInContents(this, webPreferences);
    openWindows.add(this);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url);
  }

  show(): void {
    this.setVisible(true);
    this.emit('show');
  }
  hide(): void {
    this.setVisible(false);
  }
  focus(): void {
    // Every page of Chromium believes that it has the focus.
  }
  isVisible(): boolean {
    return this.visible;
  }
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return this.maximised;
  }
  maximize(): void {
    this.maximised = true;
  }
  getNormalBounds(): typeof this.bounds {
    return this.bounds;
  }
  setBounds(bounds: typeof this.bounds): void {
    this.bounds = bounds;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }

  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (event.defaultPrevented || this.destroyed) return;
    this.destroyed = true;
    openWindows.delete(this);
    void this.webContents.close().finally(this.settle);
    this.emit('closed');
    if (openWindows.size === 0 && !app.emit('window-all-closed')) app.quit();
  }

  private setVisible(visible: boolean): void {
    this.visible = visible;
    seen.visible = visible;
  }
}

/** Another page is there: a window that a page of ours has opened, or wants to. */
context.on('page', (page) => {
  void page.opener().then(async (opener) => {
    const owner = opener && owners.get(opener);
    if (!owner) return;
    if (owner.opens(page.url())) seen.openedWindows.push(page.url());
    else await page.close();
  });
});

function mainWindow(): BrowserWindow {
  const [window] = openWindows as Set<BrowserWindow>;
  if (!window) throw new Error('there is no window');
  return window;
}

command('closeWindow', () => mainWindow().close());
command('moveWindow', (bounds: { x: number; y: number; width: number; height: number }) =>
  mainWindow().setBounds(bounds),
);
command('bounds', () => ({ ...mainWindow().getNormalBounds(), maximised: mainWindow().isMaximized() }));
command('emitInput', () => mainWindow().webContents.emit('input-event', {}, { type: 'mouseMove' }));
/** A message from a page that is not ours, or from a frame inside ours. */
command('invokeFrom', (url: string, inside: boolean, channel: string, args: unknown[]) => {
  const { webContents } = mainWindow();
  const senderFrame = inside ? { url, parent: webContents.mainFrame } : { url, parent: null };
  return invoke(channel, { sender: inside ? webContents : {}, senderFrame }, args);
});
