import type { FailureReport } from '../../shared/failure.ts';
import type { State } from './openState.ts';

export type JobStatus = 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED' | 'INTERRUPTED';

/** Every job that was started, and how it ended. */
export class JobLog {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  started(id: string, kind: string, subject: string): void {
    this.state
      .prepare(`INSERT INTO jobs (id, kind, subject, status, started_at) VALUES (?, ?, ?, 'RUNNING', ?)`)
      .run(id, kind, subject, new Date().toISOString());
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

  /** Jobs whose process is gone cannot be running any more. */
  markInterrupted(): void {
    this.state
      .prepare(`UPDATE jobs SET status = 'INTERRUPTED', ended_at = ? WHERE status = 'RUNNING'`)
      .run(new Date().toISOString());
  }
}
