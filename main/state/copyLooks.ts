import type { Copy, CopyState } from '../../shared/backup.ts';
import type { ManifestObject } from '../../shared/manifest.ts';
import type { State } from './openState.ts';
import { unpackManifest } from './packedManifest.ts';

const exists = `b.status IN ('COMPLETED', 'VERIFIED') AND b.deleted_at IS NULL`;

/** Of one copy, what its store should list. */
export interface ExpectedCopy {
  backupId: string;
  objects: Pick<ManifestObject, 'key' | 'sizeBytes'>[];
}

/** What integrity checks ask of the catalogue: which copies should be where, and which were read how long ago. */
export class CopyLooks {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Backups that exist. */
  count(): number {
    return this.state
      .prepare(`SELECT count(*) FROM backups b INDEXED BY backups_existing WHERE ${exists}`)
      .pluck()
      .get() as number;
  }

  /** Good copies of a store, least recently read first; milliseconds since 1970. */
  leastRecentlyRead(
    store: string,
    limit: number,
  ): { backupId: string; sizeBytes: number; createdAt: number; lookedAt: number | null }[] {
    const copies = (which: string, order: string) =>
      `SELECT * FROM (
         SELECT c.backup_id AS backupId, c.size_bytes AS sizeBytes, b.created_at AS createdAt, c.looked_at AS lookedAt
         FROM copies c INDEXED BY copies_by_look CROSS JOIN backups b ON b.id = c.backup_id
         WHERE c.store = @store AND c.state = 'STORED' AND ${exists} AND c.looked_at ${which} ORDER BY ${order} LIMIT @limit)`;
    const rows = this.state
      .prepare(
        `SELECT * FROM (${copies('IS NULL', 'c.backup_id')} UNION ALL ${copies('IS NOT NULL', 'c.looked_at, c.backup_id')})
         ORDER BY coalesce(lookedAt, createdAt), backupId LIMIT @limit`,
      )
      .all({ store, limit }) as { backupId: string; sizeBytes: number; createdAt: string; lookedAt: string | null }[];
    return rows.map(({ createdAt, lookedAt, ...row }) => ({
      ...row,
      createdAt: Date.parse(createdAt),
      lookedAt: lookedAt === null ? null : Date.parse(lookedAt),
    }));
  }

  totalBytes(store: string): number {
    return this.state
      .prepare(
        `SELECT coalesce(sum(size_bytes), 0) FROM copies INDEXED BY copies_by_store WHERE store = ? AND state = 'STORED'`,
      )
      .pluck()
      .get(store) as number;
  }

  /** Bytes that verifications have read from a store. @param since ISO 8601 */
  bytesReadSince(store: string, since: string): number {
    return this.state
      .prepare('SELECT coalesce(sum(read_bytes), 0) FROM verifications WHERE store = ? AND verified_at >= ?')
      .pluck()
      .get(store, since) as number;
  }

  /** A page of the copies that count as good in a store, in the order of their keys. */
  expectedIn(store: string, after: string, limit: number): ExpectedCopy[] {
    const rows = this.state
      .prepare(
        `SELECT c.backup_id AS backupId, m.packed
         FROM copies c JOIN backups b ON b.id = c.backup_id JOIN manifests m ON m.backup_id = b.id
         WHERE c.store = ? AND c.state = 'STORED' AND c.backup_id > ? AND ${exists} ORDER BY c.backup_id LIMIT ?`,
      )
      .all(store, after, limit) as { backupId: string; packed: Buffer }[];
    return rows.map(({ backupId, packed }) => ({ backupId, objects: unpackManifest(packed).objects }));
  }

  stateOf(backupId: string, store: string): CopyState | null {
    const found = this.state
      .prepare(
        `SELECT c.state FROM copies c JOIN backups b ON b.id = c.backup_id
         WHERE c.backup_id = ? AND c.store = ? AND ${exists}`,
      )
      .pluck()
      .get(backupId, store);
    return (found as CopyState | undefined) ?? null;
  }

  /** Copies that were found bad or gone and are so still, those of the newest backups first. */
  bad(): (Pick<Copy, 'store' | 'state' | 'reason'> & { backupId: string; source: string })[] {
    // That it is not STORED follows, but has to be said for the index of copies that are not.
    return this.state
      .prepare(
        `SELECT c.backup_id AS backupId, b.source, c.store, c.state, c.reason FROM copies c JOIN backups b ON b.id = c.backup_id
         WHERE c.state IN ('MISSING', 'DAMAGED') AND c.state <> 'STORED' AND ${exists} ORDER BY c.backup_id DESC, c.store`,
      )
      .all() as ReturnType<CopyLooks['bad']>;
  }
}
