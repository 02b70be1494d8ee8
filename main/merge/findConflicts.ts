import { escapeIdentifier, type Client } from 'pg';
import type { MergeBlocker, RowSample, TableComparison } from '../../shared/merge.ts';
import { blocker } from './blockers.ts';
import { countKinds } from './compareRows.ts';
import { countFrom } from './countFrom.ts';
import type { ForeignKey, UniqueKey } from './describeTables.ts';
import { findUnclear } from './findUnclear.ts';
import { goneKinds, kind, list, sameKey, writtenKinds, type MergeTable } from './mergeTable.ts';
import { pairsOfKind, sampleRows } from './sampleRows.ts';

/** What of the compared rows cannot be put back as it is, and what would be left without its parent. */
export async function findConflicts(
  live: Client,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<MergeBlocker[]> {
  const blockers: MergeBlocker[] = [];
  const add = (count: number, ...[name, table, about]: [MergeBlocker['kind'], string, string]) => {
    if (count > 0) blockers.push(blocker(name, table, count, about));
  };
  for (const table of tables) {
    const { o: notOurs } = await countKinds(live, table);
    const lost = notOurs > 0 ? await countOwnerless(live, table) : 0;
    add(notOurs - lost, 'OTHER_TENANT', table.live.name, '');
    add(lost, 'OWNER_LOST', table.live.name, '');
    blockers.push(...(await findUnclear(live, table.live.from, table, 'live database')));
    for (const unique of uniquesOf(table))
      add(await countFrom(live, `FROM ${takenPairs(table, unique)}`), 'UNIQUE_TAKEN', table.live.name, unique.name);
  }
  const byOid = new Map(tables.map((table) => [table.live.oid, table]));
  for (const key of foreignKeys) {
    const child = byOid.get(key.child);
    const parent = byOid.get(key.parent);
    if (child && key.columns.every(({ own }) => child.columns.includes(own)))
      add(await countParentless(live, key, child, parent), 'PARENT_MISSING', child.live.name, key.parentName);
    if (parent?.policy === 'mirror')
      add(await countReferring(live, key, parent, child), 'STILL_REFERRED', parent.live.name, key.childName);
  }
  return blockers;
}

/** Live rows that are not the tenant's because they are nobody's. */
function countOwnerless(live: Client, table: MergeTable): Promise<number> {
  return countFrom(
    live,
    `FROM ${table.diff} d JOIN ${table.live.from} t ON ${sameKey(table, 't', 'd')}
     WHERE d.${kind} = 'o' AND (${table.ownerless?.('t') ?? 'false'})`,
  );
}

const ownConflicts: readonly MergeBlocker['kind'][] = ['OTHER_TENANT', 'OWNER_LOST', 'UNIQUE_TAKEN'];

/** How many of a table's rows have a conflict of their own, and some of them beside the live rows that are in the way. */
export async function conflictsOf(
  live: Client,
  table: MergeTable,
  blockers: readonly MergeBlocker[],
  limit: number,
): Promise<Pick<TableComparison, 'conflicts' | 'conflictSamples'>> {
  const conflicts = blockers
    .filter(({ kind: why, table: name }) => name === table.live.name && ownConflicts.includes(why))
    .reduce((sum, { count }) => sum + count, 0);
  const conflictSamples: RowSample[] = [];
  if (conflicts > 0)
    for (const pairs of [pairsOfKind(table, 'o'), ...uniquesOf(table).map((unique) => takenPairs(table, unique))])
      conflictSamples.push(...(await sampleRows(live, table, pairs, limit - conflictSamples.length)));
  return { conflicts, conflictSamples };
}

/** Rows that would be written (`s`), whose unique key a live row (`t`) has that stays under another id. */
function takenPairs(table: MergeTable, { columns, nullsEqual }: UniqueKey): string {
  const equals = nullsEqual ? 'IS NOT DISTINCT FROM' : '=';
  const same = columns.map((name) => `t.${escapeIdentifier(name)} ${equals} s.${escapeIdentifier(name)}`).join(' AND ');
  return `${table.diff} d JOIN ${table.source} s ON ${sameKey(table, 's', 'd')}
     JOIN ${table.live.from} t ON ${same} AND NOT (${sameKey(table, 't', 's')})
     WHERE d.${kind} IN ${writtenKinds(table)}
       AND NOT EXISTS (SELECT FROM ${table.diff} g WHERE ${sameKey(table, 'g', 't')} AND g.${kind} IN ${goneKinds(table)})`;
}

/** Unique keys that rows of the backup have. */
function uniquesOf({ live, columns }: MergeTable): UniqueKey[] {
  return live.uniques.filter((unique) => unique.columns.every((name) => columns.includes(name)));
}

/** Rows that would be written, whose parent is neither in the backup nor stays in the live database. */
function countParentless(
  live: Client,
  key: ForeignKey,
  child: MergeTable,
  parent: MergeTable | undefined,
): Promise<number> {
  const given = key.columns.map(({ own }) => `s.${escapeIdentifier(own)} IS NOT NULL`).join(' AND ');
  const on = (alias: string) =>
    key.columns
      .map(({ own, parent: column }) => `${alias}.${escapeIdentifier(column)} = s.${escapeIdentifier(own)}`)
      .join(' AND ');
  const deleted =
    parent?.policy === 'mirror'
      ? ` AND NOT EXISTS (SELECT FROM ${parent.diff} g WHERE ${sameKey(parent, 'g', 'p')} AND g.${kind} = 'x')`
      : '';
  const brought =
    parent && key.columns.every(({ parent: column }) => parent.columns.includes(column))
      ? ` AND NOT EXISTS (SELECT FROM ${parent.source} b WHERE ${on('b')})`
      : '';
  return countFrom(
    live,
    `FROM ${child.diff} d JOIN ${child.source} s ON ${sameKey(child, 's', 'd')}
     WHERE d.${kind} IN ${writtenKinds(child)} AND ${given}
       AND NOT EXISTS (SELECT FROM ${key.parentSql} p WHERE ${on('p')}${deleted})${brought}`,
  );
}

/** Live rows that stay as they are and refer to a row that a mirror deletes. */
function countReferring(
  live: Client,
  key: ForeignKey,
  parent: MergeTable,
  child: MergeTable | undefined,
): Promise<number> {
  const on = key.columns
    .map(({ own, parent: column }) => `p.${escapeIdentifier(column)} = c.${escapeIdentifier(own)}`)
    .join(' AND ');
  const goes = child
    ? ` AND NOT EXISTS (SELECT FROM ${child.diff} g WHERE ${sameKey(child, 'g', 'c')} AND g.${kind} IN ${goneKinds(child)})`
    : '';
  return countFrom(
    live,
    `FROM (SELECT DISTINCT ${list(
      key.columns.map(({ parent: column }) => column),
      'p',
    )}
       FROM ${parent.diff} d JOIN ${parent.live.from} p ON ${sameKey(parent, 'p', 'd')} WHERE d.${kind} = 'x') p
     JOIN ${key.childSql} c ON ${on} WHERE true${goes}`,
  );
}
