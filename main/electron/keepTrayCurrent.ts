import type { Answer } from '../../shared/contract/contract.ts';
import type { RequestContext } from '../requests/context.ts';
import { answer } from '../requests/answer.ts';
import { isPaused } from '../scheduler/scheduler.ts';
import type { TrayIcon } from './trayIcon.ts';
import { trayView, type KnownToTray } from './trayView.ts';

/** Evidence grows older even when nothing happens. */
const askAgainMs = 60_000;
/** The worst are among the first. */
const looksAt = 100;
/** A restore or a backup changes several things at once. */
const settleMs = 300;

/**
 * Keeps the tray icon at what the console answers now: whenever something has changed, and every minute.
 * @param context a session of its own, so that looking keeps no window unlocked.
 * @param endsAfterJobs whether the app ends when the jobs have.
 * @returns what shows at once what is known by then.
 */
export function keepTrayCurrent(icon: TrayIcon, context: RequestContext, endsAfterJobs: () => boolean): () => void {
  const { workspace } = context;
  let known: Asked = { overview: null, alerts: [], failure: null };
  let settling: NodeJS.Timeout | null = null;

  const show = () => {
    const running = workspace.ready ? workspace.board.running() : [];
    const paused = workspace.ready ? isPaused(workspace.console) : null;
    icon.show(trayView({ ...known, running, paused, endsAfterJobs: endsAfterJobs() }, new Date()));
  };
  const ask = async () => {
    settling = null;
    known = await overview(context);
    show();
  };
  const askSoon = () => {
    settling ??= setTimeout(() => void ask(), settleMs);
  };

  workspace.announcer.listen((name) => {
    if (name === 'progress' || name === 'jobEnded') show();
    if (name === 'changed') askSoon();
  });
  setInterval(askSoon, askAgainMs).unref();
  show();
  askSoon();
  return show;
}

type Asked = Pick<KnownToTray, 'overview' | 'alerts' | 'failure'>;

async function overview(context: RequestContext): Promise<Asked> {
  if (!context.workspace.ready) return { overview: null, alerts: [], failure: null };
  const answered = await answer('overview.show', {}, context);
  const listed = await answer('alerts.list', { open: true, limit: looksAt }, context);
  if (!answered.ok) return { overview: null, alerts: [], failure: answered.failure.message };
  const { alerts } = listed.ok ? (listed.value as Answer<'alerts.list'>) : { alerts: [] };
  return {
    overview: answered.value as Answer<'overview.show'>,
    alerts: alerts.filter(({ severity, snoozedUntil }) => severity !== 'INFO' && snoozedUntil === null),
    failure: listed.ok ? null : listed.failure.message,
  };
}
