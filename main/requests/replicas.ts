import type { Backup } from '../../shared/backup.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { BackupTools } from '../backup/backupTools.ts';
import { mendLocalCopy } from '../backup/mendLocalCopy.ts';
import { replicate } from '../backup/replicate.ts';
import { backupTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { overdueCopies } from '../console/overdueCopies.ts';
import { expiryTools } from '../console/retention.ts';
import { forgoExpired } from '../retention/forgoExpired.ts';
import { getManifest } from '../storage/repository.ts';
import { namedBackup } from './backups.ts';
import type { RunOptions } from './runOptions.ts';

/** Names of the stores that lack it, by the id of the backup. */
type Missing = ReadonlyMap<string, readonly string[]>;

/**
 * Copies to every store what it lacks: new stores, failed copies, interrupted uploads, what a verification found bad.
 * @returns the backups that were looked at, with their copies as they are now.
 */
export async function replicateMissing(console: Console, options: RunOptions): Promise<{ backups: Backup[] }> {
  const tools = await backupTools(console);
  await forgoExpired(expiryTools(console), options.signal);
  const missing = new Map<string, string[]>();
  for (const { name } of tools.otherStores)
    for (const id of console.catalogue.missingIn(name)) missing.set(id, [...(missing.get(id) ?? []), name]);
  for (const id of console.catalogue.missingIn(tools.localStore.name)) missing.set(id, missing.get(id) ?? []);
  return copy(console, missing, tools, options);
}

/** What a store missed while it was away is copied there by itself. Nothing is logged where nothing is missing. */
export async function copyOverdue(console: Console, options: RunOptions): Promise<{ backups: Backup[] }> {
  await forgoExpired(expiryTools(console), options.signal);
  const overdue = overdueCopies(console);
  if (overdue.size === 0) return { backups: [] };
  return copy(console, overdue, await backupTools(console), options);
}

async function copy(
  console: Console,
  missing: Missing,
  tools: BackupTools,
  { jobId, signal, watcher }: RunOptions,
): Promise<{ backups: Backup[] }> {
  const order = { id: jobId, kind: 'replicate', subject: '', signal, watcher, reads: [...missing.keys()] };
  await console.run(order, async (job) => {
    for (const [id, stores] of missing) await copyOne(console, id, stores, tools, job);
  });
  return { backups: [...missing.keys()].map((id) => namedBackup(console, id)) };
}

async function copyOne(
  { catalogue }: Console,
  id: string,
  stores: readonly string[],
  tools: BackupTools,
  job: Job,
): Promise<void> {
  const manifest = catalogue.manifest(id);
  if (!manifest) return;
  try {
    await mendLocalCopy(manifest, tools, job);
  } catch (error) {
    job.signal.throwIfAborted();
    job.note(`${id} is not copied, because its local copy is not good: ${reportFailure(error).message}`);
    return;
  }
  const handles = tools.otherStores.filter(({ name }) => stores.includes(name));
  await replicate(manifest, await getManifest(tools.localStore, id, job.signal), tools, job, handles);
}
