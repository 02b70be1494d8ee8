import type { Statement } from 'better-sqlite3';
import type { KnownOneOff, OneOff, RunOutcome, Schedule, ScheduledRun } from '../../shared/schedule.ts';
import type { State } from './openState.ts';

/** A schedule with the moment up to which its runs are settled. */
export interface KnownSchedule extends Schedule {
  countsFrom: string;
}

interface ScheduleRow extends Omit<KnownSchedule, 'source' | 'enabled'> {
  source: string;
  enabled: number;
}

interface OneOffRow extends Omit<KnownOneOff, 'tenants' | 'pinned'> {
  tenants: string | null;
  pinned: number;
}

/** Runs of a schedule that are kept: more than a week of one that runs every five minutes. */
const keptRuns = 2_500;

const runColumns = 'nominal, claimed_at AS claimedAt, job_id AS jobId, missed, outcome';
const oneOffColumns = `id, kind, source, tenants, at, note, pinned, notify, created_at AS createdAt, job_id AS jobId,
  outcome`;

/** What runs by itself, and what became of it: one row for each moment at which something was due, for ever. */
export class Schedules {
  private readonly state: State;
  private readonly updateCount: Statement;
  private readonly take: (scheduleId: string, run: Omit<ScheduledRun, 'outcome'>) => boolean;

  constructor(state: State) {
    this.state = state;
    this.updateCount = state.prepare('UPDATE schedules SET counts_from = ? WHERE id = ?');
    const insert = state.prepare(
      `INSERT INTO scheduled_runs (schedule_id, nominal, claimed_at, job_id, missed) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.take = state.transaction((scheduleId: string, run: Omit<ScheduledRun, 'outcome'>) => {
      const { changes } = insert.run(scheduleId, run.nominal, run.claimedAt, run.jobId, run.missed);
      this.countFrom(scheduleId, run.nominal);
      return changes === 1;
    });
  }

  all(): KnownSchedule[] {
    const rows = this.state
      .prepare('SELECT id, kind, source, cron, zone, enabled, counts_from AS countsFrom FROM schedules ORDER BY id')
      .all() as ScheduleRow[];
    return rows.map((row) => ({ ...row, source: row.source === '' ? null : row.source, enabled: row.enabled === 1 }));
  }

  get(id: string): KnownSchedule | null {
    return this.all().find((schedule) => schedule.id === id) ?? null;
  }

  /** Does nothing where there is one of this kind for this source already. */
  add({ id, kind, source, cron, zone, enabled, countsFrom }: KnownSchedule): void {
    this.state
      .prepare(
        `INSERT INTO schedules (id, kind, source, cron, zone, enabled, counts_from) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (kind, source) DO NOTHING`,
      )
      .run(id, kind, source ?? '', cron, zone, Number(enabled), countsFrom);
  }

  /** What was due before `countsFrom` is not caught up with. */
  change({ id, cron, zone, enabled, countsFrom }: Omit<KnownSchedule, 'kind' | 'source'>): void {
    this.state
      .prepare('UPDATE schedules SET cron = ?, zone = ?, enabled = ?, counts_from = ? WHERE id = ?')
      .run(cron, zone, Number(enabled), countsFrom, id);
  }

  countFrom(id: string, countsFrom: string): void {
    this.updateCount.run(countsFrom, id);
  }

  remove(id: string): void {
    this.state.transaction(() => {
      this.state.prepare('DELETE FROM scheduled_runs WHERE schedule_id = ?').run(id);
      this.state.prepare('DELETE FROM schedules WHERE id = ?').run(id);
    })();
  }

  /**
   * Takes the run of a moment, before it starts: nobody can take it again, whatever happens then.
   * @returns false where it was taken before.
   */
  claim(scheduleId: string, run: Omit<ScheduledRun, 'outcome'>): boolean {
    return this.take(scheduleId, run);
  }

  /** Forgets runs that are so old that nobody looks at them, and no clock is set back as far. */
  forgetOldRuns(): void {
    const forget = this.state.prepare(
      `DELETE FROM scheduled_runs WHERE schedule_id = @id AND nominal <= (
         SELECT nominal FROM scheduled_runs WHERE schedule_id = @id ORDER BY nominal DESC LIMIT 1 OFFSET @keptRuns)`,
    );
    for (const { id } of this.all()) forget.run({ id, keptRuns });
  }

  /** Newest first. */
  runs(scheduleId: string, limit: number): ScheduledRun[] {
    return this.state
      .prepare(`SELECT ${runColumns} FROM scheduled_runs WHERE schedule_id = ? ORDER BY nominal DESC LIMIT ?`)
      .all(scheduleId, limit) as ScheduledRun[];
  }

  /**
   * What came of a run, or of a one-off.
   * @param tell is part of the same transaction, and hears of a one-off when its end is to be told.
   */
  settle(jobId: string, outcome: RunOutcome, tell: (notify: OneOff['notify']) => void = () => undefined): void {
    this.state.transaction(() => {
      for (const table of ['scheduled_runs', 'one_offs'])
        this.state.prepare(`UPDATE ${table} SET outcome = ? WHERE job_id = ?`).run(outcome, jobId);
      const notify = this.state.prepare('SELECT notify FROM one_offs WHERE job_id = ?').pluck().get(jobId);
      if (notify !== undefined) tell(notify as OneOff['notify']);
    })();
  }

  /** Runs that were taken, and of which nothing more is known. */
  unsettled(): { jobId: string; kind: Schedule['kind']; source: string | null }[] {
    const rows = this.state
      .prepare(
        `SELECT job_id AS jobId, kind, source FROM scheduled_runs JOIN schedules ON id = schedule_id
         WHERE outcome IS NULL
         UNION ALL SELECT job_id, kind, source FROM one_offs WHERE job_id IS NOT NULL AND outcome IS NULL`,
      )
      .all() as { jobId: string; kind: Schedule['kind']; source: string }[];
    return rows.map((row) => ({ ...row, source: row.source === '' ? null : row.source }));
  }

  addOneOff({ tenants, pinned, source, ...rest }: OneOff, createdAt: string): void {
    this.state
      .prepare(
        `INSERT INTO one_offs (id, kind, source, tenants, at, note, pinned, notify, created_at)
         VALUES (@id, @kind, @source, @tenants, @at, @note, @pinned, @notify, @createdAt)`,
      )
      .run({
        ...rest,
        source: source ?? '',
        tenants: tenants && JSON.stringify(tenants),
        pinned: Number(pinned),
        createdAt,
      });
  }

  /** Those that wait, the next one first; then what came of the newest others. */
  oneOffs(limit: number): KnownOneOff[] {
    const read = (where: string, order: string) =>
      this.state.prepare(`SELECT ${oneOffColumns} FROM one_offs WHERE ${where} ORDER BY ${order} LIMIT ?`).all(limit);
    const rows = [...read('job_id IS NULL', 'at, id'), ...read('job_id IS NOT NULL', 'at DESC, id')] as OneOffRow[];
    return rows.map((row) => ({
      ...row,
      source: row.source === '' ? null : row.source,
      tenants: row.tenants === null ? null : (JSON.parse(row.tenants) as string[]),
      pinned: row.pinned === 1,
    }));
  }

  /** @returns false where it was taken or cancelled before. */
  claimOneOff(id: string, jobId: string): boolean {
    return (
      this.state.prepare('UPDATE one_offs SET job_id = ? WHERE id = ? AND job_id IS NULL').run(jobId, id).changes === 1
    );
  }

  /** @returns false where it has begun, or there is none. */
  cancelOneOff(id: string): boolean {
    return this.state.prepare('DELETE FROM one_offs WHERE id = ? AND job_id IS NULL').run(id).changes === 1;
  }
}
