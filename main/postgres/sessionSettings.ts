/** Pinned, so that the same rows give the same text wherever they are read. */
export const sessionSettings = {
  datestyle: 'ISO',
  timezone: 'UTC',
  // As pg_dump has it: what names an object (regclass …) is written with its schema.
  search_path: '',
  intervalstyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
  synchronize_seqscans: 'off',
  row_security: 'off',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
} as const;

/** Settings in the form of libpq's PGOPTIONS: they hold from the first moment of a session. */
export function settingOptions(settings: Readonly<Record<string, string>>): string {
  // It is split at spaces; a backslash takes the meaning from a space or a backslash.
  const escape = (text: string) => text.replace(/[\\\s]/g, '\\$&');
  return Object.entries(settings)
    .map(([name, value]) => `-c ${escape(`${name}=${value}`)}`)
    .join(' ');
}

/**
 * For a program that fills a database of ours. It may write where the database is read-only unless one says otherwise;
 * a commit need not wait for the disk, because the one that gives the database its
 * name does, and with it everything before.
 */
export const restoringSettings = {
  default_transaction_read_only: 'off',
  synchronous_commit: 'off',
  // pg_restore lifts these itself, but only by its second statement.
  statement_timeout: '0',
  lock_timeout: '0',
} as const;

/** Sixty sorted runs of 16 MB, which is as many as are merged at once, hold the keys of a table of twice that size. */
const smallTableBytes = 2 * 1024 ** 3;

/**
 * For a session that builds indexes and checks keys. Sorts and hashes that stay in the processor's cache take a third
 * less time than in 256 MB (measured: B-trees and foreign keys of a million rows on PostgreSQL 15); of a large table
 * 16 MB would make so many sorted runs that these had to be merged twice.
 */
export function sortSettings(largestTableBytes: number): { maintenance_work_mem: string } {
  return { maintenance_work_mem: largestTableBytes <= smallTableBytes ? '16MB' : '64MB' };
}

/** For a session that shall not start helpers (parallel workers). */
export const loneSessionSettings = {
  max_parallel_maintenance_workers: '0',
  max_parallel_workers_per_gather: '0',
} as const;
