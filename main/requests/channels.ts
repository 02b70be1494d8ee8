import { ulid } from 'ulid';
import { aboutWords } from '../../shared/alert.ts';
import {
  channelPlace,
  usualRoute,
  type Channel,
  type NotifySettings,
  type OutboxRow,
  type OutboxStatus,
  type Route,
} from '../../shared/channel.ts';
import type { ChannelForm, ChannelView, OutboxEntry } from '../../shared/contract/notify.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { openNamed } from '../console/deliveries.ts';
import { channelsOf, desktopChannel, notifySettings, senderOf } from '../console/notices.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { testMessage } from '../notify/message.ts';
import { isQuiet } from '../notify/quietHours.ts';
import { namedSource } from './sources.ts';
import { needSecrets, receiverOf, secretsIn, settingsOf, warningsOf, type TypedSecrets } from './channelSettings.ts';

/** Adds a channel; nobody is told anything yet. @throws CHANNEL_EXISTS, CHANNEL_SECRET_MISSING, SOURCE_NOT_FOUND */
export async function addChannel(console: Console, form: ChannelForm): Promise<ChannelView> {
  const { name } = form;
  if (name === desktopChannel || console.channels.all().some((channel) => channel.name === name))
    throw new Failure(
      'CHANNEL_EXISTS',
      `there is a channel ${name} already`,
      'Choose another name, or remove that one first.',
    );
  checkSources(console, form);
  const secrets = secretsIn(form);
  const settings = settingsOf(form, null);
  needSecrets(settings, secrets);
  await keep(console, name, secrets);
  const channel = { name, settings, route: usualRoute(form.kind), createdAt: new Date().toISOString() };
  return put(console, channel);
}

/**
 * Puts other settings into the place of a channel's. Secrets that were left empty stay, unless the way leads to another
 * host: nobody gets a secret that was meant for somebody else.
 * @throws CHANNEL_NOT_FOUND, CHANNEL_SECRET_MISSING, SOURCE_NOT_FOUND, USAGE
 */
export async function changeChannel(console: Console, form: ChannelForm): Promise<ChannelView> {
  const { name } = form;
  const before = namedChannel(console, name);
  if (before.settings.kind !== form.kind)
    throw new Failure('USAGE', `the channel ${name} is of another kind`, 'Remove it, and add it anew.');
  checkSources(console, form);
  const typed = secretsIn(form);
  const settings = settingsOf(form, before.settings);
  const stays = receiverOf(settings) === receiverOf(before.settings);
  const stored = async (which: 'url' | 'secret') => (await console.secrets.get(`channel:${name}:${which}`)) ?? '';
  needSecrets(settings, {
    url: typed.url || (stays ? await stored('url') : ''),
    secret: typed.secret || (stays ? await stored('secret') : ''),
  });
  await keep(console, name, typed);
  return put(console, { ...before, settings });
}

/** @throws SOURCE_NOT_FOUND */
function checkSources(console: Console, form: ChannelForm): void {
  if (form.kind === 'deadman') for (const name of form.sources) namedSource(console, name);
}

/** Tells a real message. @throws CHANNEL_NOT_FOUND, CHANNEL_SECRET_MISSING, CHANNEL_… as the service answers. */
export async function testChannel(console: Console, name: string): Promise<{ name: string; seconds: number }> {
  const channel = namedChannel(console, name);
  const courier = await openNamed(console, channel);
  const begun = performance.now();
  await courier.send(testMessage(`test-${ulid()}`, new Date().toISOString(), senderOf(console)));
  return { name, seconds: (performance.now() - begun) / 1000 };
}

/** The same, and the console remembers what came of it: a channel that works again delivers what waits for it. */
export async function testAndNote(console: Console, name: string): Promise<{ name: string; seconds: number }> {
  const at = () => new Date().toISOString();
  try {
    const answer = await testChannel(console, name);
    console.channels.succeeded(name, at());
    console.onTidings();
    return answer;
  } catch (error) {
    if (
      reportFailure(error).code.startsWith('CHANNEL_') &&
      channelsOf(console).some((channel) => channel.name === name)
    )
      console.channels.failed(name, at(), reportFailure(error), null);
    throw error;
  }
}

/** @throws CHANNEL_NOT_FOUND */
export async function routeChannel(console: Console, name: string, route: Partial<Route>): Promise<ChannelView> {
  const channel = namedChannel(console, name);
  return put(console, { ...channel, route: { ...channel.route, ...route } });
}

/** Forgets a channel, its secrets, and what waited for it. @throws CHANNEL_NOT_FOUND, REQUEST_REFUSED */
export async function removeChannel(console: Console, name: string): Promise<{ name: string; removed: true }> {
  if (namedChannel(console, name).settings.kind === 'system')
    throw new Failure(
      'REQUEST_REFUSED',
      'the notifications of the desktop cannot be removed',
      'Route nothing to them, and they keep still.',
    );
  console.channels.remove(name);
  await console.secrets.forget(`channel:${name}:`);
  await saveSettings(console);
  return { name, removed: true };
}

export async function saveNotifySettings(console: Console, settings: NotifySettings): Promise<NotifySettings> {
  console.preferences.set('notify', settings);
  await saveSettings(console);
  console.onTidings();
  return settings;
}

export function listChannels(console: Console): {
  channels: ChannelView[];
  settings: NotifySettings;
  quietNow: boolean;
} {
  const settings = notifySettings(console);
  return {
    channels: channelsOf(console).map((channel) => viewOf(console, channel)),
    settings,
    quietNow: settings.quiet !== null && isQuiet(settings.quiet, new Date()),
  };
}

const mostEntries = 200;

/** What is in the outbox; newest first. */
export function listOutbox(console: Console, statuses: readonly OutboxStatus[]): { entries: OutboxEntry[] } {
  return { entries: console.outbox.list({ statuses, limit: mostEntries }).map(entryOf) };
}

function entryOf(row: OutboxRow): OutboxEntry {
  const { id, channel, status, held, attempts, createdAt, doneAt, failure } = row;
  return { id, channel, what: whatOf(row), status, held, attempts, createdAt, doneAt, failure };
}

function whatOf({ tidings }: OutboxRow): string {
  if (tidings.kind === 'ping') return 'sign of life after a good backup';
  if (tidings.kind === 'well') return 'weekly sign of life';
  if (tidings.kind === 'done') return tidings.subject;
  const { event, severity, message, about } = tidings.news;
  return [`${event} ${severity}`, aboutWords(about), message].filter((part) => part !== '').join(': ');
}

/** @throws CHANNEL_NOT_FOUND */
function namedChannel(console: Console, name: string): Channel {
  const all = channelsOf(console);
  const channel = all.find((one) => one.name === name);
  if (channel) return channel;
  throw new Failure('CHANNEL_NOT_FOUND', `there is no channel ${name}`, 'Look at `strongroom notify list`.', {
    details: { channels: all.map((one) => one.name) },
  });
}

async function keep(console: Console, name: string, { url, secret }: TypedSecrets): Promise<void> {
  if (url !== '') await console.secrets.set(`channel:${name}:url`, url);
  if (secret !== '') await console.secrets.set(`channel:${name}:secret`, secret);
}

async function put(console: Console, channel: Channel): Promise<ChannelView> {
  console.channels.put(channel);
  await saveSettings(console);
  console.onTidings();
  return viewOf(console, channel);
}

function viewOf(console: Console, { name, settings, route }: Channel): ChannelView {
  const { lastSuccessAt, lastFailureAt, failingSince, failure, retryAt } = console.channels.health(name);
  const { waiting, held } = console.outbox.counts().get(name) ?? { waiting: 0, held: 0 };
  return {
    name,
    kind: settings.kind,
    place: channelPlace(settings),
    settings,
    route,
    warnings: warningsOf(settings),
    lastSuccessAt,
    lastFailureAt,
    failingSince,
    failure,
    retryAt,
    waiting,
    held,
  };
}
