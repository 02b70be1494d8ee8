import { hostname } from 'node:os';
import { severities, type AlertNews } from '../../shared/alert.ts';
import { usualRoute, type Channel, type ChannelKind, type NotifySettings } from '../../shared/channel.ts';
import { notifySettingsSchema } from '../../shared/contract/notify.ts';
import { jobName, jobPlace } from '../../shared/jobWords.ts';
import type { OneOff } from '../../shared/schedule.ts';
import type { LoggedJob } from '../state/jobLog.ts';
import type { Sender } from '../notify/message.ts';
import { isBeforeSlot, selfTestSlot } from '../notify/quietHours.ts';
import { tells } from '../notify/route.ts';
import type { Console } from './console.ts';

/** The one channel that nobody sets up. */
export const desktopChannel = 'desktop';

/** The channels by which this console can tell somebody. The desktop's own is among them where there is a desktop. */
export function channelsOf(console: Console): Channel[] {
  const all = console.channels.all();
  if (!console.systemNotice) return all.filter(({ settings }) => settings.kind !== 'system');
  if (all.some(({ settings }) => settings.kind === 'system')) return all;
  const { createdAt } = console.repository();
  return [{ name: desktopChannel, settings: { kind: 'system' }, route: usualRoute('system'), createdAt }, ...all];
}

/** When channels keep still and say that they work, and how the console is called. */
export function notifySettings({ preferences }: Console): NotifySettings {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const usual = { quiet: null, selfTest: { weekday: 1, time: '09:00', timeZone }, consoleName: null, baseUrl: null };
  return preferences.get<NotifySettings>('notify', notifySettingsSchema, usual);
}

export function senderOf(console: Console): Sender {
  const { consoleName, baseUrl } = notifySettings(console);
  return { console: consoleName ?? hostname(), baseUrl };
}

/**
 * Puts news of alerts into the outbox, for every channel that tells it; whoever delivers is woken. What was handed over
 * before is not told again. May be part of a transaction of the caller. A resolution is told where its alert was; where
 * it was not told yet, neither is; that somebody looks after it is told to those alone who would else call more people.
 */
export function tellNews(console: Console, news: readonly AlertNews[], now = new Date()): void {
  const at = now.toISOString();
  const { state, outbox, channels } = console;
  state.transaction(() => {
    for (const channel of channelsOf(console))
      for (const one of news) {
        if (one.event === 'acknowledged') {
          if (channel.settings.kind === 'pagerduty' && outbox.concerns(one.alertId, channel.name))
            outbox.add(one.id, channel.name, { kind: 'news', news: one }, at);
          continue;
        }
        if (one.event !== 'resolved') {
          if (tells(channel, one, channels.health(channel.name)))
            outbox.add(one.id, channel.name, { kind: 'news', news: one }, at);
          continue;
        }
        outbox.withdrawAlert(one.alertId, channel.name, at);
        if (outbox.mayHaveTold(one.alertId, channel.name))
          outbox.add(one.id, channel.name, { kind: 'news', news: one }, at);
      }
  })();
  console.onTidings();
}

/** Channels for what somebody is glad to read, and that wake nobody. */
const forGoodNews: readonly ChannelKind[] = ['email', 'slack', 'webhook', 'system'];

/**
 * How something ended that somebody wanted once: that it went well, where they asked for that; and that it is good but
 * lacks copies, which is no alert before there was time to make them. What failed is told by its alert. May be part of a
 * transaction.
 */
export function tellOneOff(
  console: Console,
  job: Pick<LoggedJob, 'id' | 'kind' | 'subject' | 'status' | 'failure'>,
  notify: OneOff['notify'],
  now: Date,
): void {
  const { status, failure } = job;
  const lacksCopies = status === 'FAILED' && failure?.code === 'COPIES_MISSING';
  if (!lacksCopies && (status !== 'DONE' || notify !== 'always')) return;
  const at = now.toISOString();
  const name = jobName(job);
  const tidings = {
    kind: 'done' as const,
    subject: lacksCopies ? `${name}: done, but copies are missing` : `${name}: done`,
    sentence: lacksCopies ? `${name}: ${failure.message}. ${failure.hint}` : `${name} went well.`,
    path: jobPlace(job),
    at,
  };
  for (const { name: channel, settings } of channelsOf(console))
    if (forGoodNews.includes(settings.kind)) console.outbox.add(`done:${job.id}`, channel, tidings, at);
  console.onTidings();
}

/** Once a week every channel says that it works, so that a dead one is missed. */
export function tellWell(console: Console, now: Date): void {
  const { selfTest } = notifySettings(console);
  if (!selfTest) return;
  const slot = selfTestSlot(selfTest, now);
  const due = channelsOf(console).filter(
    ({ settings, createdAt }) =>
      settings.kind !== 'deadman' && isBeforeSlot(new Date(createdAt), slot, selfTest.timeZone),
  );
  const tidings = { kind: 'well' as const, sentence: wellSentence(console), at: now.toISOString() };
  for (const { name } of due) console.outbox.add(`well:${slot}`, name, tidings, now.toISOString());
  if (due.length > 0) console.onTidings();
}

/** What can be said of the backups, by the evidence; and what is not well. */
function wellSentence({ settings, catalogue, alerts }: Console): string {
  const sources = settings.sources().map(({ name }) => {
    const newest = catalogue.latest(name);
    return newest === null ? `${name} has no good backup` : `newest good backup of ${name}: ${newest.createdAt}`;
  });
  const counts = alerts.openCounts();
  const open = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`);
  const [worst] = alerts.list({ open: true }, 1);
  const state = worst
    ? `Strongroom can reach you, and alerts are open: ${open.join(', ')}. The worst: ${worst.message}`
    : 'Strongroom is well and can reach you';
  return `${state}. ${sources.length === 0 ? 'No database is connected' : sources.join('; ')}.`;
}
