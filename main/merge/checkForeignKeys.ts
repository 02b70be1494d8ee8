import { escapeIdentifier, type Client } from 'pg';
import { countFrom } from './countFrom.ts';
import type { ForeignKey } from './describeTables.ts';
import { kind, list, sameKey, writtenKinds, type MergeTable } from './mergeTable.ts';

/** A foreign key that rows would be left to break. */
export interface Orphans {
  key: string;
  table: string;
  count: number;
}

/**
 * Looks for rows without their parent, over every foreign key that enters or leaves a table that was written: as a
 * replica the server does not look itself. Rows that were written, and rows that refer to what was written over or
 * deleted, are all that can have lost it.
 */
export async function checkForeignKeys(
  live: Client,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<Orphans[]> {
  const byOid = new Map(tables.map((table) => [table.live.oid, table]));
  const found: Orphans[] = [];
  for (const key of foreignKeys) {
    const child = byOid.get(key.child);
    const parent = byOid.get(key.parent);
    const count =
      (child ? await writtenOrphans(live, key, child) : 0) + (parent ? await leftOrphans(live, key, parent) : 0);
    if (count > 0) found.push({ key: key.name, table: key.childName, count });
  }
  return found;
}

function parentless(key: ForeignKey): string {
  const given = key.columns.map(({ own }) => `c.${escapeIdentifier(own)} IS NOT NULL`);
  const on = key.columns.map(({ own, parent }) => `p.${escapeIdentifier(parent)} = c.${escapeIdentifier(own)}`);
  return `${given.join(' AND ')} AND NOT EXISTS (SELECT FROM ${key.parentSql} p WHERE ${on.join(' AND ')})`;
}

async function writtenOrphans(live: Client, key: ForeignKey, child: MergeTable): Promise<number> {
  // What was written is what the backup holds, unless the backup does not know the column.
  const brought = key.columns.every(({ own }) => child.columns.includes(own));
  const rows = brought ? child.source : child.live.from;
  return countFrom(
    live,
    `FROM ${child.diff} d JOIN ${rows} c ON ${sameKey(child, 'c', 'd')}
     WHERE d.${kind} IN ${writtenKinds(child)} AND ${parentless(key)}`,
  );
}

async function leftOrphans(live: Client, key: ForeignKey, parent: MergeTable): Promise<number> {
  const referred = key.columns.map(({ parent: column }) => column);
  // A row that was changed is still found by its key, so only one that was deleted can be missed there.
  const gone = referred.every((column) => parent.live.key.includes(column))
    ? `${parent.diff} WHERE ${kind} IN ${parent.policy === 'mirror' ? `('x')` : `('-')`}`
    : parent.before;
  // A join with nothing would read the whole table on the other side.
  const { rows } = await live.query<{ some: boolean }>(`SELECT EXISTS (SELECT FROM ${gone}) AS some`);
  if (!rows[0]!.some) return 0;
  const on = key.columns.map(({ own, parent: column }) => `b.${escapeIdentifier(column)} = c.${escapeIdentifier(own)}`);
  return countFrom(
    live,
    `FROM (SELECT DISTINCT ${list(referred)} FROM ${gone}) b
     JOIN ${key.childSql} c ON ${on.join(' AND ')} WHERE ${parentless(key)}`,
  );
}
