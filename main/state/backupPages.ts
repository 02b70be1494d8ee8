import type { Backup, BackupKind } from '../../shared/backup.ts';
import type { BackupFilterForm, BackupPoint, BackupSort } from '../../shared/contract/backups.ts';
import { Failure } from '../../shared/failure.ts';
import type { Catalogue } from './catalogue.ts';
import type { State } from './openState.ts';

/** What each order sorts by, and the index of it, which also has every column that is filtered by. */
const orders: Record<BackupSort, { column: string; index: string }> = {
  created: { column: 'id', index: 'backups_kept' },
  size: { column: 'size_bytes', index: 'backups_by_size' },
  duration: { column: 'coalesce(duration_seconds, -1)', index: 'backups_by_duration' },
  status: { column: 'status', index: 'backups_by_outcome' },
};

export interface BackupPageAsk {
  filter: BackupFilterForm;
  sort: BackupSort;
  descending: boolean;
  /** Where the page before ended, as it said. */
  cursor: string | null;
  limit: number;
}

/** Pages through the catalogue in any order; a page begins where the one before ended, so new backups never shift it. */
export class BackupPages {
  private readonly state: State;
  private readonly catalogue: Catalogue;

  constructor(state: State, catalogue: Catalogue) {
    this.state = state;
    this.catalogue = catalogue;
  }

  /** @throws REQUEST_WRONG when the cursor is none that a page gave. */
  page({ filter, sort, descending, cursor, limit }: BackupPageAsk): {
    backups: Backup[];
    cursor: string | null;
    total: number;
  } {
    const { column } = orders[sort];
    const [after, direction] = descending ? ['<', 'DESC'] : ['>', 'ASC'];
    const conditions = conditionsOf(filter);
    const total = this.count(filter);
    const last = cursor === null ? null : readCursor(cursor);
    if (last) conditions.push(`(${column}, id) ${after} (@lastValue, @lastId)`);
    const rows = this.state
      .prepare(
        `SELECT id, ${column} AS value FROM backups INDEXED BY ${indexOfPage(filter, sort)} WHERE ${conditions.join(' AND ')}
         ORDER BY ${column} ${direction}, id ${direction} LIMIT @limit`,
      )
      .all({ ...filter, deleted: null, lastValue: last?.value, lastId: last?.id, limit: limit + 1 }) as Position[];
    const shown = rows.slice(0, limit);
    const end = shown.at(-1);
    return {
      backups: this.catalogue.several(shown.map(({ id }) => id)),
      cursor: rows.length > limit && end ? writeCursor(end) : null,
      total,
    };
  }

  private count(filter: BackupFilterForm): number {
    const { store, ...rest } = filter;
    // A backup that has a good copy is not deleted, so the sum is that of the list, with deleted ones and without.
    if (store !== undefined && Object.entries(rest).every(([key, value]) => key === 'deleted' || value === undefined))
      return this.catalogue.copiesIn(store).copies;
    const ids = `FROM backups INDEXED BY ${indexOfCount(rest)} WHERE ${conditionsOf(rest).join(' AND ')}`;
    const inStore = `FROM copies INDEXED BY copies_of_store WHERE store = @store AND state = 'STORED'`;
    return this.state
      .prepare(
        store === undefined
          ? `SELECT count(*) ${ids}`
          : `SELECT count(*) FROM (SELECT id ${ids} INTERSECT SELECT backup_id ${inStore})`,
      )
      .pluck()
      .get({ ...filter, deleted: null }) as number;
  }

  /** What the strip and the trends draw, oldest first. @param since ISO 8601 */
  points({ source, kind, since }: { source: string | null; kind: BackupKind | null; since: string }): BackupPoint[] {
    // Of the kinds that a trend shows there are few.
    const index = kind !== null ? 'backups_by_kind' : source !== null ? 'backups_by_source' : 'backups_by_moment';
    const rows = this.state
      .prepare(
        `SELECT id, source, kind, status, coalesce(failure ->> 'code' = 'CANCELLED', 0) AS cancelled, created_at AS createdAt, size_bytes AS sizeBytes, plain_bytes AS plainBytes,
           duration_seconds AS durationSeconds
         FROM backups INDEXED BY ${index}
         WHERE deleted_at IS NULL AND created_at >= @since ${source === null ? '' : 'AND source = @source'}
           ${kind === null ? '' : 'AND kind = @kind'} ORDER BY id`,
      )
      .all({ source, kind, since }) as (Omit<BackupPoint, 'cancelled'> & { cancelled: number })[];
    return rows.map((row) => ({ ...row, cancelled: row.cancelled === 1 }));
  }
}

/** Of a tenant there are few backups; else the rows of the page come in their order, and no more of them are read. */
function indexOfPage({ tenant, status }: BackupFilterForm, sort: BackupSort): string {
  if (tenant !== undefined) return 'backups_by_tenant';
  return sort === 'created' && status !== undefined ? orders.status.index : orders[sort].index;
}

/** The one in which the fewest entries are gone through, without a look at their rows. */
function indexOfCount(filter: BackupFilterForm): string {
  const { tenant, status, from, until, deleted, ...others } = filter;
  if (tenant !== undefined) return 'backups_by_tenant';
  if (status !== undefined) return orders.status.index;
  const onlyMoments = !deleted && Object.values(others).every((value) => value === undefined);
  return onlyMoments && (from ?? until) !== undefined ? 'backups_by_moment' : orders.created.index;
}

function conditionsOf(filter: BackupFilterForm): string[] {
  const conditions = [filter.deleted ? 'true' : 'deleted_at IS NULL'];
  if (filter.kind !== undefined) conditions.push('kind = @kind');
  if (filter.source !== undefined) conditions.push('source = @source');
  if (filter.tenant !== undefined) conditions.push('tenant = @tenant');
  if (filter.status !== undefined) conditions.push('status = @status');
  if (filter.from !== undefined) conditions.push('created_at >= @from');
  if (filter.until !== undefined) conditions.push('created_at < @until');
  if (filter.store !== undefined)
    conditions.push(
      `EXISTS (SELECT 1 FROM copies INDEXED BY copies_of_store WHERE store = @store AND backup_id = id AND state = 'STORED')`,
    );
  return conditions;
}

interface Position {
  id: string;
  value: string | number;
}

function writeCursor({ id, value }: Position): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

function readCursor(cursor: string): Position {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string | number, string];
    if (typeof id === 'string' && ['string', 'number'].includes(typeof value)) return { value, id };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw new Failure('REQUEST_WRONG', 'this list does not go on from there', 'Load the list again.');
}
