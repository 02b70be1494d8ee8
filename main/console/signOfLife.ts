import { rpoHoursOf } from '../../shared/alertRules.ts';
import type { Channels } from '../state/channels.ts';
import type { JobLog } from '../state/jobLog.ts';
import type { Outbox } from '../state/outbox.ts';
import type { Preferences } from '../state/preferences.ts';
import type { Settings } from '../state/settings.ts';
import type { WatchedState } from '../state/watchedState.ts';
import { alertRules } from './alertRules.ts';

interface Pinging {
  readonly jobLog: JobLog;
  readonly settings: Settings;
  readonly channels: Channels;
  readonly outbox: Outbox;
  readonly watched: WatchedState;
  readonly preferences: Preferences;
  /** Wakes whoever delivers. */
  onTidings(): void;
}

/**
 * After a good full backup: a sign of life, for whoever raises an alarm when it stays away. A switch is called only while
 * all databases that it is for have a backup as young as they should: one that stopped must not hide behind the others.
 */
export function pingAfter(console: Pinging, jobId: string, now = new Date()): void {
  const job = console.jobLog.get(jobId);
  if (job?.kind !== 'backup full' || job.status !== 'DONE') return;
  const at = now.toISOString();
  const all = console.settings.sources().map(({ name }) => name);
  const late = new Set(all.filter((source) => isLate(console, source, now)));
  for (const { name, settings } of console.channels.all()) {
    if (settings.kind !== 'deadman') continue;
    const said = settings.sources ?? [];
    const chosen = said.filter((source) => all.includes(source));
    // One for databases that were removed since is for none, and not for all.
    if (said.length > 0 && !chosen.includes(job.subject)) continue;
    if ((chosen.length > 0 ? chosen : all).some((source) => late.has(source))) continue;
    console.outbox.withdrawPings(name, at);
    console.outbox.add(`ping:${jobId}`, name, { kind: 'ping', at }, at);
  }
  console.onTidings();
}

/** Whether its newest good backup, or where there is none its own arrival, is longer ago than it should be. */
function isLate(console: Pinging, source: string, now: Date): boolean {
  const since = console.watched.newestGood(source)?.at ?? console.watched.addedAt('sources').get(source);
  if (since === undefined) return false;
  return now.getTime() - Date.parse(since) > rpoHoursOf(alertRules(console), source) * 3_600_000;
}
