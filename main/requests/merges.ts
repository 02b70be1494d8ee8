import { ulid } from 'ulid';
import type { MergePlan, MergeWish, TableOutcome } from '../../shared/merge.ts';
import { mergeTools, namedStore } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { mergeRestore, planOfMerge } from '../merge/mergeRestore.ts';
import type { MergeRequest, MergeWay } from '../merge/mergeTools.ts';
import { undoMerge } from '../merge/undoMerge.ts';
import { chosenBackup, namedRestore, restoreTarget, type RestoreAnswer, type RestoreAsk } from './restores.ts';
import type { RunOptions } from './runOptions.ts';

export interface MergeAsk extends RestoreAsk, MergeWish {}

/** As CLI.md promises it, beside the log's fields. */
export type MergeAnswer = RestoreAnswer & { tables: TableOutcome[]; outsideUnchanged: boolean };

/** Compares a backup with a live database. @throws as planOfMerge does, BACKUP_NOT_FOUND, BACKUP_INCOMPLETE */
export async function planMergeOf(console: Console, ask: MergeAsk, options: RunOptions): Promise<MergePlan> {
  return withRequest(console, ask, 'plan', async (request) =>
    console.run(
      { ...order(options), kind: 'merge plan', subject: request.id, reads: [request.backupId] },
      async (job) => planOfMerge(request, await mergeTools(console), job),
    ),
  );
}

/** Puts rows back, or rehearses it. @throws as mergeRestore does, BACKUP_NOT_FOUND, BACKUP_INCOMPLETE */
export async function mergeBackup(
  console: Console,
  ask: MergeAsk,
  rehearse: boolean,
  options: RunOptions,
): Promise<MergeAnswer> {
  const kind = rehearse ? 'merge rehearsal' : 'merge';
  const { id, ...restore } = await withRequest(console, ask, rehearse ? 'rehearse' : 'merge', async (request) =>
    console.run({ ...order(options), kind, subject: request.id, reads: [request.backupId] }, async (job) =>
      mergeRestore(request, await mergeTools(console), job),
    ),
  );
  const { tables = [], outsideUnchanged = false } = restore.merge ?? {};
  return { restoreId: id, ...restore, tables, outsideUnchanged };
}

/** Undoes a merge. @throws as undoMerge does */
export async function rollBackMerge(
  console: Console,
  restoreId: string,
  evenIfChanged: boolean,
  options: RunOptions,
): Promise<RestoreAnswer> {
  const restore = namedRestore(console, restoreId);
  const password = await console.restorePassword(restore);
  const { id, ...undone } = await console.run(
    { ...order(options), kind: 'rollback', subject: restore.id },
    async (job) => undoMerge(restore, password, evenIfChanged, await mergeTools(console), job),
  );
  return { restoreId: id, ...undone };
}

function order({ jobId, signal, watcher }: RunOptions) {
  return { id: jobId, signal, watcher };
}

async function withRequest<T>(
  console: Console,
  ask: MergeAsk,
  way: MergeWay,
  work: (request: MergeRequest) => Promise<T>,
): Promise<T> {
  const backup = chosenBackup(console, ask);
  if (ask.store !== null) namedStore(console, ask.store);
  const source = console.settings.source(backup.source);
  const id = ask.id ?? ulid();
  const secret = `restore:${id}`; // for cleaning up after a crash, and for undoing it
  if (ask.password !== null) await console.secrets.set(secret, ask.password);
  try {
    return await work({
      id,
      way,
      backupId: backup.id,
      ...(await restoreTarget(console, ask, backup.source)),
      into: ask.into,
      tenant: ask.tenant,
      policy: ask.policy,
      tablePolicies: ask.tablePolicies,
      model: source?.tenants ?? null,
      store: ask.store,
      toolsDir: ask.toolsDir ?? source?.toolsDir ?? null,
    });
  } finally {
    const status = console.restoreLog.get(id)?.status;
    if (ask.password !== null && status !== 'IN_PROGRESS' && status !== 'COMPLETED')
      await console.secrets.forget(secret);
  }
}
