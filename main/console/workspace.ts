import { existsSync } from 'node:fs';
import type { JobView, RunningJob } from '../../shared/contract/jobs.ts';
import type { StoreStatus } from '../../shared/contract/stores.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { KeyStore } from '../secrets/keyStore.ts';
import type { SystemNotice } from '../notify/openChannel.ts';
import { JobBoard } from '../jobs/jobBoard.ts';
import { openConsole } from '../console.ts';
import { alertRules } from './alertRules.ts';
import { Announcer } from './announcer.ts';
import { homeMissing, type Console } from './console.ts';
import { Deliveries } from './deliveries.ts';
import { DemoShop } from './demoShop.ts';
import type { Home } from './home.ts';
import { MergePlans } from './mergePlans.ts';
import { Metering } from './metering.ts';
import { Watch } from './watch.ts';

/** An open console with the jobs that its windows have started. */
interface Opened {
  console: Console;
  board: JobBoard;
  demoShop: DemoShop;
  deliveries: Deliveries;
  watch: Watch;
  metering: Metering;
}

/**
 * The console behind windows: it may be opened on a machine that has no state folder yet, and lives as long as the
 * program does.
 */
export class Workspace {
  readonly home: Home;
  readonly announcer = new Announcer();
  readonly keyStore: KeyStore | undefined;
  /** The newest probe of each store since the program was started. */
  readonly storeStatus = new Map<string, { status: StoreStatus; at: string }>();
  readonly mergePlans = new MergePlans();
  private systemNotice: SystemNotice | null = null;
  private opened: Opened | null = null;

  private constructor(home: Home, keyStore: KeyStore | undefined) {
    this.home = home;
    this.keyStore = keyStore;
  }

  /**
   * Opens the state folder as its owner, where there is one.
   * @throws OWNER_BUSY, STATE_NEWER, KEY_…
   */
  static async open(home: Home, keyStore?: KeyStore): Promise<Workspace> {
    const workspace = new Workspace(home, keyStore);
    try {
      if (existsSync(home.statePath) || existsSync(home.settingsPath)) await workspace.enter();
    } catch (error) {
      // A set-up that was cut off left nothing but what is made anew.
      if (!(error instanceof Failure) || error.code !== 'HOME_MISSING') throw error;
    }
    return workspace;
  }

  /** Opens the state folder after it was made. */
  async enter(): Promise<void> {
    if (this.opened) return;
    const console = await openConsole(this.home, { owner: true, keyStore: this.keyStore });
    const onEnded = (job: JobView) => {
      watch.happened();
      this.announcer.tell('jobEnded', job);
      this.announcer.tell('changed', {
        areas: ['console', 'sources', 'stores', 'backups', 'restores', 'jobs', 'schedules'],
      });
    };
    const onProgress = (job: RunningJob) => this.announcer.tell('progress', job);
    const board = new JobBoard(console.jobLog, { onProgress, onEnded }, { limits: () => alertRules(console) });
    const demoShop = new DemoShop(console);
    console.systemNotice = this.systemNotice;
    const deliveries = new Deliveries(console);
    deliveries.start();
    const watch = new Watch(console, {
      running: () => board.running(),
      onChanged: () => this.announcer.tell('changed', { areas: ['alerts', 'stores'] }),
    });
    const metering = new Metering(console);
    this.opened = { console, board, demoShop, deliveries, watch, metering };
    console.look = () => watch.look();
    console.judge = () => watch.evaluate();
    watch.start();
    await metering.start();
    // A shop that does not start is shown as stopped; its console opens all the same.
    demoShop.resume().then(
      () => this.announcer.tell('changed', { areas: ['console'] }),
      (error: unknown) => process.emitWarning(`the demo shop did not start: ${reportFailure(error).message}`),
    );
  }

  get ready(): boolean {
    return this.opened !== null;
  }

  /** @throws HOME_MISSING on a fresh machine. */
  get console(): Console {
    if (!this.opened) throw homeMissing(this.home);
    return this.opened.console;
  }

  /** @throws HOME_MISSING on a fresh machine. */
  get board(): JobBoard {
    if (!this.opened) throw homeMissing(this.home);
    return this.opened.board;
  }

  /** @throws HOME_MISSING on a fresh machine. */
  get demoShop(): DemoShop {
    if (!this.opened) throw homeMissing(this.home);
    return this.opened.demoShop;
  }

  /** Gives the console the notifications of a desktop. */
  showNotices(systemNotice: SystemNotice): void {
    this.systemNotice = systemNotice;
    if (this.opened) this.opened.console.systemNotice = systemNotice;
  }

  /** @throws HOME_MISSING on a fresh machine. */
  get watch(): Watch {
    if (!this.opened) throw homeMissing(this.home);
    return this.opened.watch;
  }

  /** @throws HOME_MISSING on a fresh machine. */
  get metering(): Metering {
    if (!this.opened) throw homeMissing(this.home);
    return this.opened.metering;
  }

  /** Cancels what runs, waits for its end, and closes the state folder. */
  async close(): Promise<void> {
    if (!this.opened) return;
    await this.opened.board.settled(true);
    this.opened.board.close();
    await this.opened.watch.stop();
    await this.opened.metering.stop();
    await this.opened.demoShop.stop();
    await this.opened.deliveries.stop();
    this.opened.console.close();
    this.opened = null;
  }
}
