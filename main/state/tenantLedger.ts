import type { BackupStatus } from '../../shared/backup.ts';
import type { Tenant, TenantCoverage } from '../../shared/tenant.ts';
import { tenantProofs } from './newestProof.ts';
import type { State } from './openState.ts';

/** The tenants of every source as they were last seen, and what is backed up of them. Times are ISO 8601 UTC. */
export class TenantLedger {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /**
   * Notes which tenants a source has now. One that is missing is gone, not forgotten; one that is back has never gone.
   * @returns who appeared and who disappeared since the last look; at the first look nobody appeared.
   */
  note(source: string, tenants: readonly Tenant[], at = new Date().toISOString()): { came: Tenant[]; went: Tenant[] } {
    return this.state.transaction(() => {
      const first = this.lookedAt(source) === null;
      const known = this.state
        .prepare('SELECT id, name FROM tenants WHERE source = ? AND gone_since IS NULL')
        .all(source) as Tenant[];
      const there = new Set(tenants.map(({ id }) => id));
      const before = new Set(known.map(({ id }) => id));
      const went = known.filter(({ id }) => !there.has(id));
      const save = this.state.prepare(
        `INSERT INTO tenants (source, id, name, first_seen_at, last_seen_at) VALUES (@source, @id, @name, @at, @at)
         ON CONFLICT (source, id) DO UPDATE SET name = excluded.name, last_seen_at = excluded.last_seen_at, gone_since = NULL`,
      );
      for (const { id, name } of tenants) save.run({ source, id, name, at });
      const lose = this.state.prepare('UPDATE tenants SET gone_since = ? WHERE source = ? AND id = ?');
      for (const { id } of went) lose.run(at, source, id);
      this.state
        .prepare(
          `INSERT INTO tenant_looks (source, at) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET at = excluded.at`,
        )
        .run(source, at);
      return { came: first ? [] : tenants.filter(({ id }) => !before.has(id)), went };
    })();
  }

  /** When the tenants of a source were last read; null: never. */
  lookedAt(source: string): string | null {
    return (
      (this.state.prepare('SELECT at FROM tenant_looks WHERE source = ?').pluck().get(source) as string | undefined) ??
      null
    );
  }

  /** Every tenant that was seen or of which there is a backup: those without a good one first, then the longest without. */
  coverage(source: string): TenantCoverage[] {
    const rows = this.state
      .prepare(
        // From each tenant on to the next in the index: a few hundred steps among the backups of years.
        `WITH RECURSIVE attempts AS NOT MATERIALIZED (SELECT id, tenant, status FROM backups INDEXED BY backups_of_tenants
           WHERE source = @source AND kind = 'TENANT' AND deleted_at IS NULL),
         backed_up(id) AS (
           SELECT min(tenant) FROM attempts WHERE status IN ('COMPLETED', 'VERIFIED')
           UNION ALL
           SELECT (SELECT min(tenant) FROM attempts WHERE tenant > backed_up.id AND status IN ('COMPLETED', 'VERIFIED'))
             FROM backed_up WHERE id IS NOT NULL),
         known AS (
           SELECT id FROM tenants WHERE source = @source UNION SELECT id FROM backed_up WHERE id IS NOT NULL),
         newest AS MATERIALIZED (
           SELECT known.id AS tenant, (
             SELECT b.id FROM attempts b WHERE b.tenant = known.id AND b.status IN ('COMPLETED', 'VERIFIED')
               AND EXISTS (SELECT 1 FROM copies c WHERE c.backup_id = b.id AND c.state = 'STORED')
             ORDER BY b.id DESC LIMIT 1) AS id FROM known),
         failed AS MATERIALIZED (
           SELECT tenant, (
             SELECT b.id FROM attempts b WHERE b.tenant = newest.tenant AND b.status = 'FAILED'
               AND b.id > coalesce(newest.id, '') ORDER BY b.id DESC LIMIT 1) AS id FROM newest)
         SELECT newest.tenant AS id, t.name, t.first_seen_at AS firstSeenAt, t.last_seen_at AS lastSeenAt,
           t.gone_since AS goneSince, good.id AS backupId, good.created_at AS createdAt, good.status,
           good.verified_at AS verifiedAt, good.size_bytes AS sizeBytes,
           (SELECT count(*) FROM copies c WHERE c.backup_id = good.id AND c.state = 'STORED') AS goodCopies,
           bad.id AS failedId, bad.created_at AS failedAt, bad.failure
         FROM newest JOIN failed ON failed.tenant = newest.tenant
           LEFT JOIN tenants t ON t.source = @source AND t.id = newest.tenant
           LEFT JOIN backups good ON good.id = newest.id LEFT JOIN backups bad ON bad.id = failed.id
         ORDER BY t.gone_since IS NOT NULL, good.created_at, length(newest.tenant), newest.tenant`,
      )
      .all({ source }) as CoverageRow[];
    const proven = tenantProofs(this.state, source);
    return rows.map((row) => toCoverage(row, proven.get(row.id) ?? null));
  }
}

interface CoverageRow extends Tenant {
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  goneSince: string | null;
  backupId: string | null;
  createdAt: string;
  status: BackupStatus;
  verifiedAt: string | null;
  sizeBytes: number;
  goodCopies: number;
  failedId: string | null;
  failedAt: string;
  failure: string | null;
}

function toCoverage(row: CoverageRow, provenAt: string | null): TenantCoverage {
  const { id, name, firstSeenAt, lastSeenAt, goneSince, backupId, createdAt, status, verifiedAt } = row;
  const { sizeBytes, goodCopies, failedId, failedAt } = row;
  const failure =
    row.failure === null ? null : (JSON.parse(row.failure) as { code: string; message: string; hint: string });
  return {
    id,
    name,
    firstSeenAt,
    lastSeenAt,
    goneSince,
    newest: backupId === null ? null : { backupId, createdAt, status, verifiedAt, sizeBytes, goodCopies },
    provenAt,
    failed: failedId === null || failure === null ? null : { backupId: failedId, at: failedAt, ...failure },
  };
}
