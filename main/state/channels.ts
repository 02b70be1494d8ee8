import type { Channel, ChannelHealth, LoggedFailure } from '../../shared/channel.ts';
import type { State } from './openState.ts';

interface HealthRow extends Omit<ChannelHealth, 'failure'> {
  failure: string | null;
}

const unknown: ChannelHealth = {
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  failure: null,
  failures: 0,
  retryAt: null,
};

/** The channels that somebody has set up, without their secrets, and how each has fared. */
export class Channels {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  all(): Channel[] {
    const rows = this.state
      .prepare('SELECT name, settings, route, created_at AS createdAt FROM channels ORDER BY created_at, name')
      .all();
    return (rows as { name: string; settings: string; route: string; createdAt: string }[]).map((row) => ({
      name: row.name,
      settings: JSON.parse(row.settings) as Channel['settings'],
      route: JSON.parse(row.route) as Channel['route'],
      createdAt: row.createdAt,
    }));
  }

  /** Adds a channel, or puts it in the place of the one of its name. */
  put({ name, settings, route, createdAt }: Channel): void {
    this.state
      .prepare(
        `INSERT INTO channels (name, settings, route, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, route = excluded.route`,
      )
      .run(name, JSON.stringify(settings), JSON.stringify(route), createdAt);
  }

  /** What waited for it is told to nobody. */
  remove(name: string): void {
    this.state.transaction(() => {
      this.state.prepare(`DELETE FROM outbox WHERE channel = ?`).run(name);
      this.state.prepare('DELETE FROM channel_health WHERE channel = ?').run(name);
      this.state.prepare('DELETE FROM channels WHERE name = ?').run(name);
    })();
  }

  health(name: string): ChannelHealth {
    const row = this.state
      .prepare(
        `SELECT last_success_at AS lastSuccessAt, last_failure_at AS lastFailureAt, failing_since AS failingSince,
           failure, failures, retry_at AS retryAt FROM channel_health WHERE channel = ?`,
      )
      .get(name) as HealthRow | undefined;
    return row
      ? { ...row, failure: row.failure === null ? null : (JSON.parse(row.failure) as LoggedFailure) }
      : unknown;
  }

  succeeded(name: string, at: string): void {
    this.state
      .prepare(
        `INSERT INTO channel_health (channel, last_success_at) VALUES (?, ?)
         ON CONFLICT (channel) DO UPDATE SET last_success_at = excluded.last_success_at, failing_since = NULL,
           failure = NULL, failures = 0, retry_at = NULL`,
      )
      .run(name, at);
  }

  /** @param retryAt nothing is tried before; null after a test by hand, which changes nothing about what waits. */
  failed(name: string, at: string, failure: LoggedFailure, retryAt: string | null): void {
    const { code, message, hint } = failure;
    this.state
      .prepare(
        `INSERT INTO channel_health (channel, last_failure_at, failing_since, failure, failures, retry_at)
         VALUES (@name, @at, @at, @failure, 1, @retryAt)
         ON CONFLICT (channel) DO UPDATE SET last_failure_at = @at, failing_since = coalesce(failing_since, @at),
           failure = @failure, failures = failures + 1, retry_at = coalesce(@retryAt, retry_at)`,
      )
      .run({ name, at, failure: JSON.stringify({ code, message, hint }), retryAt });
  }
}
