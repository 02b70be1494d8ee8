import type { BackupKind } from '../../shared/backup.ts';
import { newestProof, type Proof } from './newestProof.ts';
import type { State } from './openState.ts';

const good = `b.status IN ('COMPLETED', 'VERIFIED') AND b.deleted_at IS NULL`;
/** The `+` keeps SQLite from going through all copies in this state, for which it has an index too. */
const copyIn = (store: string) =>
  `EXISTS (SELECT 1 FROM copies c WHERE c.backup_id = b.id AND +c.state = 'STORED' AND ${store})`;

const provenRestore = `mode <> 'MERGE' AND status IN ('COMPLETED', 'ROLLED_BACK') AND duration_seconds IS NOT NULL`;
const provenDrill = `status = 'PASSED' AND report IS NOT NULL`;

interface NewestBackup {
  id: string;
  at: string;
  sizeBytes: number;
  durationSeconds: number | null;
}

/** What metrics and the health score ask of the state: single values, each quick among 100,000 backups. ISO 8601 UTC. */
export class MeasuredState {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** The newest good backup of a kind that has a good copy. */
  newest(source: string, kind: BackupKind): NewestBackup | null {
    const row = this.state
      .prepare(
        `SELECT b.id, b.created_at AS at, b.size_bytes AS sizeBytes, b.duration_seconds AS durationSeconds
         FROM backups b INDEXED BY backups_good
         WHERE b.source = ? AND b.kind = ? AND ${good} AND ${copyIn('true')} ORDER BY b.created_at DESC LIMIT 1`,
      )
      .get(source, kind);
    return (row as NewestBackup | undefined) ?? null;
  }

  /** When the newest good backup of a kind was taken that lies in this store. */
  newestIn(store: string, source: string, kind: BackupKind): string | null {
    const at = this.state
      .prepare(
        `SELECT b.created_at FROM backups b INDEXED BY backups_good
         WHERE b.source = @source AND b.kind = @kind AND ${good} AND ${copyIn('c.store = @store')}
         ORDER BY b.created_at DESC LIMIT 1`,
      )
      .pluck()
      .get({ store, source, kind });
    return (at as string | undefined) ?? null;
  }

  hasCopies(store: string): boolean {
    return (
      this.state.prepare(`SELECT 1 FROM copies WHERE store = ? AND state = 'STORED' LIMIT 1`).get(store) !== undefined
    );
  }

  /** Stores that have a good copy of a backup. */
  goodCopies(backupId: string): number {
    return this.state
      .prepare(`SELECT count(*) FROM copies WHERE backup_id = ? AND +state = 'STORED'`)
      .pluck()
      .get(backupId) as number;
  }

  badCopies(store: string): number {
    return this.state
      .prepare(
        `SELECT count(*) FROM copies c JOIN backups b ON b.id = c.backup_id
         WHERE c.store = ? AND c.state IN ('DAMAGED', 'MISSING') AND ${good}`,
      )
      .pluck()
      .get(store) as number;
  }

  /** Tenants that are there: how many have no good backup, and the newest one of whoever is furthest behind. */
  tenants(source: string): { unprotected: number; oldestAt: string | null } {
    return this.state
      .prepare(
        `WITH newest AS MATERIALIZED (
           SELECT (SELECT b.created_at FROM backups b INDEXED BY backups_of_tenants
             WHERE b.source = t.source AND b.tenant = t.id AND b.kind = 'TENANT' AND ${good} AND ${copyIn('true')}
             ORDER BY b.id DESC LIMIT 1) AS at
           FROM tenants t WHERE t.source = ? AND t.gone_since IS NULL)
         SELECT count(*) - count(at) AS unprotected, min(at) AS oldestAt FROM newest`,
      )
      .get(source) as { unprotected: number; oldestAt: string | null };
  }

  /** Backups of a source that were begun since then and have ended, cancelled ones left out. */
  runs(source: string, since: string): { ended: number; well: number } {
    return this.state
      .prepare(
        `SELECT count(*) AS ended, coalesce(sum(status = 'DONE'), 0) AS well FROM jobs
         WHERE kind IN ('backup full', 'backup tenants', 'backup config') AND subject = ?
           AND status IN ('DONE', 'FAILED', 'INTERRUPTED') AND started_at >= ?`,
      )
      .get(source, since) as { ended: number; well: number };
  }

  /** When the newest job of a kind about the whole console went well. */
  newestDone(kind: 'integrity' | 'cleanup'): string | null {
    const at = this.state
      .prepare(`SELECT ended_at FROM jobs WHERE kind = ? AND subject = '' AND status = 'DONE' ORDER BY id DESC LIMIT 1`)
      .pluck()
      .get(kind);
    return (at as string | undefined) ?? null;
  }

  newestProof(source: string): Proof | null {
    return newestProof(this.state, source);
  }

  /** How long it took on average to mend what was wrong, and to restore. */
  recovery(since: string): {
    alerts: number;
    alertSeconds: number | null;
    restores: number;
    restoreSeconds: number | null;
  } {
    const alerts = this.state
      .prepare(
        `SELECT count(*) AS alerts, avg(unixepoch(resolved_at, 'subsec') - unixepoch(opened_at, 'subsec')) AS alertSeconds
         FROM alerts WHERE resolved_at >= ? AND severity IN ('CRITICAL', 'ERROR')`,
      )
      .get(since) as { alerts: number; alertSeconds: number | null };
    const restores = this.state
      .prepare(
        `SELECT count(*) AS restores, avg(seconds) AS restoreSeconds FROM (
           SELECT duration_seconds AS seconds FROM restores WHERE started_at >= @since AND ${provenRestore}
           UNION ALL SELECT report ->> '$.seconds' FROM drills WHERE started_at >= @since AND ${provenDrill})`,
      )
      .get({ since }) as { restores: number; restoreSeconds: number | null };
    return { ...alerts, ...restores };
  }
}
