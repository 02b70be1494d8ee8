import { app, dialog, powerMonitor, type BrowserWindow } from 'electron';
import type { Workspace } from '../console/workspace.ts';
import type { Log } from '../logs/log.ts';
import { jobNames } from '../../shared/jobWords.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { MainWindow } from './mainWindow.ts';

const answers = ['Finish, then quit', 'Cancel and quit', 'Stay'] as const;

/**
 * The way out of the app. While a job runs the person is asked; the system, when it ends the session, is not kept
 * waiting. In every case the state folder is closed in good order before the app ends.
 */
export class Leaving {
  private readonly workspace: Workspace;
  private readonly scheduler: Scheduler;
  private readonly window: MainWindow;
  private readonly log: Log;
  private step: 'no' | 'asking' | 'waiting' | 'closing' | 'gone' = 'no';
  private sessionEnds = false;
  /** Counts the times that somebody wanted to quit, or to stay after all. */
  private wish = 0;
  private tellWaiting: () => void = () => undefined;

  constructor(workspace: Workspace, scheduler: Scheduler, window: MainWindow, log: Log) {
    this.workspace = workspace;
    this.scheduler = scheduler;
    this.window = window;
    this.log = log;
    app.on('before-quit', (event) => {
      if (this.step === 'gone') return;
      event.preventDefault();
      if (this.step === 'no') void this.leave();
    });
    const endSession = () => {
      this.sessionEnds = true;
      app.quit();
    };
    powerMonitor.on('shutdown', endSession);
    this.window.native.on('session-end', endSession);
  }

  /** The jobs go on to their end, and then the app ends. */
  get waiting(): boolean {
    return this.step === 'waiting';
  }

  /** Tells whenever it begins to wait, or does so no more. */
  onWaiting(listener: () => void): void {
    this.tellWaiting = listener;
  }

  /** Somebody wants the window again, and so the app stays. */
  stay(): void {
    if (this.step !== 'waiting') return;
    this.step = 'no';
    this.wish++;
    this.tellWaiting();
  }

  private async leave(): Promise<void> {
    const wish = ++this.wish;
    const running = this.workspace.ready ? this.workspace.board.running() : [];
    if (running.length > 0 && !this.sessionEnds) {
      this.step = 'asking';
      const answer = await ask(this.window.visible ? this.window.native : null, running);
      this.log.info(`asked to quit during ${jobNames(running)}: ${answer}`);
      if (answer === 'Stay') this.step = 'no';
      if (answer === 'Finish, then quit') await this.finish();
      if (this.step === 'no' || wish !== this.wish) return;
    }
    this.step = 'closing';
    try {
      await this.scheduler.stop();
      await this.workspace.close();
    } catch (error) {
      this.log.error('the state folder could not be closed; the next start looks after it', error);
    }
    this.step = 'gone';
    this.window.letGo();
    this.log.info('the app ends');
    app.quit();
  }

  private async finish(): Promise<void> {
    this.step = 'waiting';
    this.tellWaiting();
    this.window.hide();
    await this.workspace.board.settled(false);
  }
}

async function ask(
  window: BrowserWindow | null,
  running: readonly { kind: string; subject: string; cancelLeaves: string }[],
): Promise<(typeof answers)[number]> {
  const question = {
    type: 'question' as const,
    title: 'Quit Strongroom?',
    message: `${jobNames(running)} is running.`,
    detail: `Finish: the window closes now, and Strongroom ends when this is done.\nCancel: ${running.map(({ cancelLeaves }) => cancelLeaves).join(' ')}`,
    buttons: [...answers],
    defaultId: answers.indexOf('Finish, then quit'),
    cancelId: answers.indexOf('Stay'),
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
  return answers[response] ?? 'Stay';
}
