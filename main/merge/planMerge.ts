import type { Client } from 'pg';
import type { Job } from '../../shared/job.ts';
import type { MergeBlocker, MergePlan, MergeWish } from '../../shared/merge.ts';
import type { TenantModel } from '../../shared/source.ts';
import { chooseTables, type Choice } from './chooseTables.ts';
import { compareRows, tellComparison } from './compareRows.ts';
import { describeTables, listForeignKeys, type ForeignKey } from './describeTables.ts';
import { conflictsOf, findConflicts } from './findConflicts.ts';
import { beginMerge, sessionBlockers, type SessionKind } from './mergeSession.ts';
import { stageRows } from './stageRows.ts';

const samplesOfTable = 5;

/** Compares without a lock that anybody would wait for, in a transaction that is rolled back. */
export async function planMerge(
  live: Client,
  scratch: Client,
  wish: MergeWish,
  model: TenantModel | null,
  job: Job,
): Promise<MergePlan> {
  const staged = await stageMerge(live, scratch, wish, model, job);
  for (const table of staged.tables) await compareRows(live, table);
  const blockers = await findBlockers(live, staged);
  const tables: MergePlan['tables'] = [];
  for (const table of staged.tables)
    tables.push(
      await tellComparison(live, table, await conflictsOf(live, table, blockers, samplesOfTable), samplesOfTable),
    );
  await live.query('ROLLBACK');
  return { tenant: wish.tenant, tables, blockers, notes: staged.notes };
}

export interface StagedMerge extends Choice {
  session: SessionKind;
  foreignKeys: ForeignKey[];
  bytes: number;
}

/** Begins the transaction that compares, and brings the backup's rows into the session; nothing is locked. */
export async function stageMerge(
  live: Client,
  scratch: Client,
  wish: MergeWish,
  model: TenantModel | null,
  job: Job,
): Promise<StagedMerge> {
  await scratch.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const session = await beginMerge(live, true);
  const choice = await chooseTables(live, scratch, wish, model);
  const archived = new Map((await describeTables(scratch)).map((table) => [table.name, table.from]));
  const bytes = await stageRows(live, scratch, choice.tables, ({ live: { name } }) => archived.get(name)!, job);
  return { ...choice, session, foreignKeys: await listForeignKeys(live), bytes };
}

/** @returns everything that stands in the way of what was compared. */
export async function findBlockers(live: Client, staged: StagedMerge): Promise<MergeBlocker[]> {
  const { tables, foreignKeys, session } = staged;
  return [
    ...staged.blockers,
    ...sessionBlockers(session, tables, foreignKeys),
    ...(await findConflicts(live, tables, foreignKeys)),
  ];
}
