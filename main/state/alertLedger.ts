import { ulid } from 'ulid';
import type {
  Alert,
  AlertEvent,
  AlertHistoryEntry,
  AlertNews,
  AlertStatus,
  AlertType,
  Severity,
} from '../../shared/alert.ts';
import { Failure } from '../../shared/failure.ts';
import { saveAlert, selectAlerts, toAlert, toAlertRow, type AlertRow, type KeptAlert } from './alertRows.ts';
import type { State } from './openState.ts';

/** What has become of one alert, and what is to be told of it. */
export interface Noted {
  alert: KeptAlert;
  history: readonly { event: AlertEvent; note: string | null }[];
  news: AlertNews['event'] | null;
}

export interface AlertFilter {
  /** Only alerts that are not resolved. */
  open?: boolean;
  type?: AlertType;
  severity?: Severity;
  backupId?: string;
  restoreId?: string;
}

/** Who does something to alerts, when, and what they say about it. */
export interface Act {
  by: string;
  at: string;
  note: string | null;
}

const worstFirst = `status = 'RESOLVED', CASE severity WHEN 'CRITICAL' THEN 0 WHEN 'ERROR' THEN 1 WHEN 'WARNING' THEN 2 ELSE 3 END`;

/** Every alert there ever was, what has happened to each, and what of it the channels do not have yet. */
export class AlertLedger {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Alerts that a new look may change: open ones, silenced ones, and those that have ended since. @param since ISO 8601 */
  changeable(since: string): KeptAlert[] {
    return this.rows(`WHERE status <> 'RESOLVED' OR silenced = 1 OR resolved_at >= @since`, { since });
  }

  /** Writes everything or nothing, together with what is to be told: whatever happens then, it will be told. */
  note(noted: readonly Noted[], at: string): void {
    const save = this.state.prepare(saveAlert);
    this.state
      .transaction(() => {
        for (const { alert, history, news } of noted) {
          save.run(toAlertRow(alert));
          for (const { event, note } of history) this.addHistory(alert.id, event, { by: null, at, note });
          if (news) this.addNews(alert, news, at);
        }
      })
      .immediate();
  }

  /**
   * Hands over all that is to be told, oldest first, and forgets it in one transaction with what the taker writes here:
   * what a power cut falls into is handed over again, with the same ids.
   */
  handOver(take: (news: readonly AlertNews[]) => void): void {
    if (this.state.prepare('SELECT 1 FROM alert_news LIMIT 1').get() === undefined) return;
    this.state
      .transaction(() => {
        const waiting = this.state.prepare('SELECT news FROM alert_news ORDER BY rowid').pluck().all() as string[];
        take(waiting.map((news) => JSON.parse(news) as AlertNews));
        this.state.prepare('DELETE FROM alert_news').run();
      })
      .immediate();
  }

  /** The worst first, then the newest; resolved ones last. */
  list({ open, type, severity, backupId, restoreId }: AlertFilter, limit: number): Alert[] {
    const conditions = ['1'];
    if (open) conditions.push(`status <> 'RESOLVED'`);
    if (type) conditions.push('type = @type');
    if (severity) conditions.push('severity = @severity');
    if (backupId) conditions.push('backup_id = @backupId');
    if (restoreId) conditions.push('restore_id = @restoreId');
    const order = `ORDER BY ${worstFirst}, opened_at DESC, id DESC LIMIT @limit`;
    return this.rows(`WHERE ${conditions.join(' AND ')} ${order}`, { type, severity, backupId, restoreId, limit });
  }

  /** How many open alerts there are of each severity. */
  openCounts(): Record<Severity, number> {
    const counts: Record<Severity, number> = { CRITICAL: 0, ERROR: 0, WARNING: 0, INFO: 0 };
    const rows = this.state
      .prepare(`SELECT severity, count(*) AS count FROM alerts WHERE status <> 'RESOLVED' GROUP BY severity`)
      .all() as { severity: Severity; count: number }[];
    for (const { severity, count } of rows) counts[severity] = count;
    return counts;
  }

  get(id: string): Alert | null {
    return this.rows('WHERE id = @id', { id })[0] ?? null;
  }

  /** What has happened to one alert, oldest first; to all of them, newest first. */
  history(alertId: string | null, limit: number): AlertHistoryEntry[] {
    return this.state
      .prepare(
        `SELECT alert_id AS alertId, at, event, by, note FROM alert_history
         ${alertId === null ? 'ORDER BY id DESC' : 'WHERE alert_id = @alertId ORDER BY id'} LIMIT @limit`,
      )
      .all({ alertId, limit }) as AlertHistoryEntry[];
  }

  /** Somebody has seen them; they stay open. @returns how many were changed. @throws ALERT_NOT_FOUND */
  acknowledge(ids: readonly string[], act: Act): number {
    return this.change(ids, act, 'acknowledged', ['ACTIVE'], (id) => {
      this.state
        .prepare(`UPDATE alerts SET status = 'ACKNOWLEDGED', acknowledged_at = ?, acknowledged_by = ? WHERE id = ?`)
        .run(act.at, act.by, id);
      const alert = this.get(id);
      if (alert) this.addNews(alert, 'acknowledged', act.at);
    });
  }

  /** Nothing is told of them until then, unless they get worse. @throws ALERT_NOT_FOUND */
  snooze(ids: readonly string[], until: string, act: Act): number {
    return this.change(ids, act, 'snoozed', ['ACTIVE', 'ACKNOWLEDGED'], (id) =>
      this.state
        .prepare(
          `UPDATE alerts SET status = 'ACTIVE', acknowledged_at = NULL, acknowledged_by = NULL, snoozed_until = ? WHERE id = ?`,
        )
        .run(until, id),
    );
  }

  /** They are over because a person says so. @throws ALERT_NOT_FOUND */
  resolve(ids: readonly string[], act: Act): number {
    return this.change(ids, act, 'resolved', ['ACTIVE', 'ACKNOWLEDGED'], (id) => {
      this.state
        .prepare(
          `UPDATE alerts SET status = 'RESOLVED', resolved_at = ?, resolved_by = ?, snoozed_until = NULL, silenced = 1
           WHERE id = ?`,
        )
        .run(act.at, act.by, id);
      const alert = this.get(id);
      if (alert) this.addNews(alert, 'resolved', act.at);
    });
  }

  /** One transaction; those that are past it already are left alone. */
  private change(
    ids: readonly string[],
    act: Act,
    event: AlertEvent,
    from: readonly AlertStatus[],
    update: (id: string) => void,
  ): number {
    return this.state
      .transaction(() => {
        let changed = 0;
        for (const id of new Set(ids)) {
          const alert = this.get(id);
          if (!alert)
            throw new Failure(
              'ALERT_NOT_FOUND',
              `there is no alert ${id}`,
              '`strongroom alerts list --all` lists them.',
            );
          if (!from.includes(alert.status)) continue;
          update(id);
          this.addHistory(id, event, act);
          changed++;
        }
        return changed;
      })
      .immediate();
  }

  private rows(rest: string, values: Record<string, unknown>): KeptAlert[] {
    const rows = this.state.prepare(`${selectAlerts} ${rest}`).all(values);
    return (rows as AlertRow[]).map(toAlert);
  }

  private addHistory(
    alertId: string,
    event: AlertEvent,
    { by, at, note }: Omit<Act, 'by'> & { by: string | null },
  ): void {
    this.state
      .prepare('INSERT INTO alert_history (alert_id, at, event, by, note) VALUES (?, ?, ?, ?, ?)')
      .run(alertId, at, event, by, note);
  }

  private addNews(alert: Alert, event: AlertNews['event'], at: string): void {
    const { severity, type, message, hint, about, link } = alert;
    const news: AlertNews = { id: ulid(), alertId: alert.id, event, severity, type, message, hint, about, link, at };
    this.state.prepare('INSERT INTO alert_news (id, news) VALUES (?, ?)').run(news.id, JSON.stringify(news));
  }
}
