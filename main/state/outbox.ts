import type { LoggedFailure, OutboxRow, OutboxStatus, Tidings } from '../../shared/channel.ts';
import type { State } from './openState.ts';

interface Row extends Omit<OutboxRow, 'tidings' | 'held' | 'maybeTold' | 'failure'> {
  tidings: string;
  held: number;
  maybeTold: number;
  failure: string | null;
}

const columns = `id, news_id AS newsId, channel, tidings, status, held, maybe_told AS maybeTold, attempts, created_at AS createdAt,
  done_at AS doneAt, failure`;

/** What is to be told, once for each channel: it survives every restart, and is told at least once or given up. */
export class Outbox {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /**
   * Puts something into the outbox of a channel, unless it was there before.
   * @param id the same for the same thing, whoever hands it over again.
   */
  add(id: string, channel: string, tidings: Tidings, at: string): void {
    const alertId = tidings.kind === 'news' ? tidings.news.alertId : null;
    this.state
      .prepare(
        `INSERT INTO outbox (news_id, channel, alert_id, tidings, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (news_id, channel) DO NOTHING`,
      )
      .run(id, channel, alertId, JSON.stringify(tidings), at);
  }

  /** Whether a channel may have told of an alert already. */
  mayHaveTold(alertId: string, channel: string): boolean {
    return (
      this.state
        .prepare(
          `SELECT 1 FROM outbox WHERE alert_id = ? AND channel = ? AND (status = 'DELIVERED' OR maybe_told = 1) LIMIT 1`,
        )
        .get(alertId, channel) !== undefined
    );
  }

  /** Whether a channel has told of an alert, or is about to. */
  concerns(alertId: string, channel: string): boolean {
    return (
      this.state
        .prepare(
          `SELECT 1 FROM outbox WHERE alert_id = ? AND channel = ?
             AND (status IN ('WAITING', 'DELIVERED') OR maybe_told = 1) LIMIT 1`,
        )
        .get(alertId, channel) !== undefined
    );
  }

  /** Takes back what a channel has not told of an alert. */
  withdrawAlert(alertId: string, channel: string, at: string): void {
    this.state
      .prepare(
        `UPDATE outbox SET status = 'WITHDRAWN', done_at = ?
         WHERE alert_id = ? AND channel = ? AND status = 'WAITING' AND maybe_told = 0`,
      )
      .run(at, alertId, channel);
  }

  /** Takes back the signs of life that wait for a channel: the next one stands for all of them. */
  withdrawPings(channel: string, at: string): void {
    this.state
      .prepare(
        `UPDATE outbox SET status = 'WITHDRAWN', done_at = ?
         WHERE channel = ? AND status = 'WAITING' AND alert_id IS NULL`,
      )
      .run(at, channel);
  }

  /** Oldest first. */
  waiting(channel: string): OutboxRow[] {
    const rows = this.state
      .prepare(`SELECT ${columns} FROM outbox WHERE channel = ? AND status = 'WAITING' ORDER BY id`)
      .all(channel);
    return (rows as Row[]).map(toRow);
  }

  /** How many wait, by channel, and how many of them for the end of the quiet hours. */
  counts(): Map<string, { waiting: number; held: number }> {
    const rows = this.state
      .prepare(
        `SELECT channel, count(*) AS waiting, sum(held) AS held FROM outbox WHERE status = 'WAITING' GROUP BY channel`,
      )
      .all() as { channel: string; waiting: number; held: number }[];
    return new Map(rows.map(({ channel, waiting, held }) => [channel, { waiting, held }]));
  }

  hold(ids: readonly number[]): void {
    const mark = this.state.prepare('UPDATE outbox SET held = 1 WHERE id = ?');
    this.state.transaction(() => ids.forEach((id) => mark.run(id)))();
  }

  /** How many messages a channel has sent since then; a digest is one. */
  sentSince(channel: string, since: string): number {
    return this.state
      .prepare(`SELECT count(DISTINCT delivery) FROM outbox WHERE done_at > ? AND channel = ? AND status = 'DELIVERED'`)
      .pluck()
      .get(since, channel) as number;
  }

  /** From here on somebody may have been told, whatever becomes of this process. */
  sending(ids: readonly number[], delivery: string): void {
    const mark = this.state.prepare(
      'UPDATE outbox SET maybe_told = 1, attempts = attempts + 1, delivery = ? WHERE id = ?',
    );
    this.state.transaction(() => ids.forEach((id) => mark.run(delivery, id)))();
  }

  delivered(ids: readonly number[], at: string): void {
    const mark = this.state.prepare(
      `UPDATE outbox SET status = 'DELIVERED', done_at = ?, held = 0, failure = NULL WHERE id = ?`,
    );
    this.state.transaction(() => ids.forEach((id) => mark.run(at, id)))();
  }

  /** @param row as it was before it was sent. @param maybeTold by this attempt. */
  failed(row: OutboxRow, failure: LoggedFailure, outcome: { givenUp: boolean; maybeTold: boolean; at: string }): void {
    const { code, message, hint } = failure;
    this.state
      .prepare('UPDATE outbox SET status = ?, done_at = ?, maybe_told = ?, failure = ? WHERE id = ?')
      .run(
        outcome.givenUp ? 'GIVEN_UP' : 'WAITING',
        outcome.givenUp ? outcome.at : null,
        row.maybeTold || outcome.maybeTold ? 1 : 0,
        JSON.stringify({ code, message, hint }),
        row.id,
      );
  }

  /** Newest first. */
  list(options: { statuses: readonly OutboxStatus[]; limit: number }): OutboxRow[] {
    const { statuses, limit } = options;
    const rows = this.state
      .prepare(
        `SELECT ${columns} FROM outbox WHERE status IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`,
      )
      .all(JSON.stringify(statuses), limit);
    return (rows as Row[]).map(toRow);
  }

  /** Forgets what was done with before then. */
  forgetBefore(then: string): void {
    this.state.prepare('DELETE FROM outbox WHERE done_at < ?').run(then);
  }
}

function toRow(row: Row): OutboxRow {
  return {
    ...row,
    tidings: JSON.parse(row.tidings) as Tidings,
    held: row.held === 1,
    maybeTold: row.maybeTold === 1,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as LoggedFailure),
  };
}
