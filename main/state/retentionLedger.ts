import type { BackupKind, BackupStatus, CopyState } from '../../shared/backup.ts';
import type { ExpiringBackup } from '../../shared/retention.ts';
import type { State } from './openState.ts';

type BackupRow = [string, BackupKind, string, string | null, BackupStatus, string, number];
type CopyRow = [backup: number, store: string, CopyState, verified: number, sizeBytes: number, reason: string | null];

/** Of so many backups the copies are read at once: rows that are asked for one by one take half as long again. */
const backupsAtOnce = 1000;

/** The journal of deletions, and what retention has to know of all copies. */
export class RetentionLedger {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Every backup that is not deleted, oldest first, with its copies that are not; a backup without any is left out. */
  backups(of?: { source: string; tenant: string | null; kind: BackupKind }): ExpiringBackup[] {
    return this.state.transaction(() => {
      const backups = this.withoutCopies(of);
      for (let from = 0; from < backups.length; from += backupsAtOnce)
        this.addCopies(backups.slice(from, from + backupsAtOnce));
      return backups.filter(({ copies }) => copies.length > 0).toSorted((a, b) => a.createdAt - b.createdAt);
    })();
  }

  private withoutCopies(of: { source: string; tenant: string | null; kind: BackupKind } | undefined): ExpiringBackup[] {
    const imported = new Map(
      this.state.prepare('SELECT id, imported_at FROM backups WHERE imported_at IS NOT NULL').raw().all() as [
        string,
        string,
      ][],
    );
    const family = of ? 'AND source = @source AND tenant IS @tenant AND kind = @kind' : '';
    const rows = this.state
      .prepare(
        `SELECT id, kind, source, tenant, status, created_at, pinned FROM backups INDEXED BY backups_kept
         WHERE deleted_at IS NULL ${family} ORDER BY id`,
      )
      .raw()
      .all(of ?? {}) as BackupRow[];
    const once = kept();
    return rows.map(([id, kind, source, tenant, status, at, pinned]) => {
      const createdAt = Date.parse(at);
      const importedAt = imported.get(id);
      return {
        id,
        kind: once(kind),
        source: once(source),
        tenant: tenant === null ? null : once(tenant),
        status: once(status),
        createdAt,
        countsFrom: importedAt === undefined ? createdAt : Math.max(createdAt, Date.parse(importedAt)),
        pinned: pinned === 1,
        copies: [],
      };
    });
  }

  private addCopies(backups: readonly ExpiringBackup[]): void {
    const rows = this.state
      .prepare(
        `SELECT w.key, c.store, c.state, c.verified_at IS NOT NULL, c.size_bytes, c.reason
         FROM json_each(?) w CROSS JOIN copies c ON c.backup_id = w.value WHERE c.state <> 'DELETED'`,
      )
      .raw()
      .all(JSON.stringify(backups.map(({ id }) => id))) as CopyRow[];
    const once = kept();
    for (const [index, store, state, verified, sizeBytes, reason] of rows) {
      const backup = backups[index]!;
      const copy = { store: once(store), state: once(state), verified: verified === 1, sizeBytes, reason };
      // An array that is added to is given room for sixteen more.
      backup.copies = [...backup.copies, copy];
    }
  }

  hasMoreCopies(than: number): boolean {
    return this.state.prepare('SELECT 1 FROM copies LIMIT 1 OFFSET ?').get(than) !== undefined;
  }

  /** Backups of which nothing is known in this store, neither a copy nor that there should be none. */
  unknownIn(store: string): string[] {
    return this.state
      .prepare(
        `SELECT id FROM backups INDEXED BY backups_existing WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL
         EXCEPT SELECT backup_id FROM copies INDEXED BY copies_of_store WHERE store = ?`,
      )
      .pluck()
      .all(store) as string[];
  }

  /** What a plan that was made before must not overlook; null where nothing is known of such a copy any more. */
  copyNow(id: string, store: string): { state: CopyState; pinned: boolean } | null {
    const row = this.state
      .prepare(
        `SELECT c.state, b.pinned FROM copies c JOIN backups b ON b.id = c.backup_id
         WHERE c.backup_id = ? AND c.store = ? AND b.deleted_at IS NULL`,
      )
      .get(id, store) as { state: CopyState; pinned: number } | undefined;
    return row ? { state: row.state, pinned: row.pinned === 1 } : null;
  }

  /** Whether a store has a good copy of a newer backup of the same source, tenant and kind. */
  hasNewerGood(id: string, store: string): boolean {
    return (
      this.state
        .prepare(
          `SELECT 1 FROM backups this JOIN backups b ON b.source = this.source AND b.tenant IS this.tenant AND b.kind = this.kind
             JOIN copies c ON c.backup_id = b.id AND c.store = @store AND c.state = 'STORED'
           WHERE this.id = @id AND (b.created_at, b.id) > (this.created_at, this.id) AND b.deleted_at IS NULL
             AND b.status IN ('COMPLETED', 'VERIFIED') LIMIT 1`,
        )
        .get({ id, store }) !== undefined
    );
  }

  /** Whether something else of the same source, tenant and kind could be restored from any store. */
  othersRestorable(
    { source, tenant, kind }: { source: string; tenant: string | null; kind: BackupKind },
    without: ReadonlySet<string>,
  ): boolean {
    const ids = this.state
      .prepare(
        `SELECT id FROM backups b INDEXED BY backups_kept
         WHERE source = ? AND tenant IS ? AND kind = ? AND deleted_at IS NULL AND status IN ('COMPLETED', 'VERIFIED')
           AND EXISTS (SELECT 1 FROM copies c WHERE c.backup_id = b.id AND c.state = 'STORED') ORDER BY id DESC`,
      )
      .pluck()
      .iterate(source, tenant, kind) as IterableIterator<string>;
    for (const id of ids) if (!without.has(id)) return true;
    return false;
  }

  /** Notes before anything is deleted that a copy goes, and why: from here on it goes, whatever happens. */
  deleting(id: string, store: string, reason: string): void {
    this.state
      .prepare(`UPDATE copies SET state = 'DELETING', reason = ? WHERE backup_id = ? AND store = ?`)
      .run(reason, id, store);
  }

  /** Notes that nothing of a copy is left; with its last copy the backup is deleted, and what is known of it stays. */
  deleted(id: string, store: string): void {
    this.state.transaction(() => {
      this.state
        .prepare(
          `UPDATE copies SET state = 'DELETED', verified_at = NULL,
             reason = date('now') || ': ' || coalesce(reason, 'deleted') WHERE backup_id = ? AND store = ?`,
        )
        .run(id, store);
      this.state.prepare('DELETE FROM uploads WHERE store = ? AND object_key LIKE ?').run(store, `b/${id}/%`);
      const left = this.state.prepare(`SELECT 1 FROM copies WHERE backup_id = ? AND state <> 'DELETED'`).get(id);
      if (left === undefined) this.forget(id);
      else
        this.state
          .prepare(
            `UPDATE backups SET verified_at = newest.at,
               status = CASE WHEN status = 'VERIFIED' AND newest.at IS NULL THEN 'COMPLETED' ELSE status END
             FROM (SELECT max(verified_at) AS at FROM copies WHERE backup_id = @id) newest WHERE id = @id`,
          )
          .run({ id });
    })();
  }

  /** Notes that a store needs no copy of a backup, so that none is sent there. */
  forgo(id: string, store: { name: string; kind: string }, reason: string): void {
    this.state
      .prepare(
        `INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, reason)
         VALUES (@id, @store, @kind, 'DELETED', 'm/' || @id || '.json.age', @reason) ON CONFLICT (backup_id, store) DO NOTHING`,
      )
      .run({ id, store: store.name, kind: store.kind, reason });
  }

  /** Takes a backup without any copy out of the lists. */
  forget(id: string): void {
    this.state
      .prepare('UPDATE backups SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL')
      .run(new Date().toISOString(), id);
  }

  setPinned(id: string, pinned: boolean): void {
    this.state.prepare('UPDATE backups SET pinned = ? WHERE id = ?').run(pinned ? 1 : 0, id);
  }

  /** FAILED backups of which something may still lie in the local store. */
  failedWithRemains(): string[] {
    return this.state
      .prepare(`SELECT id FROM backups WHERE status = 'FAILED' AND leaves_remains = 1 ORDER BY id`)
      .pluck()
      .all() as string[];
  }

  swept(id: string): void {
    this.state.prepare('UPDATE backups SET leaves_remains = 0 WHERE id = ?').run(id);
  }

  /** What is known of a backup whose data was found in a store without a manifest. */
  claimOf(id: string, store: string): 'unknown' | 'wanted' | 'over' {
    const row = this.state
      .prepare(
        `SELECT b.status, b.deleted_at AS deletedAt, c.state FROM backups b
         LEFT JOIN copies c ON c.backup_id = b.id AND c.store = ? WHERE b.id = ?`,
      )
      .get(store, id) as { status: BackupStatus; deletedAt: string | null; state: CopyState | null } | undefined;
    if (!row) return 'unknown';
    return row.deletedAt !== null || row.status === 'FAILED' || row.state === 'DELETED' ? 'over' : 'wanted';
  }
}

/** Lets go of texts that were kept before: each comes from the database as one of its own. */
function kept(): <Text extends string>(text: Text) => Text {
  const known = new Map<string, string>();
  return <Text extends string>(text: Text) => {
    const before = known.get(text);
    if (before !== undefined) return before as Text;
    known.set(text, text);
    return text;
  };
}
