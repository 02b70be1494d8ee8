import { createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyStateAfter } from '../../shared/backup.ts';
import { Failure, reportFailure, type FailureCode } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest, type ManifestObject } from '../../shared/manifest.ts';
import { openManifest } from '../sealing/manifestFile.ts';
import { heldFile } from '../storage/heldFile.ts';
import { getManifest } from '../storage/repository.ts';
import { proveObject } from '../streams/prove.ts';
import type { VerifyStore, VerifyTools } from './verifyTools.ts';

/** What is wrong with one object of a copy, or with its manifest (`object` null). */
export interface Fault {
  object: ManifestObject | null;
  code: FailureCode;
  message: string;
}

export interface SealedManifest {
  bytes: Uint8Array;
  signature: Uint8Array;
}

/**
 * Reads one copy to its end: manifest and signature, size and hash of every object, decryption, decompression, every
 * table's digest.
 * @returns what is wrong with the copy itself, and how many bytes of the store were read for it.
 * @throws what says nothing of the copy: STORE_…, KEY_WRONG, DISK_TOO_SMALL, CANCELLED
 */
export async function readCopy(
  backupId: string,
  handle: VerifyStore,
  tools: VerifyTools,
  job: Job,
): Promise<{ faults: Fault[]; bytes: number }> {
  let manifest: Manifest;
  try {
    manifest = (await storedManifest(backupId, handle, tools, job)).manifest;
  } catch (error) {
    return { faults: [faultOf(error, null, job)], bytes: 0 };
  }
  return { faults: await faultsOf(manifest, manifest.objects, handle, tools, job), bytes: storedBytes(manifest) };
}

/** The manifest as it lies in a store, once it was found good. @throws MANIFEST_…, KEY_WRONG, STORE_… */
export async function storedManifest(
  backupId: string,
  handle: VerifyStore,
  { machineKey, trustedKeys, repositoryId }: VerifyTools,
  job: Job,
): Promise<{ manifest: Manifest; sealed: SealedManifest }> {
  const sealed = await getManifest(await handle.open(), backupId, job.signal);
  const expected = { backupId, identity: machineKey.identity, trusted: trustedKeys, repositoryId };
  return { manifest: await openManifest(sealed, expected), sealed };
}

/** Reads these objects of a copy to their end. @throws as readCopy does */
export async function faultsOf(
  manifest: Manifest,
  objects: readonly ManifestObject[],
  handle: VerifyStore,
  tools: VerifyTools,
  job: Job,
): Promise<Fault[]> {
  const bytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  job.stage(`verifying ${handle.name}`, { bytes, estimated: false });
  const faults: Fault[] = [];
  let before = 0;
  for (const object of objects) {
    try {
      await withProven(
        object,
        manifest,
        handle,
        tools,
        job,
        () => Promise.resolve(),
        (done) => job.done(before + done),
      );
    } catch (error) {
      faults.push(faultOf(error, object, job));
    }
    before += object.sizeBytes;
  }
  return faults;
}

/**
 * Fetches an object where its store is no folder here, proves every byte of it, and lends its path to `work`.
 * @throws COPY_DAMAGED, OBJECT_MISSING, BACKUP_UNREADABLE before `work` sees anything; STORE_…, DISK_TOO_SMALL
 */
export async function withProven(
  object: ManifestObject,
  manifest: Manifest,
  handle: VerifyStore,
  { machineKey, spoolDir }: VerifyTools,
  job: Job,
  work: (path: string) => Promise<void>,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const dir = join(spoolDir, `verify-${job.id}`);
  try {
    const path = (await heldFile(object.key, handle, job.signal)) ?? (await download(object, handle, dir, job));
    const index = manifest.objects.indexOf(object);
    const tables = object.role === 'data' ? manifest.tables.filter((table) => table.object === index) : null;
    await proveObject(
      { ...object, path, codec: manifest.codec, identity: machineKey.identity, tables, pgRestore: null },
      { signal: job.signal, onBytes },
    );
    await work(path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function download(object: ManifestObject, handle: VerifyStore, dir: string, job: Job): Promise<string> {
  const store = await handle.open();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const disk = await statfs(dir);
  if (disk.bavail * disk.bsize < object.sizeBytes)
    throw new Failure(
      'DISK_TOO_SMALL',
      'this machine has too little room to download the copy',
      'Make room on the disk of the state folder, or use another one with --home.',
      { details: { neededBytes: object.sizeBytes, freeBytes: disk.bavail * disk.bsize } },
    );
  const path = join(dir, object.sha256);
  await pipeline(await store.read(object.key, 0, job.signal), createWriteStream(path, { mode: 0o600 }), {
    signal: job.signal,
  });
  return path;
}

/** @throws the error itself where it says nothing of the copy. */
function faultOf(error: unknown, object: ManifestObject | null, job: Job): Fault {
  job.signal.throwIfAborted();
  const { code, message } = reportFailure(error);
  if (copyStateAfter(code) === null) throw error;
  return { object, code, message };
}
