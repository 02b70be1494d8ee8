import { escapeIdentifier } from 'pg';
import type { TablePolicy } from '../../shared/merge.ts';
import type { TenantScope } from '../postgres/tenantScope.ts';
import type { Table } from './describeTables.ts';

/** A table that takes part in a merge. Its temporary tables are `source`, `diff` and `before`. */
export interface MergeTable {
  live: Table;
  policy: Exclude<TablePolicy, 'leave'>;
  /** Columns that are compared and written. */
  columns: string[];
  /** Columns that only the live table has: they keep their values. */
  kept: string[];
  /** The condition on live rows, or rows of the backup, under this alias; null: all rows. */
  scope: ((alias: string) => string) | null;
  /** The condition on rows of which no tenant can be found; null where all rows are merged. */
  ownerless: ((alias: string) => string) | null;
  /** Conditions under the alias `t` that might as well be the scope: a row on which they disagree may be somebody else's. */
  rivals: ReturnType<TenantScope['rivals']>;
  /** The rows of the backup. */
  source: string;
  /** The key of every row that was looked at, and what is to be done with it: `kind`. */
  diff: string;
  /** What the rows that are changed or deleted were. */
  before: string;
}

/**
 * What is to be done with a row: `i` it is missing, `u` it differs, `s` it is the same, `o` it belongs to somebody else,
 * `x` the backup lacks it.
 */
export const kind = 'strongroom_kind';

export function temporaryNames(index: number): Pick<MergeTable, 'source' | 'diff' | 'before'> {
  return { source: `pg_temp.source_${index}`, diff: `pg_temp.diff_${index}`, before: `pg_temp.before_${index}` };
}

/** `a."x", a."y"` */
export function list(columns: readonly string[], alias?: string): string {
  return columns.map((name) => (alias === undefined ? '' : `${alias}.`) + escapeIdentifier(name)).join(', ');
}

/** `a."x" = b."x" AND …` */
export function sameKey({ live }: MergeTable, a: string, b: string): string {
  return live.key.map((name) => `${a}.${escapeIdentifier(name)} = ${b}.${escapeIdentifier(name)}`).join(' AND ');
}

/** A row as text, which every type has and which tells what a comparison with `=` may not. */
export function rowText(columns: readonly string[], alias: string): string {
  return `ROW(${list(columns, alias)})::text`;
}

/** The kinds of rows that are written, and those that go or are written over, under a policy. */
export function writtenKinds({ policy }: MergeTable): string {
  return policy === 'skip' ? `('i')` : `('i', 'u')`;
}

export function goneKinds({ policy }: MergeTable): string {
  return { skip: `('-')`, overwrite: `('u')`, mirror: `('u', 'x')` }[policy];
}
