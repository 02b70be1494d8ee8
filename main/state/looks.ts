import type { State } from './openState.ts';

/** The newest look at something outside: a store or a database. Times are ISO 8601 UTC. */
export interface KnownLook {
  at: string;
  /** Since when every look has failed; null where the newest did not. */
  failingSince: string | null;
  /** When it answered again after more than one look had failed; null: it never was away for so long. */
  backAt: string | null;
  failure: { code: string; message: string; hint: string } | null;
  /** What was seen, as whoever looked wrote it; null where the look failed. */
  seen: unknown;
}

/** What the health check saw at its newest look at each store and database. */
export class Looks {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  get(kind: 'store' | 'source', name: string): KnownLook | null {
    const row = this.state
      .prepare(
        'SELECT at, failing_since AS failingSince, back_at AS backAt, failure, seen FROM looks WHERE kind = ? AND name = ?',
      )
      .get(kind, name) as Omit<KnownLook, 'failure' | 'seen'> & { failure: string | null; seen: string | null };
    if (!row) return null;
    return {
      ...row,
      failure: row.failure === null ? null : (JSON.parse(row.failure) as KnownLook['failure']),
      seen: row.seen === null ? null : (JSON.parse(row.seen) as unknown),
    };
  }

  note(
    kind: 'store' | 'source',
    name: string,
    at: string,
    found: { failure: NonNullable<KnownLook['failure']> } | { failure: null; seen: unknown },
  ): void {
    const { failure } = found;
    this.state
      .prepare(
        `INSERT INTO looks (kind, name, at, failing_since, failure, seen) VALUES (@kind, @name, @at, @since, @failure, @seen)
         ON CONFLICT (kind, name) DO UPDATE SET at = excluded.at, failure = excluded.failure, seen = excluded.seen,
           back_at = CASE WHEN excluded.failure IS NULL AND failing_since < at THEN excluded.at ELSE back_at END,
           failing_since = CASE WHEN excluded.failure IS NULL THEN NULL ELSE coalesce(failing_since, excluded.at) END`,
      )
      .run({
        kind,
        name,
        at,
        since: failure === null ? null : at,
        failure: failure && JSON.stringify({ code: failure.code, message: failure.message, hint: failure.hint }),
        seen: failure === null ? JSON.stringify(found.seen) : null,
      });
  }

  forget(kind: 'store' | 'source', name: string): void {
    this.state.prepare('DELETE FROM looks WHERE kind = ? AND name = ?').run(kind, name);
  }

  /** When anything was last looked at; null: never. */
  lastAt(): string | null {
    return this.state.prepare('SELECT max(at) FROM looks').pluck().get() as string | null;
  }
}
