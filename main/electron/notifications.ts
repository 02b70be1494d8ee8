import { Notification } from 'electron';
import type { JobView } from '../../shared/contract/jobs.ts';
import type { Workspace } from '../console/workspace.ts';
import { jobName, jobPlace } from '../../shared/jobWords.ts';

export type Notify = (title: string, sentence: string, path: string | null) => void;

/** Kept from the garbage collector, which would take the click with it. */
const shown = new Set<Notification>();

/**
 * Tells the person through the system.
 * @param open shows the thing itself when the notification is clicked; without a path the window as it is.
 */
export function notifier(open: (path?: string) => void): Notify {
  return (title, sentence, path) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body: sentence });
    shown.add(notification);
    notification.on('click', () => {
      shown.delete(notification);
      open(path ?? undefined);
    });
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
}

/**
 * Tells of every job that failed, whoever started it; how the others ended is told only where somebody asked for it.
 * Alerts are told as well, but not of a job whose failure was just told.
 */
export function notifyOfFailures(workspace: Workspace, notify: Notify): void {
  const told = new Set<string>();
  workspace.announcer.listen((name, value) => {
    if (name !== 'jobEnded') return;
    const job = value as JobView;
    if (job.status !== 'FAILED') return;
    told.add(job.id);
    const how = job.failure?.code === 'COPIES_MISSING' ? 'is not in every store' : 'failed';
    notify(`${jobName(job)} ${how}`, reasonOf(job), jobPlace(job));
  });
  workspace.showNotices(({ title, sentence, path, jobId }) => {
    if (jobId === null || !told.delete(jobId)) notify(title, sentence, path);
  });
}

function reasonOf({ failure }: JobView): string {
  if (!failure) return 'The window tells more.';
  const { message, hint } = failure;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}. ${hint}`;
}
