import { Failure } from '../../shared/failure.ts';
import { formatCount, formatDuration } from '../../shared/format.ts';
import {
  mergePolicies,
  tablePolicies,
  type MergePlan,
  type MergePolicy,
  type MergeWish,
  type RowSample,
  type TableComparison,
  type TableOutcome,
  type TablePolicy,
} from '../../shared/merge.ts';
import type { MergeAnswer } from '../requests/merges.ts';
import { columns } from './columns.ts';

export interface MergeOptions {
  tenant?: string;
  policy?: string;
  tablePolicy?: string[];
  plan?: boolean;
  rehearse?: boolean;
}

/** What a merge is asked for on the command line. @throws USAGE */
export function mergeWish({ tenant, policy, tablePolicy, plan, rehearse }: MergeOptions): MergeWish {
  if (plan && rehearse) throw new Failure('USAGE', 'a plan rehearses nothing', 'Give --plan or --rehearse.');
  if (policy === undefined && !plan)
    throw new Failure(
      'USAGE',
      'what to do with rows that differ was not said',
      'Give --policy skip (leave them), overwrite, or mirror (also delete rows that the backup lacks).',
    );
  const tables = (tablePolicy ?? []).map((text): [string, TablePolicy] => {
    const at = text.lastIndexOf('=');
    return [text.slice(0, at), oneOf(tablePolicies, text.slice(at + 1), text)];
  });
  return {
    tenant: tenant ?? null,
    policy: oneOf<MergePolicy>(mergePolicies, policy ?? 'overwrite', policy ?? ''),
    tablePolicies: Object.fromEntries(tables),
  };
}

function oneOf<T extends string>(known: readonly T[], word: string, text: string): T {
  const found = known.find((one) => one === word);
  if (found) return found;
  throw new Failure(
    'USAGE',
    `there is no policy "${text}"`,
    `Use ${known.join(', ')}; for a table schema.table=policy.`,
  );
}

/** A plan in the shape of a merge: nothing is logged, and nothing was written. The counts are those of the policies. */
export type PlanAnswer = MergePlan & {
  restoreId: null;
  status: 'PLANNED';
  outsideUnchanged: true;
  tables: (TableComparison & TableOutcome)[];
};

export function planAnswer(plan: MergePlan): PlanAnswer {
  const tables = plan.tables.map((table) => {
    const { policy, insert, differ, extra } = table;
    return {
      ...table,
      inserted: policy === 'leave' ? 0 : insert,
      updated: policy === 'overwrite' || policy === 'mirror' ? differ : 0,
      deleted: policy === 'mirror' ? extra : 0,
    };
  });
  return { ...plan, restoreId: null, status: 'PLANNED', outsideUnchanged: true, tables };
}

export function printPlan({ tenant, tables, blockers, notes }: MergePlan): string {
  const lines = [
    `Nothing was changed: this is what a merge of ${tenant === null ? 'all rows' : `tenant ${tenant}`} would meet.`,
    columns(
      ['TABLE', 'POLICY', 'MISSING', 'DIFFER', 'SAME', 'EXTRA', 'CONFLICTS'],
      tables.map((table) => [
        table.name,
        table.policy,
        ...[table.insert, table.differ, table.same, table.extra, table.conflicts].map(formatCount),
      ]),
    ),
    '  missing: would be put back · differ: set back by overwrite and mirror · extra: deleted by mirror only',
  ];
  for (const { name, samples } of tables) lines.push(...sampleLines('differs', name, samples));
  for (const { sentence } of blockers) lines.push(`  BLOCKS    ${sentence}`);
  for (const { name, conflictSamples } of tables) lines.push(...sampleLines('in way', name, conflictSamples));
  for (const note of notes) lines.push(`  note      ${note}`);
  if (blockers.length === 0) lines.push('Nothing stands in the way.');
  return lines.join('\n');
}

function sampleLines(word: string, table: string, samples: readonly RowSample[]): string[] {
  return samples.slice(0, 2).flatMap(({ key, columns: differing }) => {
    const id = Object.values(key).join(', ');
    return differing
      .slice(0, 3)
      .map(
        ({ name, live, backup }) =>
          `  ${word.padEnd(8)}  ${table} ${id}: ${name} is ${short(live)}, was ${short(backup)}`,
      );
  });
}

export function printMerge(merge: MergeAnswer): string {
  const { restoreId, status, target, server, tables, merge: result } = merge;
  const lines = [
    `${restoreId}  ${status}  ${target} on ${server}, took ${formatDuration(merge.durationSeconds ?? 0)}`,
    columns(
      ['TABLE', 'PUT BACK', 'CHANGED', 'DELETED', 'SAME'],
      tables.map((table) => [
        table.name,
        ...[table.inserted, table.updated, table.deleted, table.same].map(formatCount),
      ]),
    ),
    `  outside   ${outsideWords(merge)}`,
  ];
  for (const note of merge.notes) lines.push(`  note      ${note}`);
  if (status === 'REHEARSED') lines.push(`It was a rehearsal: everything was rolled back, ${target} is as it was.`);
  else if (result?.undoUntil)
    lines.push(`  undo      strongroom rollback ${restoreId}   (until ${result.undoUntil.slice(0, 10)})`);
  return lines.join('\n');
}

function outsideWords({ outsideUnchanged, merge }: MergeAnswer): string {
  if (!outsideUnchanged) return 'not proven: the server does not count what is written (track_counts is off)';
  const others = merge?.tenant === null ? '' : 'every row of other tenants is as it was (fingerprints are equal), ';
  return `${others}nothing was written to any other table`;
}

function short(value: string | null): string {
  if (value === null) return 'empty';
  return value.length > 40 ? `"${value.slice(0, 39)}…"` : `"${value}"`;
}
