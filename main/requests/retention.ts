import type { Backup } from '../../shared/backup.ts';
import type { DeletionView, PlannedCopyView, StorePolicy } from '../../shared/contract/retention.ts';
import type { CopyFate, ExpiryPlan, RetentionPolicy } from '../../shared/retention.ts';
import { namedStore } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { cleanUpStores, expiryTools } from '../console/retention.ts';
import { deleteBackups, describeDeletion } from '../retention/deleteBackups.ts';
import type { StoreCleanUp } from '../retention/expire.ts';
import { planNow } from '../retention/expiryTools.ts';
import { planInThread, type PlanPart } from '../retention/planInThread.ts';
import { rememberPins, setPolicy } from '../state/retentionPolicies.ts';
import { namedBackup } from './backups.ts';
import type { RunOptions } from './runOptions.ts';

/** As CLI.md promises it: every copy once, with a plain reason. */
export interface ExpiryAnswer {
  delete: PlannedCopyView[];
  keep: PlannedCopyView[];
}

export function policies(console: Console): StorePolicy[] {
  return expiryTools(console).stores.map(({ name, kind, policy }) => ({ store: name, kind, policy }));
}

/** @param policy null: what is usual for the kind of the store. @throws STORE_NOT_FOUND */
export async function setStorePolicy(
  console: Console,
  store: string,
  policy: RetentionPolicy | null,
): Promise<StorePolicy[]> {
  namedStore(console, store);
  setPolicy(console.preferences, store, policy);
  await saveSettings(console);
  return policies(console);
}

/** What a clean-up would do now. Changes nothing. @throws STORE_NOT_FOUND */
export function previewExpiry(console: Console, only: string | null): ExpiryAnswer {
  if (only !== null) namedStore(console, only);
  return viewed(planNow(expiryTools(console)), only);
}

/**
 * The same with another policy for one store, which is tried out; of that store the first copies of both lists.
 * @throws STORE_NOT_FOUND
 */
export async function tryPolicy(
  console: Console,
  { store, policy, limit }: { store: string; policy: RetentionPolicy | null; limit: number },
): Promise<PlanPart> {
  namedStore(console, store);
  const tools = expiryTools(console);
  const stores = tools.stores.map((known) => (known.name === store && policy ? { ...known, policy } : known));
  const { signal } = new AbortController();
  return planInThread(console.state, { ...tools, stores }, { store, delete: limit, keep: limit }, signal);
}

/** Deletes what the policies let go. @throws STORE_NOT_FOUND, CLOCK_WRONG */
export async function cleanUp(
  console: Console,
  only: string | null,
  options: RunOptions,
): Promise<ExpiryAnswer & { stores: StoreCleanUp[] }> {
  const done = await cleanUpStores(console, only, { ...options, told: true });
  return { ...viewed(done, only), stores: done.stores };
}

/** Why each copy of a backup stays or goes. @throws BACKUP_NOT_FOUND */
export function fateOf(console: Console, id: string): { store: string; goes: boolean; reason: string }[] {
  const backup = console.catalogue.find(id) ?? namedBackup(console, id);
  const plan = planNow(expiryTools(console), backup);
  const ofThis = (fates: readonly CopyFate[], goes: boolean) =>
    fates.filter((fate) => fate.id === backup.id).map(({ store, reason }) => ({ store, goes, reason }));
  return [...ofThis(plan.keep, false), ...ofThis(plan.delete, true)];
}

/** @throws BACKUP_NOT_FOUND */
export async function pin(console: Console, ids: readonly string[], pinned: boolean): Promise<Backup[]> {
  const known = ids.map((id) => namedBackup(console, id).id);
  for (const id of known) console.retention.setPinned(id, pinned);
  rememberPins(console.preferences, known, pinned);
  await saveSettings(console);
  return known.map((id) => namedBackup(console, id));
}

interface DeletionAsk {
  ids: readonly string[];
  /** Null: in every store. */
  store: string | null;
}

/** @throws BACKUP_NOT_FOUND, STORE_NOT_FOUND */
export function lookAtDeletion(console: Console, { ids, store }: DeletionAsk): DeletionView {
  if (store !== null) namedStore(console, store);
  const { backups, copies, ...more } = describeDeletion(
    ids.map((id) => namedBackup(console, id)),
    store,
    expiryTools(console),
  );
  return {
    ...more,
    backups: backups.length,
    copies: copies.length,
    bytes: copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    stores: [...new Set(copies.map((copy) => copy.store))],
  };
}

/** @throws BACKUP_NOT_FOUND, STORE_NOT_FOUND, BACKUP_IN_USE, BACKUP_KEPT, STORE_… */
export async function deleteChosen(
  console: Console,
  ask: DeletionAsk & { evenIfKept: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<{ copies: number; freedBytes: number }> {
  const { ids, store, evenIfKept } = ask;
  if (store !== null) namedStore(console, store);
  const backups = ids.map((id) => namedBackup(console, id));
  const subject = backups.length === 1 ? backups[0]!.id : `${backups.length} backups`;
  return console.run({ id: jobId, kind: 'delete', subject, signal, watcher }, (job) =>
    deleteBackups(backups, store, evenIfKept, expiryTools(console), job),
  );
}

function viewed(plan: ExpiryPlan, only: string | null): ExpiryAnswer {
  const view = (fates: readonly CopyFate[]) =>
    fates.filter(({ store }) => only === null || store === only).map((fate) => viewFate(fate));
  return { delete: view(plan.delete), keep: view(plan.keep) };
}

/** As it is shown and printed. */
export function viewFate({ id, store, reason, backup, copy }: CopyFate): PlannedCopyView {
  const { kind, source, tenant, createdAt } = backup;
  const { state, sizeBytes } = copy;
  return { id, store, reason, kind, source, tenant, createdAt: new Date(createdAt).toISOString(), state, sizeBytes };
}
