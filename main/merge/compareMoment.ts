import type { Client } from 'pg';
import { enterSnapshot } from '../postgres/snapshot.ts';
import { compareRows } from './compareRows.ts';
import type { ForeignKey } from './describeTables.ts';
import { lockTimeoutMs, prepareToCompare } from './mergeSession.ts';
import type { MergeTable } from './mergeTable.ts';
import { versionsNow, versionsOf } from './rowVersions.ts';
import { unmergedParents } from './writeRows.ts';

/** What was compared, and which rows there were at that moment. */
export interface Moment {
  /** `pg_current_snapshot()`: which transactions had been committed. */
  snapshot: string;
  /** The transaction that compared. */
  transaction: string;
  /** Fingerprints of all tables that the comparison depends on, by what FROM names. */
  all: ReadonlyMap<string, string>;
  /** Fingerprints of the rows outside the scope. */
  outside: ReadonlyMap<MergeTable, string>;
}

/**
 * Compares every table and takes fingerprints, both of one moment: what is compared before the locks are taken then still
 * holds under them where the fingerprints do, so that writers need not wait for it.
 * @param live in a transaction that sees one moment, or that has locked the tables.
 * @param beside a session that takes the fingerprints meanwhile, as long as it takes to compare. Its transaction is left
 *   open: no table can be altered until it ends.
 */
export async function compareMoment(
  live: Client,
  beside: Client | null,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<Moment> {
  if (beside) {
    const { rows } = await live.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    await enterSnapshot(beside, rows[0]!.id, lockTimeoutMs);
    await prepareToCompare(beside);
  }
  const compareAll = async () => {
    for (const table of tables) await compareRows(live, table);
  };
  const [fingerprints] = beside
    ? await Promise.all([takeFingerprints(beside, tables, foreignKeys), compareAll()])
    : [await takeFingerprints(live, tables, foreignKeys), await compareAll()];
  const { rows } = await live.query<{ snapshot: string; transaction: string }>(
    'SELECT pg_current_snapshot()::text AS snapshot, pg_current_xact_id()::text AS transaction',
  );
  return { ...rows[0]!, ...fingerprints };
}

async function takeFingerprints(
  client: Client,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): Promise<Pick<Moment, 'all' | 'outside'>> {
  const all = new Map<string, string>();
  const outside = new Map<MergeTable, string>();
  for (const table of tables) {
    const { from } = table.live;
    const versions = await versionsOf(client, from, table.scope?.('t') ?? null);
    all.set(from, versions.all);
    if (table.scope) outside.set(table, versions.outside);
  }
  for (const from of unmergedParents(tables, foreignKeys)) all.set(from, await versionsNow(client, from, null));
  return { all, outside };
}

/**
 * Whether a row was written since on which the comparison depends. Where no transaction but the one that compared has
 * even begun to write anything on the whole server, no table has to be looked at.
 */
export async function isPast(live: Client, moment: Moment): Promise<boolean> {
  const { rows } = await live.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  if (nobodyWrote(moment, rows[0]!.snapshot)) return false;
  for (const [from, before] of moment.all) if ((await versionsNow(live, from, null)) !== before) return true;
  return false;
}

/**
 * Pure. A snapshot is `xmin:xmax:xip`: transactions from xmax on had not begun, those in xip had not ended. The one that
 * compared has written its temporary tables and ended: where it was the first after the snapshot, and the only one.
 */
export function nobodyWrote({ snapshot, transaction }: Pick<Moment, 'snapshot' | 'transaction'>, now: string): boolean {
  if (now === snapshot) return true;
  const [, end, open] = snapshot.split(':');
  const [, endNow, openNow] = now.split(':');
  return transaction === end && BigInt(endNow!) === BigInt(end) + 1n && openNow === open;
}

/** Tables of which rows outside the scope were written since. */
export async function changedOutside(live: Client, { outside }: Moment): Promise<string[]> {
  const changed: string[] = [];
  for (const [{ live: table, scope }, before] of outside)
    if ((await versionsNow(live, table.from, scope!('t'))) !== before) changed.push(table.name);
  return changed;
}
