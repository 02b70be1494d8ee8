import { powerMonitor, powerSaveBlocker } from 'electron';
import type { Workspace } from '../console/workspace.ts';
import type { Log } from '../logs/log.ts';
import type { Session } from '../requests/session.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';

/** Notes sleep and wake, has the schedule catch up with what was missed, and locks the window with the screen. */
export function watchPower(session: Session, scheduler: Scheduler, log: Log): void {
  powerMonitor.on('suspend', () => log.info('the machine goes to sleep'));
  powerMonitor.on('resume', () => {
    log.info('the machine is awake again');
    scheduler.look();
  });
  powerMonitor.on('lock-screen', () => session.lock());
}

/** Keeps the machine awake while a job runs; the screen may go dark. */
export function stayAwakeForJobs(workspace: Workspace): void {
  let blocker: number | null = null;
  workspace.announcer.listen((name) => {
    if (name !== 'progress' && name !== 'jobEnded') return;
    const busy = workspace.board.running().length > 0;
    if (busy && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (busy || blocker === null) return;
    powerSaveBlocker.stop(blocker);
    blocker = null;
  });
}
