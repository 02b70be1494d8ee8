import { escapeIdentifier, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { TableOutcome } from '../../shared/merge.ts';
import { countKinds } from './compareRows.ts';
import type { ForeignKey } from './describeTables.ts';
import { goneKinds, kind, list, sameKey, type MergeTable } from './mergeTable.ts';
import { makeQuick } from './stageRows.ts';

/** Keeps what the rows are that will be changed or deleted (`before`). */
export async function keepBefore(live: Client, table: MergeTable): Promise<void> {
  await live.query(
    `CREATE TEMP TABLE ${table.before} ON COMMIT DROP AS SELECT ${list(allColumns(table), 't')}
     FROM ${table.diff} d JOIN ${table.live.from} t ON ${sameKey(table, 't', 'd')} WHERE d.${kind} IN ${goneKinds(table)}`,
  );
  await makeQuick(live, table.before, table);
}

/** Every column that can be written. */
export function allColumns({ columns, kept }: MergeTable): string[] {
  return [...columns, ...kept];
}

/**
 * Deletes the rows that a mirror takes away.
 * @param unless foreign keys by which a row may still be referred to: such a row is left where it is for now.
 */
export async function deleteRows(live: Client, table: MergeTable, unless: readonly ForeignKey[] = []): Promise<number> {
  if (table.policy !== 'mirror') return 0;
  const referred = unless.map(({ childSql, columns }) => {
    const pairs = columns.map(({ own, parent }) => `c.${escapeIdentifier(own)} = t.${escapeIdentifier(parent)}`);
    return ` AND NOT EXISTS (SELECT FROM ${childSql} c WHERE ${pairs.join(' AND ')})`;
  });
  return deleteKinds(live, table, `('x')`, referred.join(''));
}

/** Sets rows that differ to what they are in the backup. */
export async function updateRows(live: Client, table: MergeTable, replace: boolean): Promise<number> {
  if (table.policy === 'skip') return 0;
  if (replace && mustReplace(table)) return replaceRows(live, table);
  // The key too: values that are equal may still be written in different ways.
  const columns = table.columns.filter((name) => !isIdentity(table, name));
  if (columns.length === 0) return 0;
  const set = columns.map((name) => `${escapeIdentifier(name)} = s.${escapeIdentifier(name)}`).join(', ');
  const done = await live.query(
    `UPDATE ${table.live.from} t SET ${set} FROM ${table.diff} d JOIN ${table.source} s ON ${sameKey(table, 's', 'd')}
     WHERE d.${kind} = 'u' AND ${sameKey(table, 't', 'd')}`,
  );
  return done.rowCount ?? 0;
}

/** Puts back rows that are missing. */
export async function insertRows(live: Client, table: MergeTable): Promise<number> {
  const done = await live.query(
    `INSERT INTO ${table.live.sql} (${list(table.columns)}) OVERRIDING SYSTEM VALUE
     SELECT ${list(table.columns, 's')} FROM ${table.diff} d JOIN ${table.source} s ON ${sameKey(table, 's', 'd')}
     WHERE d.${kind} = 'i'`,
  );
  return done.rowCount ?? 0;
}

/** What was done, in the words of the answer. @throws MERGE_FAILED where it is not what the comparison had found. */
export async function outcomeOf(
  live: Client,
  table: MergeTable,
  done: { inserted: number; updated: number; deleted: number },
): Promise<TableOutcome> {
  const { name } = table.live;
  const { i, u, x, s } = await countKinds(live, table);
  const planned = { inserted: i, updated: table.policy === 'skip' ? 0 : u, deleted: table.policy === 'mirror' ? x : 0 };
  if (Object.entries(planned).some(([work, rows]) => done[work as keyof typeof done] !== rows))
    throw new Failure(
      'MERGE_FAILED',
      `nothing was changed: other rows of ${name} would have been written than were planned`,
      'Look for foreign keys, rules and triggers that write to this table, or give it another policy.',
      { details: { table: name, planned, done } },
    );
  return { name, ...done, same: s, conflicts: 0 };
}

/**
 * Two rows that exchange the values of a unique key cannot be updated one after the other, and an identity column
 * cannot be updated at all: such rows are deleted and inserted, where no trigger and no foreign key sees it.
 */
function mustReplace(table: MergeTable): boolean {
  return (
    table.live.uniques.length > 0 ||
    table.live.hiddenRules.length > 0 ||
    table.columns.some((name) => isIdentity(table, name) && !table.live.key.includes(name))
  );
}

async function replaceRows(live: Client, table: MergeTable): Promise<number> {
  await deleteKinds(live, table, `('u')`);
  const values = [
    ...table.columns.map((name) => `s.${escapeIdentifier(name)}`),
    ...table.kept.map((name) => `b.${escapeIdentifier(name)}`),
  ];
  const done = await live.query(
    `INSERT INTO ${table.live.sql} (${list(allColumns(table))}) OVERRIDING SYSTEM VALUE
     SELECT ${values.join(', ')} FROM ${table.diff} d JOIN ${table.source} s ON ${sameKey(table, 's', 'd')}
     JOIN ${table.before} b ON ${sameKey(table, 'b', 'd')} WHERE d.${kind} = 'u'`,
  );
  return done.rowCount ?? 0;
}

async function deleteKinds(live: Client, table: MergeTable, kinds: string, also = ''): Promise<number> {
  const done = await live.query(
    `DELETE FROM ${table.live.from} t USING ${table.diff} d WHERE d.${kind} IN ${kinds} AND ${sameKey(table, 't', 'd')}${also}`,
  );
  return done.rowCount ?? 0;
}

function isIdentity({ live }: MergeTable, name: string): boolean {
  return live.columns.some((column) => column.name === name && column.identityAlways);
}
