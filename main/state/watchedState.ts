import type { BackupKind } from '../../shared/backup.ts';
import { newestProof } from './newestProof.ts';
import type { State } from './openState.ts';

const good = `status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL`;
const hasCopy = `EXISTS (SELECT 1 FROM copies c WHERE c.backup_id = b.id AND c.state = 'STORED')`;

interface SeriesBackup {
  id: string;
  sizeBytes: number;
  durationSeconds: number | null;
}

interface FailedRestoreRow {
  id: string;
  at: string;
  target: string;
  status: 'FAILED' | 'MISMATCH';
  failure: string | null;
}

interface EndedJobRow {
  id: string;
  kind: string;
  subject: string;
  part: string | null;
  status: 'DONE' | 'FAILED' | 'INTERRUPTED';
  startedAt: string;
  endedAt: string;
  failure: string | null;
}

const jobColumns = 'id, kind, subject, part, status, started_at AS startedAt, ended_at AS endedAt, failure';

/** What the alert rules ask of the state; each question stays quick with 100,000 backups. Times are ISO 8601 UTC. */
export class WatchedState {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** When each of them was added, by name. */
  addedAt(what: 'sources' | 'stores'): Map<string, string> {
    const rows = this.state.prepare(`SELECT name, created_at AS at FROM ${what}`).all();
    return new Map((rows as { name: string; at: string }[]).map(({ name, at }) => [name, at]));
  }

  newestGood(source: string, kind: BackupKind = 'FULL_DATABASE'): { id: string; at: string } | null {
    const row = this.state
      .prepare(
        `SELECT id, created_at AS at FROM backups b INDEXED BY backups_by_source
         WHERE source = ? AND kind = ? AND ${good} AND ${hasCopy} ORDER BY created_at DESC LIMIT 1`,
      )
      .get(source, kind);
    return (row as { id: string; at: string } | undefined) ?? null;
  }

  /** The newest good backups of one kind of one source or tenant. */
  series(source: string, kind: BackupKind, tenant: string | null, limit: number): SeriesBackup[] {
    const [index, order] = tenant === null ? ['backups_by_source', 'created_at'] : ['backups_of_tenants', 'id'];
    return this.state
      .prepare(
        `SELECT id, size_bytes AS sizeBytes, duration_seconds AS durationSeconds FROM backups INDEXED BY ${index}
         WHERE source = @source AND kind = ${tenant === null ? '@kind' : `'TENANT'`} AND tenant IS @tenant AND ${good}
         ORDER BY ${order} DESC LIMIT @limit`,
      )
      .all({ source, kind, tenant, limit }) as SeriesBackup[];
  }

  /** Tenants of which a backup was taken since then. */
  tenantsBackedUpSince(source: string, since: string): string[] {
    return this.state
      .prepare(
        `SELECT DISTINCT tenant FROM backups INDEXED BY backups_by_source
         WHERE source = ? AND created_at >= ? AND kind = 'TENANT' AND ${good}`,
      )
      .pluck()
      .all(source, since) as string[];
  }

  hasTenantBackups(source: string): boolean {
    return (
      this.state
        .prepare(`SELECT 1 FROM backups WHERE source = ? AND kind = 'TENANT' AND deleted_at IS NULL LIMIT 1`)
        .get(source) !== undefined
    );
  }

  /** When the newest restore ended that proves the backups of a source, and the newest that went well at all. */
  wentWell(source: string): { provenAt: string | null; restoredAt: string | null } {
    const restoredAt = this.state
      .prepare(
        `SELECT coalesce(completed_at, started_at) FROM restores WHERE source = ?
           AND status IN ('COMPLETED', 'REHEARSED', 'ROLLED_BACK') ORDER BY started_at DESC LIMIT 1`,
      )
      .pluck()
      .get(source) as string | undefined;
    return { provenAt: newestProof(this.state, source)?.at ?? null, restoredAt: restoredAt ?? null };
  }

  /** Of the test restores of each part of a source the newest that has ended, cancelled ones left out. */
  testRestores(source: string): (EndedJobRow & { backupGone: 0 | 1 })[] {
    return this.state
      .prepare(
        `SELECT ${jobColumns}, part ->> '$.backup' IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM backups b WHERE b.id = part ->> '$.backup' AND b.deleted_at IS NULL) AS backupGone
         FROM jobs WHERE id IN (
           SELECT max(id) FROM jobs WHERE kind = 'test restore' AND subject = ?
             AND status IN ('DONE', 'FAILED', 'INTERRUPTED') GROUP BY part)`,
      )
      .all(source) as (EndedJobRow & { backupGone: 0 | 1 })[];
  }

  /**
   * Restores that failed or differed after the newest one that went well, newest first. That a tenant came back says
   * nothing of one of the whole database that did not.
   */
  failedRestores(source: string): FailedRestoreRow[] {
    return this.state
      .prepare(
        `WITH known AS NOT MATERIALIZED (
           SELECT r.id, r.started_at AS at, r.target, r.status, r.failure, b.kind IS 'TENANT' AS ofTenant
           FROM restores r LEFT JOIN backups b ON b.id = r.backup_id WHERE r.source = @source)
         SELECT id, at, target, status, failure FROM known f WHERE status IN ('FAILED', 'MISMATCH') AND NOT EXISTS (
           SELECT 1 FROM known w WHERE w.status IN ('COMPLETED', 'REHEARSED', 'ROLLED_BACK') AND w.at >= f.at
             AND w.ofTenant <= f.ofTenant)
         ORDER BY at DESC LIMIT 20`,
      )
      .all({ source }) as FailedRestoreRow[];
  }

  /** Good backups that have no copy in this store, neither a good nor a bad one. */
  missingIn(store: string): { count: number; oldestAt: string | null; oldestId: string | null } {
    const columns = 'count(*) AS count, min(b.created_at) AS oldestAt, min(b.id) AS oldestId';
    type Missing = ReturnType<WatchedState['missingIn']>;
    const begun = this.state
      .prepare(
        `SELECT ${columns} FROM copies c INDEXED BY copies_not_good CROSS JOIN backups b ON b.id = c.backup_id
         WHERE c.state <> 'STORED' AND c.state IN ('PENDING', 'UPLOADING', 'FAILED') AND c.store = ? AND b.${good}`,
      )
      .get(store) as Missing;
    const count = this.state
      .prepare(
        `SELECT (SELECT count(*) FROM backups INDEXED BY backups_existing WHERE ${good})
           - coalesce((SELECT given FROM store_sums WHERE store = ?), 0)`,
      )
      .pluck()
      .get(store) as number;
    if (begun.count === count) return begun;
    // Nothing was ever begun of some, as in a store that was added later: these are found by going through all.
    return this.state
      .prepare(
        `SELECT ${columns} FROM (
           SELECT id FROM backups INDEXED BY backups_existing WHERE ${good}
           EXCEPT SELECT backup_id FROM copies INDEXED BY copies_of_store
             WHERE store = ? AND state IN ('STORED', 'DAMAGED', 'MISSING', 'DELETING', 'DELETED')) missing
         CROSS JOIN backups b ON b.id = missing.id`,
      )
      .get(store) as Missing;
  }

  /** Copies in this store that were found to be damaged or gone. */
  badIn(store: string): { count: number; lost: number; newestId: string | null; foundAt: string | null } {
    return this.state
      .prepare(
        `SELECT count(*) AS count, coalesce(sum(NOT ${hasCopy}), 0) AS lost, max(b.id) AS newestId,
           max((SELECT max(verified_at) FROM verifications v
                WHERE v.backup_id = b.id AND v.store = bad.store AND v.ok = 0)) AS foundAt
         FROM copies bad JOIN backups b ON b.id = bad.backup_id
         WHERE bad.store = ? AND bad.state IN ('DAMAGED', 'MISSING') AND b.${good.replace('deleted_at', 'b.deleted_at')}`,
      )
      .get(store) as { count: number; lost: number; newestId: string | null; foundAt: string | null };
  }

  /** Of each kind of job about each part of a subject the newest that has ended, cancelled ones left out. */
  endedJobs(): EndedJobRow[] {
    return this.state
      .prepare(
        `SELECT ${jobColumns} FROM jobs
         WHERE id IN (SELECT max(id) FROM jobs WHERE status IN ('DONE', 'FAILED', 'INTERRUPTED')
           AND kind IN ('backup full', 'backup tenants', 'backup config', 'cleanup', 'integrity', 'replicate', 'health')
           GROUP BY kind, subject, part)`,
      )
      .all() as EndedJobRow[];
  }
}
