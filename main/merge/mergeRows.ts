import type { Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { formatCount } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { MergeBlocker, MergeResult, MergeWish } from '../../shared/merge.ts';
import { outcomeOf } from './applyRows.ts';
import { blocked } from './blockers.ts';
import { checkForeignKeys, type Orphans } from './checkForeignKeys.ts';
import { changedOutside, compareMoment, isPast } from './compareMoment.ts';
import { beginMerge } from './mergeSession.ts';
import type { MergeRequest, MergeTools } from './mergeTools.ts';
import { findBlockers, stageMerge, type StagedMerge } from './planMerge.ts';
import { raiseSequences } from './raiseSequences.ts';
import { writeUndo } from './undoFile.ts';
import { lockTables, writeRows } from './writeRows.ts';
import { writtenElsewhere } from './writtenElsewhere.ts';

/** How long a merge can be undone. */
const undoDays = 14;

/**
 * A merge, from what is compared while everybody goes on writing to the commit of the one transaction that writes.
 * @param beside another session of the live database, for what can be done at once.
 * @param log notes the result, before the commit with the transaction by which a later start finds out how it ended, and
 *   for a rehearsal without one.
 * @throws MERGE_BLOCKED, MERGE_FAILED, MERGE_OUTSIDE_CHANGED, LOCK_TIMEOUT
 */
export async function mergeRows(
  live: Client,
  beside: Client,
  scratch: Client,
  request: MergeWish & Pick<MergeRequest, 'id' | 'way' | 'model'>,
  { undo }: Pick<MergeTools, 'undo'>,
  job: Job,
  log: (result: MergeResult, bytes: number, marker: { work: 'merge'; transaction: string } | null) => void,
): Promise<void> {
  const { tenant, policy, tablePolicies, way } = request;
  const rehearsal = way === 'rehearse';
  const staged = await stageMerge(live, scratch, request, request.model, job);
  const { tables, foreignKeys, session, bytes } = staged;
  job.reached('merge-staged');
  try {
    let moment = await compareMoment(live, beside, tables, foreignKeys);
    refuseBlockers(await findBlockers(live, staged));
    await live.query('COMMIT'); // of temporary tables
    job.stage('merging rows');
    await beginMerge(live, false);
    await lockTables(live, tables, foreignKeys);
    await beside.query('ROLLBACK');
    job.reached('merge-locked');
    if (await isPast(live, moment)) {
      moment = await compareMoment(live, null, tables, foreignKeys);
      refuseBlockers(await findBlockers(live, staged));
    }
    const written = await writeRows(live, session, tables, foreignKeys, job);
    job.reached('merge-applied');
    refuseOrphans(await checkForeignKeys(live, tables, foreignKeys));
    refuseChanges(await changedOutside(live, moment));
    const elsewhere = await writtenElsewhere(live, tables);
    refuseChanges(elsewhere ?? []);
    const result: MergeResult = {
      tenant,
      policy,
      tablePolicies,
      rehearsal,
      tables: [],
      outsideUnchanged: elsewhere !== null,
      undoUntil: null,
    };
    for (const table of tables) result.tables.push(await outcomeOf(live, table, written.get(table)!));
    if (rehearsal) {
      await live.query('ROLLBACK');
      log(result, bytes, null);
      return;
    }
    const changed = new Map(
      tables.map((table) => [table, Object.values(written.get(table)!).reduce((sum, rows) => sum + rows, 0)]),
    );
    if ([...changed.values()].some((rows) => rows > 0)) {
      await writeUndo(live, request.id, tables, changed, undo);
      result.undoUntil = new Date(Date.now() + undoDays * 86_400_000).toISOString();
      job.reached('merge-undo-written');
    }
    await raiseSequences(live, tables);
    job.signal.throwIfAborted();
    const found = await live.query<{ transaction: string }>('SELECT pg_current_xact_id()::text AS transaction');
    log(result, bytes, { work: 'merge', transaction: found.rows[0]!.transaction });
    job.reached('merge-marked');
    await live.query('COMMIT');
    job.reached('merge-committed');
  } catch (error) {
    throw refusedByServer(error, staged);
  }
}

function refuseBlockers(blockers: readonly MergeBlocker[]): void {
  if (blockers.length > 0) throw blocked(blockers);
}

function refuseOrphans(orphans: readonly Orphans[]): void {
  const [first] = orphans;
  if (!first) return;
  throw new Failure(
    'MERGE_FAILED',
    `nothing was changed: ${formatCount(first.count)} rows of ${first.table} would be left without their parent (${first.key})`,
    'Plan the merge again to see what stands in the way.',
    { details: { orphans } },
  );
}

function refuseChanges(changed: readonly string[]): void {
  if (changed.length === 0) return;
  throw new Failure(
    'MERGE_OUTSIDE_CHANGED',
    `nothing was changed: rows outside the scope would have been touched in ${changed.join(', ')}`,
    'Look for rules and triggers on these tables that write to other rows.',
    { details: { changed } },
  );
}

/** A value or a rule of the live database that the rows break: only doing it has shown it. */
function refusedByServer(error: unknown, { tables }: StagedMerge): unknown {
  const { code, message, table, schema, constraint } = error as {
    code?: unknown;
    message?: string;
    table?: string;
    schema?: string;
    constraint?: string;
  };
  if (error instanceof Failure || typeof code !== 'string' || !/^(22|23|27|P0)/.test(code)) return error;
  return new Failure(
    'MERGE_FAILED',
    `nothing was changed: the live database refused a row: ${message ?? ''}`,
    'Clear this up in the live database, or give the table another policy.',
    {
      cause: error,
      details: { table: table ? `${schema ?? ''}.${table}` : null, constraint, merged: tables.length },
    },
  );
}
