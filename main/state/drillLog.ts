import type { Drill, DrillPlace, DrillReport, DrillStatus } from '../../shared/drill.ts';
import type { FailureReport } from '../../shared/failure.ts';
import type { Connection } from '../../shared/source.ts';
import type { State } from './openState.ts';

interface DrillRow {
  id: string;
  source: string;
  backup_id: string;
  place: DrillPlace;
  server: string;
  connection: string | null;
  database: string;
  dir: string | null;
  roles: string;
  status: DrillStatus;
  started_at: string;
  ended_at: string | null;
  report: string | null;
  failure: string | null;
  initiated_by: string;
  removed: number;
}

/** What a test restore has made, or may have made, and what is to be removed. */
export interface DrillRemains {
  id: string;
  source: string;
  place: DrillPlace;
  /** Null for a cluster of our own. */
  connection: Connection | null;
  database: string;
  /** The folder of a cluster of our own. */
  dir: string | null;
  /** Roles that the server lacked. */
  roles: string[];
}

/** The log of test restores, written before anything is made, so that a later start finds what a crash has left. */
export class DrillLog {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  begin(drill: Omit<DrillRemains, 'roles'> & { backupId: string; server: string; initiatedBy: string }): void {
    this.state
      .prepare(
        `INSERT INTO drills (id, source, backup_id, place, server, connection, database, dir, status, started_at, initiated_by)
         VALUES (@id, @source, @backupId, @place, @server, @connection, @database, @dir, 'RUNNING', @now, @initiatedBy)`,
      )
      .run({
        ...drill,
        connection: drill.connection && JSON.stringify(drill.connection),
        now: new Date().toISOString(),
      });
  }

  /** Notes roles before they are made. */
  makingRoles(id: string, roles: readonly string[]): void {
    this.state.prepare('UPDATE drills SET roles = ? WHERE id = ?').run(JSON.stringify(roles), id);
  }

  end(
    id: string,
    status: Exclude<DrillStatus, 'RUNNING'>,
    report: DrillReport | null,
    failure: FailureReport | null,
  ): void {
    const told = failure && { code: failure.code, message: failure.message, hint: failure.hint };
    this.state
      .prepare('UPDATE drills SET status = ?, ended_at = ?, report = ?, failure = ? WHERE id = ?')
      .run(status, new Date().toISOString(), report && JSON.stringify(report), told && JSON.stringify(told), id);
  }

  /** Nothing of it is left. */
  removed(id: string): void {
    this.state.prepare('UPDATE drills SET removed = 1 WHERE id = ?').run(id);
  }

  get(id: string): Drill | null {
    const row = this.state.prepare('SELECT * FROM drills WHERE id = ?').get(id) as DrillRow | undefined;
    return row ? toDrill(row) : null;
  }

  /** Newest first. @param source null for all. */
  list(source: string | null, limit: number): Drill[] {
    const rows = this.state
      .prepare('SELECT * FROM drills WHERE @source IS NULL OR source = @source ORDER BY id DESC LIMIT @limit')
      .all({ source, limit });
    return (rows as DrillRow[]).map(toDrill);
  }

  /** Those of full backups of a source, newest first. */
  ofFull(source: string, limit: number): Drill[] {
    const rows = this.state
      .prepare(
        `SELECT d.* FROM drills d JOIN backups b ON b.id = d.backup_id
         WHERE d.source = ? AND b.kind = 'FULL_DATABASE' ORDER BY d.id DESC LIMIT ?`,
      )
      .all(source, limit);
    return (rows as DrillRow[]).map(toDrill);
  }

  /** Backups that are being restored by a test, or were when a crash cut it off. */
  backupsInUse(): string[] {
    return this.state
      .prepare(`SELECT DISTINCT backup_id FROM drills WHERE status = 'RUNNING'`)
      .pluck()
      .all() as string[];
  }

  /** Newest first. */
  ofBackup(backupId: string): Drill[] {
    const rows = this.state.prepare('SELECT * FROM drills WHERE backup_id = ? ORDER BY id DESC').all(backupId);
    return (rows as DrillRow[]).map(toDrill);
  }

  remains(id: string): DrillRemains | null {
    const row = this.state.prepare('SELECT * FROM drills WHERE id = ?').get(id) as DrillRow | undefined;
    if (!row) return null;
    const { source, place, database, dir } = row;
    const connection = row.connection === null ? null : (JSON.parse(row.connection) as Connection);
    return { id, source, place, connection, database, dir, roles: JSON.parse(row.roles) as string[] };
  }

  /** Those of which something may be left. */
  notRemoved(): string[] {
    return this.state.prepare('SELECT id FROM drills WHERE removed = 0').pluck().all() as string[];
  }
}

function toDrill(row: DrillRow): Drill {
  return {
    id: row.id,
    source: row.source,
    backupId: row.backup_id,
    place: row.place,
    server: row.server,
    database: row.database,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    report: row.report === null ? null : (JSON.parse(row.report) as DrillReport),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as NonNullable<Drill['failure']>),
    initiatedBy: row.initiated_by,
    removed: row.removed === 1,
  };
}
