import type { Backup } from '../../shared/backup.ts';
import { assertNever, type FailureReport } from '../../shared/failure.ts';
import type { MergeResult } from '../../shared/merge.ts';
import type { Restore, RestoreMode, RestoreStatus, Verification } from '../../shared/restore.ts';
import type { Connection } from '../../shared/source.ts';
import type { State } from './openState.ts';

interface RestoreRow {
  id: string;
  mode: RestoreMode;
  backup_id: string;
  source: string;
  status: RestoreStatus;
  target: string;
  server: string;
  connection: string;
  scratch: string;
  swapped: number;
  replaced: string | null;
  started_at: string;
  completed_at: string | null;
  duration_seconds: number | null;
  restored_bytes: number | null;
  verification: string | null;
  merge: string | null;
  marker: string | null;
  notes: string;
  initiated_by: string;
  failure: string | null;
}

/** A transaction whose end nobody may have seen: the server knows how it ended. */
export interface Marker {
  work: 'merge' | 'undo';
  /** As `pg_current_xact_id()` writes it. */
  transaction: string;
}

/** What is left of a marker once a swap or rollback has ended: roles that the next start has to settle still are there. */
const onlyRoles = `CASE WHEN 'roles' IN (marker ->> 'work', marker ->> 'then') THEN '{"work":"roles"}' END`;

/** The log of restores, with what is needed to clean up after an unfinished one and to undo a swap. */
export class RestoreLog {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  begin(restore: {
    id: string;
    mode: RestoreMode;
    backupId: string;
    source: string;
    target: string;
    connection: Connection;
    /** The database that is filled, before it gets its name. */
    scratch: string;
    initiatedBy: string;
  }): void {
    const { connection } = restore;
    this.state
      .prepare(
        `INSERT INTO restores (id, mode, backup_id, source, status, target, server, connection, scratch, started_at, initiated_by)
         VALUES (@id, @mode, @backupId, @source, 'IN_PROGRESS', @target, @server, @connection, @scratch, @now, @initiatedBy)`,
      )
      .run({
        ...restore,
        server: `${connection.user}@${connection.host}:${connection.port}`,
        connection: JSON.stringify(connection),
        now: new Date().toISOString(),
      });
  }

  /** Notes what was restored and found; the restore is not complete before its database has its name. */
  verified(
    id: string,
    outcome: {
      durationSeconds: number;
      restoredBytes: number;
      verification: Verification;
      notes: readonly string[];
    },
  ): void {
    this.state
      .prepare(
        `UPDATE restores SET duration_seconds = @durationSeconds, restored_bytes = @restoredBytes,
           verification = @verification, notes = @notes WHERE id = @id`,
      )
      .run({
        id,
        ...outcome,
        verification: JSON.stringify(outcome.verification),
        notes: JSON.stringify(outcome.notes),
      });
  }

  /**
   * COMPLETED, or MISMATCH where the verification found differences.
   * @param replaced the name under which the live database will be kept, where a swap is to follow: one that does not
   *   come to it is found as unfinished at the next start.
   */
  complete(id: string, replaced: string | null = null): void {
    this.state
      .prepare(
        `UPDATE restores SET status = CASE json_extract(verification, '$.ok') WHEN 1 THEN 'COMPLETED' ELSE 'MISMATCH' END,
           completed_at = ?, replaced = ? WHERE id = ?`,
      )
      .run(new Date().toISOString(), replaced, id);
  }

  /** Notes what a merge did, just before its transaction is committed, or after it was rolled back as a rehearsal. */
  merged(
    id: string,
    outcome: {
      merge: MergeResult;
      marker: Marker | null;
      durationSeconds: number;
      restoredBytes: number;
      notes: readonly string[];
    },
  ): void {
    this.state
      .prepare(
        `UPDATE restores SET duration_seconds = @durationSeconds, restored_bytes = @restoredBytes, merge = @merge,
           marker = @marker, notes = @notes WHERE id = @id`,
      )
      .run({
        id,
        ...outcome,
        merge: JSON.stringify(outcome.merge),
        marker: outcome.marker && JSON.stringify(outcome.marker),
        notes: JSON.stringify(outcome.notes),
      });
  }

  /** COMPLETED, or REHEARSED where everything was rolled back. */
  mergeEnded(id: string): void {
    this.state
      .prepare(
        `UPDATE restores SET status = CASE json_extract(merge, '$.rehearsal') WHEN 1 THEN 'REHEARSED' ELSE 'COMPLETED' END,
           marker = NULL, completed_at = ? WHERE id = ?`,
      )
      .run(new Date().toISOString(), id);
  }

  /** The transaction was rolled back: what it would have done is not told. */
  notMerged(id: string, failure: FailureReport): void {
    this.state.prepare('UPDATE restores SET merge = NULL, marker = NULL WHERE id = ?').run(id);
    this.fail(id, failure);
  }

  marker(id: string): Marker | null {
    const marker = this.row(id)?.marker;
    return marker ? (JSON.parse(marker) as Marker) : null;
  }

  /** Notes before the commit of what undoes a merge by which transaction it is done; null when it was not. */
  undoing(id: string, transaction: string | null): void {
    const marker: Marker | null = transaction === null ? null : { work: 'undo', transaction };
    this.state.prepare('UPDATE restores SET marker = ? WHERE id = ?').run(marker && JSON.stringify(marker), id);
  }

  /** The merge was undone, and cannot be undone again. */
  undone(id: string): void {
    this.state
      .prepare(
        `UPDATE restores SET status = 'ROLLED_BACK', marker = NULL, merge = json_set(merge, '$.undoUntil', NULL) WHERE id = ?`,
      )
      .run(id);
  }

  /** Undos of merges that were begun, and of which nobody knows whether they were done. */
  unfinishedUndos(): string[] {
    return this.state
      .prepare(`SELECT id FROM restores WHERE status = 'COMPLETED' AND json_extract(marker, '$.work') = 'undo'`)
      .pluck()
      .all() as string[];
  }

  /** A comparison restores nothing, so nothing of it is kept. */
  forget(id: string): void {
    this.state.prepare('DELETE FROM restores WHERE id = ?').run(id);
  }

  /** Notes before roles are made that nobody knows yet whether they stay. */
  makingRoles(id: string): void {
    this.state.prepare(`UPDATE restores SET marker = '{"work":"roles"}' WHERE id = ?`).run(id);
  }

  hasMadeRoles(id: string): boolean {
    return this.markedWork(id) === 'roles';
  }

  /** The roles that were made stay, or are gone. */
  rolesSettled(id: string): void {
    this.state.prepare(`UPDATE restores SET marker = NULL WHERE id = ? AND marker ->> 'work' = 'roles'`).run(id);
  }

  /** Restores that came to an end, and whose roles still carry the mark of one that did not. */
  unsettledRoles(): string[] {
    return this.state
      .prepare(`SELECT id FROM restores WHERE status <> 'IN_PROGRESS' AND marker ->> 'work' = 'roles'`)
      .pluck()
      .all() as string[];
  }

  /** Adds a sentence that the person should read. */
  note(id: string, sentence: string): void {
    this.state.prepare(`UPDATE restores SET notes = json_insert(notes, '$[#]', ?) WHERE id = ?`).run(sentence, id);
  }

  fail(id: string, { code, message, hint }: FailureReport): void {
    this.state
      .prepare(`UPDATE restores SET status = 'FAILED', completed_at = ?, failure = ? WHERE id = ?`)
      .run(new Date().toISOString(), JSON.stringify({ code, message, hint }), id);
  }

  /** Notes before a later swap which database takes whose place, so that a crash or a rollback finds both. */
  aimAt(id: string, names: { live: string; restored: string; kept: string }): void {
    this.state
      .prepare('UPDATE restores SET target = @live, scratch = @restored, replaced = @kept WHERE id = @id')
      .run({ id, ...names });
  }

  /** Notes before a swap under which name the live database will be kept. */
  swapping(id: string, replaced: string): void {
    this.state.prepare('UPDATE restores SET replaced = ? WHERE id = ?').run(replaced, id);
  }

  swapped(id: string): void {
    this.state.prepare(`UPDATE restores SET swapped = 1, marker = ${onlyRoles} WHERE id = ?`).run(id);
  }

  /** Notes before a rollback that nobody knows for now whether the restored database is live. */
  rollingBack(id: string): void {
    this.state
      .prepare(
        `UPDATE restores SET swapped = 0, marker = json_object('work', 'rollback', 'then', ${onlyRoles} ->> 'work') WHERE id = ?`,
      )
      .run(id);
  }

  /** Whether it was a rollback that nobody knows the end of, and not the swap. */
  isRollingBack(id: string): boolean {
    return this.markedWork(id) === 'rollback';
  }

  rolledBack(id: string): void {
    this.state
      .prepare(`UPDATE restores SET status = 'ROLLED_BACK', swapped = 0, marker = ${onlyRoles} WHERE id = ?`)
      .run(id);
  }

  get(id: string): Restore | null {
    const row = this.row(id);
    return row ? toRestore(row) : null;
  }

  /** Where a restore went, for cleaning up and undoing. */
  place(id: string): { connection: Connection; scratch: string } | null {
    const row = this.row(id);
    return row ? { connection: JSON.parse(row.connection) as Connection, scratch: row.scratch } : null;
  }

  list(limit: number): Restore[] {
    const rows = this.state.prepare('SELECT * FROM restores ORDER BY started_at DESC LIMIT ?').all(limit);
    return (rows as RestoreRow[]).map(toRestore);
  }

  ofBackup(backupId: string): Restore[] {
    const rows = this.state
      .prepare('SELECT * FROM restores WHERE backup_id = ? ORDER BY started_at DESC')
      .all(backupId);
    return (rows as RestoreRow[]).map(toRestore);
  }

  /** Those of backups of this kind, of all of the source or of one tenant; newest first. */
  ofSource(source: string, { kind, tenant }: Pick<Backup, 'kind' | 'tenant'>, limit: number): Restore[] {
    const rows = this.state
      .prepare(
        `SELECT r.* FROM restores r JOIN backups b ON b.id = r.backup_id
         WHERE r.source = ? AND b.kind = ? AND b.tenant IS ? ORDER BY r.started_at DESC LIMIT ?`,
      )
      .all(source, kind, tenant, limit);
    return (rows as RestoreRow[]).map(toRestore);
  }

  unfinished(): string[] {
    return this.state.prepare(`SELECT id FROM restores WHERE status = 'IN_PROGRESS'`).pluck().all() as string[];
  }

  /** Backups that are being restored, or whose restore a crash has cut off. */
  backupsInUse(): string[] {
    return this.state
      .prepare(`SELECT DISTINCT backup_id FROM restores WHERE status = 'IN_PROGRESS'`)
      .pluck()
      .all() as string[];
  }

  /** Swaps that were begun, and of which nobody knows whether they were done. */
  unfinishedSwaps(): string[] {
    return this.state
      .prepare(`SELECT id FROM restores WHERE status = 'COMPLETED' AND replaced IS NOT NULL AND swapped = 0`)
      .pluck()
      .all() as string[];
  }

  /** The swap was not done; the restored database is still there under its scratch name. */
  notSwapped(id: string): void {
    this.state
      .prepare(
        `UPDATE restores SET replaced = NULL, target = scratch,
           notes = json_insert(notes, '$[#]', 'the swap was not done: the restored database is kept as ' || scratch)
         WHERE id = ?`,
      )
      .run(id);
  }

  private markedWork(id: string): unknown {
    return this.state.prepare(`SELECT marker ->> 'work' FROM restores WHERE id = ?`).pluck().get(id);
  }

  private row(id: string): RestoreRow | undefined {
    return this.state.prepare('SELECT * FROM restores WHERE id = ?').get(id) as RestoreRow | undefined;
  }
}

function toRestore(row: RestoreRow): Restore {
  return {
    id: row.id,
    mode: row.mode,
    backupId: row.backup_id,
    source: row.source,
    status: row.status,
    target: row.target,
    heldAs: holderOf(row),
    server: row.server,
    swapped: row.swapped === 1,
    replaced: row.replaced,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    durationSeconds: row.duration_seconds,
    restoredBytes: row.restored_bytes,
    verification: row.verification === null ? null : (JSON.parse(row.verification) as Verification),
    merge: row.merge === null ? null : (JSON.parse(row.merge) as MergeResult),
    notes: JSON.parse(row.notes) as string[],
    initiatedBy: row.initiated_by,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as NonNullable<Restore['failure']>),
  };
}

/** Only the log knows under which name a database was filled, which one that is not live keeps or gets back. */
function holderOf({ mode, status, target, scratch, swapped, replaced, notes }: RestoreRow): string | null {
  if (mode === 'MERGE') return status === 'COMPLETED' ? target : null;
  switch (status) {
    case 'IN_PROGRESS':
    case 'REHEARSED':
    case 'FAILED':
      return null;
    case 'ROLLED_BACK':
      return scratch;
    case 'MISMATCH':
      // One that was to take a live database's place was left under that name, and the notes say so.
      return (JSON.parse(notes) as string[]).some((note) => note.includes(scratch)) ? scratch : target;
    case 'COMPLETED':
      return swapped === 1 || replaced === null ? target : null;
    default:
      return assertNever(status);
  }
}
