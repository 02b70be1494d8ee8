import type { FailureReport } from '../../shared/failure.ts';
import type { State } from './openState.ts';

export type JobStatus = 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED' | 'INTERRUPTED';

/** One job as it is logged. Times are ISO 8601 UTC. */
export interface LoggedJob {
  id: string;
  kind: string;
  subject: string;
  status: JobStatus;
  startedAt: string;
  endedAt: string | null;
  notes: string[];
  failure: { code: string; message: string; hint: string } | null;
}

interface JobRow extends Omit<LoggedJob, 'notes' | 'failure'> {
  notes: string;
  failure: string | null;
}

const columns = 'id, kind, subject, status, started_at AS startedAt, ended_at AS endedAt, notes, failure';

/** Every job that was started, and how it ended. */
export class JobLog {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** @param part of the subject, where it is not about all of it; a `JobPart` as JSON. */
  started(id: string, kind: string, subject: string, part: string | null = null): void {
    this.state
      .prepare(`INSERT INTO jobs (id, kind, subject, part, status, started_at) VALUES (?, ?, ?, ?, 'RUNNING', ?)`)
      .run(id, kind, subject, part, new Date().toISOString());
  }

  ended(
    id: string,
    status: Exclude<JobStatus, 'RUNNING'>,
    notes: readonly string[],
    failure: FailureReport | null,
  ): void {
    this.state
      .prepare('UPDATE jobs SET status = ?, ended_at = ?, notes = ?, failure = ? WHERE id = ?')
      .run(status, new Date().toISOString(), JSON.stringify(notes), failure && JSON.stringify(failure), id);
  }

  get(id: string): LoggedJob | null {
    const row = this.state.prepare(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id) as JobRow | undefined;
    return row ? toJob(row) : null;
  }

  /** The newest about all of its subject. */
  newest(kind: string, subject: string): LoggedJob | null {
    const row = this.state
      .prepare(`SELECT ${columns} FROM jobs WHERE kind = ? AND subject = ? AND part IS NULL ORDER BY id DESC LIMIT 1`)
      .get(kind, subject) as JobRow | undefined;
    return row ? toJob(row) : null;
  }

  /** Newest first. */
  list(limit: number): LoggedJob[] {
    const rows = this.state.prepare(`SELECT ${columns} FROM jobs ORDER BY id DESC LIMIT ?`).all(limit) as JobRow[];
    return rows.map(toJob);
  }

  /** Jobs whose process is gone cannot be running any more. */
  markInterrupted(): void {
    this.state
      .prepare(`UPDATE jobs SET status = 'INTERRUPTED', ended_at = ? WHERE status = 'RUNNING'`)
      .run(new Date().toISOString());
  }
}

function toJob(row: JobRow): LoggedJob {
  const failure = row.failure === null ? null : (JSON.parse(row.failure) as NonNullable<LoggedJob['failure']>);
  return {
    ...row,
    notes: JSON.parse(row.notes) as string[],
    failure: failure && { code: failure.code, message: failure.message, hint: failure.hint },
  };
}
