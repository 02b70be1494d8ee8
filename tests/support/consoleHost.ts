import type { Browser, Page } from '@playwright/test';

/** What a host needs to show a console. */
export interface HostOrder {
  home: string;
  browser: Browser;
  /** Told of every page before it loads anything. */
  watch: (page: Page) => void;
}

/** A running console that shows windows: `strongroom serve` with a browser, or the desktop app. */
export interface ConsoleHost {
  /** The window with which it began; after a restart it may be another one. */
  readonly page: Page;
  /** Another window that was not let in together with the first. */
  openSecondWindow(): Promise<Page>;
  /** Ends the console at once, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again at the same place; ends it first in good order if it still runs. */
  restart(): Promise<void>;
  /** Ends everything. @throws when the console did not end in good order. */
  close(): Promise<void>;
}

export type StartHost = (order: HostOrder) => Promise<ConsoleHost>;
