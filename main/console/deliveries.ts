import type { Channel, LoggedFailure, OutboxRow } from '../../shared/channel.ts';
import { reportFailure } from '../../shared/failure.ts';
import { giveUpAfterMs, refusalsUntilGivenUp, restMs } from '../notify/backoff.ts';
import type { Patience } from '../notify/callHttp.ts';
import { ChannelFailure } from '../notify/channelFailure.ts';
import { messageOf, type Message } from '../notify/message.ts';
import { nextDelivery } from '../notify/nextDelivery.ts';
import { openChannel } from '../notify/openChannel.ts';
import type { Console } from './console.ts';
import { channelsOf, notifySettings, senderOf, tellWell } from './notices.ts';

/** How long a service is waited for. */
const usualPatience: Patience = { connectMs: 10_000, totalMs: 30_000 };

const mostAtOnce = 8;
const lookEveryMs = 15_000;
const graceMs = 2_000;
/** Long enough that an alert which was told is known when it is resolved. */
const rememberMs = 400 * 24 * 60 * 60_000;

interface Ports {
  now?: () => Date;
  chance?: () => number;
  patience?: Patience;
}

/**
 * Brings what is in the outbox to its channels. Each channel is a lane of its own, in which one message goes after the
 * other, so that a dead service delays nobody else; the outbox remembers everything, so that this may be killed at any
 * moment: what was being sent then is sent again.
 */
export class Deliveries {
  private readonly console: Console;
  private readonly now: () => Date;
  private readonly chance: () => number;
  private readonly patience: Patience;
  private readonly lanes = new Map<string, Promise<void>>();
  /** Channels that were woken while they were busy. */
  private readonly woken = new Set<string>();
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(console: Console, { now, chance, patience }: Ports = {}) {
    this.console = console;
    this.now = now ?? (() => new Date());
    this.chance = chance ?? Math.random;
    this.patience = patience ?? usualPatience;
  }

  /** Delivers from now on, as soon as there is something. */
  start(): void {
    this.console.onTidings = () => setImmediate(() => this.wake());
    this.timer = setInterval(() => this.look(), lookEveryMs).unref();
    this.look();
  }

  /** What only time brings: the weekly sign of life, another try, the end of the quiet hours. */
  look(): void {
    if (this.ending.signal.aborted) return;
    tellWell(this.console, this.now());
    this.console.outbox.forgetBefore(new Date(this.now().getTime() - rememberMs).toISOString());
    this.wake();
  }

  /** Waits until nothing more can be delivered now. */
  async settled(): Promise<void> {
    this.wake();
    while (this.lanes.size > 0) await Promise.all(this.lanes.values());
  }

  /** Ends what is being sent, soon; it stays in the outbox. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.console.onTidings = () => undefined;
    const hurry = setTimeout(() => this.ending.abort(), graceMs);
    this.woken.clear();
    await Promise.all(this.lanes.values());
    clearTimeout(hurry);
    this.ending.abort();
  }

  private wake(): void {
    if (this.ending.signal.aborted) return;
    const counts = this.console.outbox.counts();
    if (counts.size === 0) return;
    for (const channel of channelsOf(this.console)) {
      if (!counts.has(channel.name)) continue;
      if (this.lanes.has(channel.name)) this.woken.add(channel.name);
      else if (this.lanes.size < mostAtOnce) this.begin(channel);
    }
  }

  private begin(channel: Channel): void {
    const lane = this.deliverAll(channel)
      // A fault of ours in one lane must not end the others; what waits is looked at again.
      .catch((error: unknown) => process.emitWarning(`${channel.name}: ${reportFailure(error).message}`))
      .finally(() => {
        this.lanes.delete(channel.name);
        if (this.woken.delete(channel.name) || this.lanes.size === mostAtOnce - 1) this.wake();
      });
    this.lanes.set(channel.name, lane);
  }

  /** Until nothing is left for this channel, or it has failed. */
  private async deliverAll(channel: Channel): Promise<void> {
    const { console } = this;
    while (!this.ending.signal.aborted) {
      const now = this.now();
      const { retryAt } = console.channels.health(channel.name);
      if (retryAt !== null && Date.parse(retryAt) > now.getTime()) return;
      const { rows, held } = nextDelivery(
        {
          kind: channel.settings.kind,
          route: channel.route,
          quiet: notifySettings(console).quiet,
          waiting: console.outbox.waiting(channel.name),
          sentLately: console.outbox.sentSince(channel.name, new Date(now.getTime() - 60_000).toISOString()),
        },
        now,
      );
      console.outbox.hold(held.filter((row) => !row.held).map(({ id }) => id));
      if (rows.length === 0 || !(await this.deliver(channel, rows))) return;
    }
  }

  /** @returns whether the channel took it. */
  private async deliver(channel: Channel, rows: OutboxRow[]): Promise<boolean> {
    const { channels, outbox, state } = this.console;
    const ids = rows.map(({ id }) => id);
    const message = messageOf(
      deliveryId(rows),
      rows.map(({ tidings }) => tidings),
      senderOf(this.console),
    );
    outbox.sending(ids, message.id);
    try {
      await this.send(channel, message);
    } catch (error) {
      if (!this.ending.signal.aborted) this.noteFailure(channel, rows, error);
      return false;
    }
    const at = this.now().toISOString();
    state.transaction(() => {
      outbox.delivered(ids, at);
      channels.succeeded(channel.name, at);
    })();
    return true;
  }

  private async send({ name, settings }: Channel, message: Message): Promise<void> {
    const courier = await openNamed(this.console, { name, settings }, this.patience);
    const { signal } = this.ending;
    await Promise.race([
      courier.send(message),
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ]);
  }

  private noteFailure({ name }: Channel, rows: OutboxRow[], error: unknown): void {
    const { channels, outbox, state } = this.console;
    const now = this.now();
    const at = now.toISOString();
    const failure: LoggedFailure = reportFailure(error);
    const known = error instanceof ChannelFailure ? error : null;
    const rest = restMs(channels.health(name).failures + 1, known?.retryAfterSeconds ?? null, this.chance());
    state.transaction(() => {
      for (const row of rows) {
        const refused = failure.code === 'CHANNEL_REFUSED' && row.attempts + 1 >= refusalsUntilGivenUp;
        const tooOld = now.getTime() - Date.parse(row.createdAt) >= giveUpAfterMs;
        outbox.failed(row, failure, { givenUp: refused || tooOld, maybeTold: known?.maybeTold ?? true, at });
      }
      channels.failed(name, at, failure, new Date(now.getTime() + rest).toISOString());
    })();
  }
}

/** A channel with its secrets. @throws CHANNEL_SECRET_MISSING, KEY_… */
export async function openNamed(
  console: Console,
  { name, settings }: Pick<Channel, 'name' | 'settings'>,
  patience = usualPatience,
) {
  const sealed = settings.kind !== 'system';
  const secrets = {
    url: sealed ? await console.secrets.get(`channel:${name}:url`) : null,
    secret: sealed ? await console.secrets.get(`channel:${name}:secret`) : null,
  };
  return openChannel(name, settings, secrets, { patience, system: console.systemNotice });
}

/** The same at every attempt to tell the same. */
function deliveryId(rows: readonly OutboxRow[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new Error('there is nothing to deliver');
  const together = rows.length > 1 && first.newsId !== last.newsId;
  return together ? `${first.newsId}-${last.newsId}` : last.newsId;
}

/** For a verb that ends soon: what waits is delivered now, or by whoever comes next. @param signal ends it. */
export async function deliverOnce(console: Console, signal: AbortSignal): Promise<void> {
  const deliveries = new Deliveries(console, { patience: { connectMs: 5000, totalMs: 15_000 } });
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([deliveries.settled(), ended]);
  await deliveries.stop();
}
