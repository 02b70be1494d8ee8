import type { State } from './openState.ts';

/** A restore that was compared with its backup and found equal. */
export interface Proof {
  kind: 'restore' | 'drill';
  id: string;
  /** When it ended; ISO 8601 UTC. */
  at: string;
  /** From its start to its proof. */
  seconds: number | null;
}

/** Restores in earnest and for a test as one, with the backup of each; `b` is that backup. */
const proven = `SELECT 'restore' AS kind, r.id, coalesce(r.completed_at, r.started_at) AS at, r.started_at AS startedAt,
    r.duration_seconds AS seconds, b.created_at AS backupAt, b.tenant
  FROM restores r JOIN backups b ON b.id = r.backup_id AND b.source = r.source
  WHERE r.source = @source AND r.mode <> 'MERGE' AND r.status IN ('COMPLETED', 'ROLLED_BACK')
    AND r.duration_seconds IS NOT NULL AND b.kind = @kind
  UNION ALL
  SELECT 'drill', d.id, d.ended_at, d.started_at, d.report ->> '$.seconds', b.created_at, b.tenant
  FROM drills d JOIN backups b ON b.id = d.backup_id AND b.source = d.source
  WHERE d.source = @source AND d.status = 'PASSED' AND d.report IS NOT NULL AND b.kind = @kind`;

/** A backup of this many days is as good a proof as the newest one. */
const youngDays = 7;

/**
 * What has shown last that the backups of a source come back: the newest proven restore of a full backup that was, when
 * it was restored, at most seven days old or the newest good one. An older one proves itself, and a tenant's only that
 * tenant: neither says anything of what would be restored today.
 */
export function newestProof(state: State, source: string): Proof | null {
  const row = state
    .prepare(
      `SELECT kind, id, at, seconds FROM (${proven}) p
       WHERE julianday(p.startedAt) - julianday(p.backupAt) <= ${youngDays} OR NOT EXISTS (
         SELECT 1 FROM backups n INDEXED BY backups_good
         WHERE n.source = @source AND n.kind = @kind AND n.status IN ('COMPLETED', 'VERIFIED')
           AND n.deleted_at IS NULL AND n.created_at > p.backupAt AND n.created_at < p.startedAt)
       ORDER BY at DESC LIMIT 1`,
    )
    .get({ source, kind: 'FULL_DATABASE' });
  return (row as Proof | undefined) ?? null;
}

/** When a backup of each tenant was last proven by a restore; ISO 8601 UTC, by the tenant's id. */
export function tenantProofs(state: State, source: string): Map<string, string> {
  const rows = state
    .prepare(`SELECT tenant, max(at) AS at FROM (${proven}) GROUP BY tenant`)
    .all({ source, kind: 'TENANT' }) as { tenant: string; at: string }[];
  return new Map(rows.map(({ tenant, at }) => [tenant, at]));
}
