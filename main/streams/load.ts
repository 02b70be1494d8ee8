import type { Codec } from '../sealing/codec.ts';
import type { Login } from '../postgres/connect.ts';
import type { RowChoice } from './rowFilter.ts';
import { runThread, type ThreadOptions } from './runThread.ts';

/** Load the rows of one sealed archive into a database that has the tables but no indexes, keys and triggers yet. */
export interface LoadOrder {
  path: string;
  codec: Codec;
  identity: string;
  login: Login;
  database: string;
  /** Of the archive: that of the database that was dumped. */
  encoding: string;
  pgRestore: string;
  psql: string;
  /** Settings that pg_restore must not send. */
  leaveOut: readonly string[];
  /** Where the list of archive entries for pg_restore may lie meanwhile. */
  listPath: string;
  /** Null: all rows. */
  only: ChosenRows | null;
}

/** By `schema.table`: some of its rows, or none; tables that are not in it are loaded whole. */
export type ChosenRows = Record<string, RowChoice | 'none'>;

export interface LoadedObject {
  plainBytes: number;
  /** The tables whose rows it held. */
  tables: LoadedTable[];
}

export interface LoadedTable {
  /** As COPY names it: `shop.sales (id, total)`. */
  copyTarget: string;
  /** The transaction that wrote all of its rows; null if the table had some before. */
  xid: string | null;
}

/**
 * Restores the rows of an archive in a thread, without ever holding them on a disk in plain.
 *
 * Each table is loaded by one `TRUNCATE; COPY … WITH (FREEZE)` in a transaction: rows keep their order, so that the
 * digest of the table can be compared, and need no second write for their hint bits. Everything else in the
 * archive (large objects, sequence values) is left to pg_restore, which gets the archive without the rows.
 * @throws RESTORE_FAILED, BACKUP_UNREADABLE, SOURCE_CONNECTION_LOST …, CANCELLED
 */
export function loadObject(order: LoadOrder, options: ThreadOptions): Promise<LoadedObject> {
  return runThread('loadWorker', order, options);
}
