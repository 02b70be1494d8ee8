import { ulidPattern } from '../../shared/backup.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import {
  machineKeyKey,
  manifestKey,
  manifestPrefix,
  objectPrefix,
  probePrefix,
} from '../../shared/repositoryFormat.ts';
import type { Store, UnfinishedUpload } from '../../shared/store.ts';
import { LocalStore } from '../storage/localStore.ts';
import type { ExpiryTools } from './expiryTools.ts';

const dayMs = 86_400_000;
/** Longer than any upload takes that still goes on. */
const orphanDays = 8;

const dataKey = /^b\/([^/]+)\//;
const signatureOnly = /^m\/([^/.]+)\.json\.sig$/;
const manifestOnly = /^m\/([^/.]+)\.json\.age$/;

interface Remains {
  newest: number;
  sizeBytes: number;
}

/**
 * Removes what unfinished work of this machine has left in a store: data and signatures without a manifest, uploads in
 * parts that nobody goes on with, probes, files in a spool. Only what is older than eight days by the store's own clock,
 * and, but for probes, never what may belong to another machine or is still to be finished.
 * @returns of how many backups something was removed, and how many bytes.
 */
export async function collectOrphans(
  store: Store,
  storeNow: Date,
  tools: Pick<ExpiryTools, 'ledger' | 'machineId' | 'resumableUpload'>,
  job: Job,
): Promise<{ orphans: number; freedBytes: number }> {
  const { signal } = job;
  const before = storeNow.getTime() - orphanDays * dayMs;
  const alone = await isOnlyMachine(store, tools.machineId, signal);
  const mayGo = (id: string) => {
    const claim = ulidPattern.test(id) ? tools.ledger.claimOf(id, store.name) : 'wanted';
    return claim === 'over' || (claim === 'unknown' && alone);
  };
  const result = { orphans: 0, freedBytes: 0 };
  for (const [id, { newest, sizeBytes }] of await remainsIn(store, signal)) {
    if (newest >= before || !mayGo(id)) continue;
    // It may have been finished since it was listed.
    if (await store.head(manifestKey(id), signal)) continue;
    await store.purge(`${manifestPrefix}${id}.`, signal);
    await store.purge(objectPrefix(id), signal);
    result.orphans++;
    result.freedBytes += sizeBytes;
  }
  await removeProbes(store, before, signal);
  await giveUpUploads(store, before, (upload) => isForgotten(upload, store.name, tools, mayGo), job);
  if (store instanceof LocalStore) await store.sweepSpool(new Date(before));
  return result;
}

/** Data and signatures of backups whose manifest is not there, by the id of the backup. */
async function remainsIn(store: Store, signal: AbortSignal): Promise<Map<string, Remains>> {
  const found = new Map<string, Remains>();
  const add = (id: string, modifiedAt: Date, sizeBytes: number) => {
    const { newest = 0, sizeBytes: bytes = 0 } = found.get(id) ?? {};
    found.set(id, { newest: Math.max(newest, modifiedAt.getTime()), sizeBytes: bytes + sizeBytes });
  };
  for await (const { key, modifiedAt, sizeBytes } of store.list('b/', signal)) {
    const id = dataKey.exec(key)?.[1];
    if (id !== undefined) add(id, modifiedAt, sizeBytes);
  }
  // After the data: a manifest comes last, so whatever was finished meanwhile has one now.
  const finished: string[] = [];
  for await (const { key, modifiedAt, sizeBytes } of store.list(manifestPrefix, signal)) {
    const signed = signatureOnly.exec(key)?.[1];
    if (signed !== undefined) add(signed, modifiedAt, sizeBytes);
    const id = manifestOnly.exec(key)?.[1];
    if (id !== undefined) finished.push(id);
  }
  for (const id of finished) found.delete(id);
  return found;
}

/** Whoever is killed while he tries a store leaves a small object there that nobody reads again. */
async function removeProbes(store: Store, before: number, signal: AbortSignal): Promise<void> {
  const old: string[] = [];
  for await (const { key, modifiedAt } of store.list(probePrefix, signal))
    if (modifiedAt.getTime() < before) old.push(key);
  for (const key of old) await store.purge(key, signal);
}

/** Whether every key in the store is that of this machine: then what nobody knows can only be ours. */
async function isOnlyMachine(store: Store, machineId: string, signal: AbortSignal): Promise<boolean> {
  const keys: string[] = [];
  for await (const { key } of store.list('keys/', signal)) keys.push(key);
  return keys.length === 1 && keys[0] === machineKeyKey(machineId);
}

function isForgotten(
  { key, uploadId }: UnfinishedUpload,
  store: string,
  { resumableUpload }: Pick<ExpiryTools, 'resumableUpload'>,
  mayGo: (id: string) => boolean,
): boolean {
  const id = dataKey.exec(key)?.[1];
  if (id === undefined || resumableUpload(store, key) === uploadId) return false;
  return mayGo(id);
}

/** A key that may not list uploads is no reason for the rest not to be done. */
async function giveUpUploads(
  store: Store,
  before: number,
  isOurs: (upload: UnfinishedUpload) => boolean,
  job: Job,
): Promise<void> {
  try {
    for await (const upload of store.unfinishedUploads('b/', job.signal))
      if (upload.begunAt.getTime() < before && isOurs(upload)) await store.abortUpload(upload, job.signal);
  } catch (error) {
    job.signal.throwIfAborted();
    job.note(`unfinished uploads in ${store.name} were not looked for: ${reportFailure(error).message}`);
  }
}
