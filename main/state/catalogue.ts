import {
  copyStateAfter,
  isWanted,
  type Backup,
  type BackupKind,
  type BackupStatus,
  type Copy,
  type CopyState,
} from '../../shared/backup.ts';
import type { FailureCode, FailureReport } from '../../shared/failure.ts';
import { plainBytes, storedBytes, type Manifest } from '../../shared/manifest.ts';
import type { StoreKind } from '../../shared/store.ts';
import type { State } from './openState.ts';
import { packManifest, unpackManifest } from './packedManifest.ts';

export interface BackupFilter {
  kind?: BackupKind;
  source?: string;
  tenant?: string;
  status?: BackupStatus;
  /** Only backups with a good copy in this store. */
  store?: string;
  /** Also those that were deleted. */
  deleted?: boolean;
}

interface BackupRow {
  id: string;
  kind: BackupKind;
  source: string;
  tenant: string | null;
  filename: string;
  status: BackupStatus;
  size_bytes: number;
  plain_bytes: number;
  sha256: string | null;
  duration_seconds: number | null;
  created_at: string;
  verified_at: string | null;
  deleted_at: string | null;
  pinned: number;
  note: string | null;
  failure: string | null;
}

interface CopyRow {
  store: string;
  store_kind: StoreKind;
  state: CopyState;
  manifest_key: string;
  size_bytes: number;
  verified_at: string | null;
  reason: string | null;
}

/**
 * The catalogue of backups: a cache of the manifests in the stores, quick to list.
 * Ids are ULIDs, so their order is the order in time, and a page ends at an id (keyset paging).
 */
export class Catalogue {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Notes the intent of a backup, before anything is written anywhere. */
  begin(backup: {
    id: string;
    kind: BackupKind;
    source: string;
    tenant: string | null;
    note: string | null;
    pinned: boolean;
    jobId: string;
  }): void {
    this.state
      .prepare(
        `INSERT INTO backups (id, kind, source, tenant, filename, status, created_at, pinned, note, job_id)
         VALUES (@id, @kind, @source, @tenant, 'm/' || @id || '.json.age', 'IN_PROGRESS', @now, @pinned, @note, @jobId)`,
      )
      .run({ ...backup, pinned: backup.pinned ? 1 : 0, now: new Date().toISOString() });
  }

  /**
   * Notes that a backup has failed; a failure that was noted before stands.
   * @param left whether something of it still lies in the local store; then it stays among the unfinished.
   */
  fail(id: string, failure: FailureReport, left: 'gone' | 'remains' = 'gone'): void {
    const { code, message, hint } = failure;
    this.state
      .prepare(`UPDATE backups SET status = 'FAILED', failure = coalesce(failure, ?), leaves_remains = ? WHERE id = ?`)
      .run(JSON.stringify({ code, message, hint }), left === 'remains' ? 1 : 0, id);
  }

  /** Notes that the backup exists: its manifest, stored under `sha256`, lies in `store`. Replaces what was known. */
  record(manifest: Manifest, sha256: string, store: { name: string; kind: StoreKind }): void {
    this.state.transaction(() => {
      this.state
        .prepare(
          `INSERT INTO backups (id, kind, source, tenant, filename, status, size_bytes, plain_bytes, sha256,
             duration_seconds, created_at, pinned, note, imported_at)
           VALUES (@id, @kind, @source, @tenant, 'm/' || @id || '.json.age', 'COMPLETED', @size, @plain, @sha256,
             @duration, @createdAt, @pinned, @note, @importedAt)
           ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
             plain_bytes = excluded.plain_bytes, duration_seconds = excluded.duration_seconds, created_at = excluded.created_at,
             imported_at = excluded.imported_at, failure = NULL, leaves_remains = 0,
             status = CASE backups.status WHEN 'VERIFIED' THEN 'VERIFIED' ELSE 'COMPLETED' END`,
        )
        .run({
          id: manifest.id,
          kind: manifest.kind,
          source: manifest.source.name,
          tenant: manifest.tenant,
          size: storedBytes(manifest),
          plain: plainBytes(manifest),
          sha256,
          duration: manifest.durationSeconds,
          createdAt: manifest.createdAt,
          pinned: manifest.pinned ? 1 : 0,
          note: manifest.note,
          importedAt: manifest.imported?.importedAt ?? null,
        });
      this.state
        .prepare(
          'INSERT INTO manifests (backup_id, packed) VALUES (?, ?) ON CONFLICT DO UPDATE SET packed = excluded.packed',
        )
        .run(manifest.id, packManifest(JSON.stringify(manifest)));
      this.setCopy(manifest.id, store, 'STORED', { sizeBytes: storedBytes(manifest) });
      this.state
        .prepare('UPDATE repository SET sequence = ?, last_manifest_sha256 = ? WHERE sequence < ?')
        .run(manifest.sequence, sha256, manifest.sequence);
    })();
  }

  /** What the next manifest has to continue. */
  chain(): { sequence: number; previousSha256: string | null } {
    const row = this.state.prepare('SELECT sequence, last_manifest_sha256 AS last FROM repository').get() as {
      sequence: number;
      last: string | null;
    };
    return { sequence: row.sequence + 1, previousSha256: row.last };
  }

  setCopy(
    backupId: string,
    store: { name: string; kind: StoreKind },
    state: CopyState,
    more: { sizeBytes?: number; reason?: string } = {},
  ): void {
    this.state
      .prepare(
        `INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes, reason)
         VALUES (@backupId, @store, @kind, @state, 'm/' || @backupId || '.json.age', @size, @reason)
         ON CONFLICT (backup_id, store) DO UPDATE SET state = excluded.state, reason = excluded.reason,
           size_bytes = CASE WHEN excluded.size_bytes > 0 THEN excluded.size_bytes ELSE size_bytes END`,
      )
      .run({
        backupId,
        store: store.name,
        kind: store.kind,
        state,
        size: more.sizeBytes ?? 0,
        reason: more.reason ?? null,
      });
  }

  /**
   * Notes what a verification of one copy found; of a good one `reason` tells how it came to be good again. Of one that
   * was taken away meanwhile it says nothing.
   */
  verified(
    backupId: string,
    store: { name: string; kind: StoreKind },
    found: { ok: boolean; state: CopyState; reason: string | null; readBytes?: number },
  ): void {
    const known = this.get(backupId)?.copies.find((copy) => copy.store === store.name);
    if (known && !isWanted(known)) return;
    const now = new Date().toISOString();
    this.state.transaction(() => {
      this.state
        .prepare(
          'INSERT INTO verifications (backup_id, store, ok, reason, verified_at, read_bytes) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(backupId, store.name, found.ok ? 1 : 0, found.reason, now, found.readBytes ?? 0);
      this.setCopy(backupId, store, found.state, { reason: found.ok ? undefined : (found.reason ?? undefined) });
      this.state
        .prepare('UPDATE copies SET verified_at = ?, looked_at = ? WHERE backup_id = ? AND store = ?')
        .run(found.ok ? now : null, now, backupId, store.name);
      // A backup is as good as its last good look: without any copy that is known to be good it only exists.
      this.state
        .prepare(
          `UPDATE backups SET verified_at = newest.at, status = CASE WHEN newest.at IS NULL THEN 'COMPLETED' ELSE 'VERIFIED' END
           FROM (SELECT max(verified_at) AS at FROM copies WHERE backup_id = @id) newest WHERE id = @id`,
        )
        .run({ id: backupId });
    })();
  }

  /** Notes that a copy that counted as good could not be read, where the failure says something of the copy itself. */
  foundBad(backupId: string, store: { name: string; kind: StoreKind }, code: FailureCode, reason: string): void {
    const state = copyStateAfter(code);
    const counted = this.get(backupId)?.copies.some((copy) => copy.store === store.name && copy.state === 'STORED');
    if (state && counted) this.verified(backupId, store, { ok: false, state, reason });
  }

  /** Newest first, at most `limit`, older than the id `cursor`. */
  list(filter: BackupFilter, page: { limit: number; cursor?: string }): { backups: Backup[]; cursor: string | null } {
    const conditions = [filter.deleted ? 'true' : 'deleted_at IS NULL'];
    if (filter.kind) conditions.push('kind = @kind');
    if (filter.source) conditions.push('source = @source');
    if (filter.tenant) conditions.push('tenant = @tenant');
    if (filter.status) conditions.push('status = @status');
    if (filter.store)
      conditions.push(`EXISTS (SELECT 1 FROM copies WHERE backup_id = id AND store = @store AND state = 'STORED')`);
    if (page.cursor) conditions.push('id < @cursor');
    const ids = this.state
      .prepare(
        `SELECT id FROM backups INDEXED BY backups_kept WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT @limit`,
      )
      .pluck()
      .all({ ...filter, deleted: null, cursor: page.cursor, limit: page.limit + 1 }) as string[];
    const backups = this.several(ids.slice(0, page.limit));
    return { backups, cursor: ids.length > page.limit ? (backups.at(-1)?.id ?? null) : null };
  }

  get(id: string): Backup | null {
    const backup = this.find(id);
    return backup && backup.deletedAt === undefined ? backup : null;
  }

  /** Also one that was deleted. */
  find(id: string): Backup | null {
    return this.several([id])[0] ?? null;
  }

  /** Those that are known of these, in this order; also deleted ones. */
  several(ids: readonly string[]): Backup[] {
    const wanted = JSON.stringify(ids);
    const rows = this.state
      .prepare('SELECT b.* FROM json_each(?) w CROSS JOIN backups b ON b.id = w.value ORDER BY w.key')
      .all(wanted) as BackupRow[];
    const copies = this.state
      .prepare(
        `SELECT c.* FROM json_each(?) w CROSS JOIN copies c ON c.backup_id = w.value
         ORDER BY c.store_kind <> 'local', c.store`,
      )
      .all(wanted) as (CopyRow & { backup_id: string })[];
    const copiesOf = Map.groupBy(copies, (copy) => copy.backup_id);
    return rows.map((row) => toBackup(row, copiesOf.get(row.id) ?? []));
  }

  /** The cached manifest; null for a backup that never came to exist. */
  manifest(id: string): Manifest | null {
    const packed = this.state.prepare('SELECT packed FROM manifests WHERE backup_id = ?').pluck().get(id);
    return packed === undefined ? null : unpackManifest(packed as Buffer);
  }

  /** The newest backup that can be restored. */
  latest(source: string | null): Backup | null {
    const id = this.state
      .prepare(
        `SELECT id FROM backups INDEXED BY backups_kept WHERE status IN ('COMPLETED', 'VERIFIED')
           AND kind = 'FULL_DATABASE' AND deleted_at IS NULL AND (@source IS NULL OR source = @source)
         ORDER BY id DESC LIMIT 1`,
      )
      .pluck()
      .get({ source }) as string | undefined;
    return id === undefined ? null : this.find(id);
  }

  /** Backups whose process ended before they did, or that could not be cleaned up after. */
  unfinished(): string[] {
    return this.state
      .prepare(`SELECT id FROM backups WHERE status IN ('PENDING', 'IN_PROGRESS') OR leaves_remains = 1`)
      .pluck()
      .all() as string[];
  }

  /** Uploads whose process ended: they go on with the next replication. */
  forgetRunningUploads(): void {
    this.state
      .prepare(
        `UPDATE copies SET state = 'PENDING', reason = 'the upload was interrupted' WHERE state = 'UPLOADING' AND state <> 'STORED'`,
      )
      .run();
  }

  /** Backups that exist but are not in this store yet, oldest first; without those that were taken away there. */
  missingIn(store: string): string[] {
    return this.state
      .prepare(
        `SELECT id FROM backups INDEXED BY backups_existing WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL
         EXCEPT SELECT backup_id FROM copies INDEXED BY copies_of_store
           WHERE store = ? AND state IN ('STORED', 'DELETING', 'DELETED') ORDER BY id`,
      )
      .pluck()
      .all(store) as string[];
  }

  /**
   * Good backups of which a store was never given a whole copy, oldest first, with the bytes of one. What was there and is bad is for the
   * integrity check to make again; a backup whose own job still runs is being copied by it.
   */
  neverCopiedTo(store: string): { id: string; sizeBytes: number }[] {
    return this.state
      .prepare(
        `SELECT missing.id, b.size_bytes AS sizeBytes FROM (
           SELECT id FROM backups INDEXED BY backups_existing WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL
           EXCEPT SELECT backup_id FROM copies INDEXED BY copies_of_store
             WHERE store = ? AND state NOT IN ('PENDING', 'FAILED')) missing CROSS JOIN backups b ON b.id = missing.id
         WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = b.job_id AND jobs.status = 'RUNNING') ORDER BY missing.id`,
      )
      .all(store) as { id: string; sizeBytes: number }[];
  }

  /** Good copies in a store, with their bytes and the moment of the newest backup among them; and how many it lacks. */
  copiesIn(store: string): { copies: number; copiedBytes: number; missing: number; newestCopyAt: string | null } {
    return this.state
      .prepare(
        `SELECT coalesce(copies, 0) AS copies, coalesce(bytes, 0) AS copiedBytes,
           (SELECT count(*) FROM backups INDEXED BY backups_existing
              WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL) - coalesce(placed, 0) AS missing,
           iif(copies > 0, (
             SELECT created_at FROM backups b INDEXED BY backups_by_moment WHERE deleted_at IS NULL AND EXISTS (
               SELECT 1 FROM copies c WHERE c.backup_id = b.id AND c.store = @store AND +c.state = 'STORED')
             ORDER BY created_at DESC LIMIT 1), NULL) AS newestCopyAt
         FROM (SELECT @store AS store) LEFT JOIN store_sums USING (store)`,
      )
      .get({ store }) as ReturnType<Catalogue['copiesIn']>;
  }

  /** Takes the backups of a source that have no copy anywhere any more out of the lists; what is known of them stays. */
  retire(source: string): void {
    this.state
      .prepare(
        `UPDATE backups SET deleted_at = ? WHERE source = ? AND deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM copies WHERE backup_id = backups.id AND state <> 'DELETED')`,
      )
      .run(new Date().toISOString(), source);
  }

  verifications(id: string): { store: string; ok: boolean; reason: string | null; verifiedAt: string }[] {
    const rows = this.state
      .prepare(
        `SELECT store, ok, reason, verified_at AS verifiedAt FROM verifications WHERE backup_id = ? ORDER BY id DESC`,
      )
      .all(id) as { store: string; ok: number; reason: string | null; verifiedAt: string }[];
    return rows.map((row) => ({ ...row, ok: row.ok === 1 }));
  }
}

function toBackup(row: BackupRow, copies: readonly CopyRow[]): Backup {
  return {
    id: row.id,
    kind: row.kind,
    source: row.source,
    tenant: row.tenant,
    status: row.status,
    filename: row.filename,
    sizeBytes: row.size_bytes,
    plainBytes: row.plain_bytes,
    sha256: row.sha256,
    compressionRatio: row.size_bytes > 0 ? row.plain_bytes / row.size_bytes : null,
    durationSeconds: row.duration_seconds,
    createdAt: row.created_at,
    verifiedAt: row.verified_at,
    pinned: row.pinned === 1,
    note: row.note,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as NonNullable<Backup['failure']>),
    copies: copies.map(toCopy),
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
  };
}

function toCopy(row: CopyRow): Copy {
  return {
    store: row.store,
    storeKind: row.store_kind,
    state: row.state,
    key: row.manifest_key,
    sizeBytes: row.size_bytes,
    verifiedAt: row.verified_at,
    reason: row.reason,
  };
}
