import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest, type ManifestObject } from '../../shared/manifest.ts';
import { decompress } from '../sealing/codec.ts';
import { unsealStream } from '../sealing/age.ts';
import { heldFile } from '../storage/heldFile.ts';
import { inParallel } from '../streams/inParallel.ts';
import { proveObject } from '../streams/prove.ts';
import { noGoodCopy } from './openNearestManifest.ts';
import type { RestoreStore, RestoreTools } from './restoreTools.ts';

/** A backup's files on this machine, each with the hash that the signed manifest names. */
export interface FetchedObjects {
  data: { path: string; object: ManifestObject }[];
  /** The schema archive, opened: it holds no rows. */
  schemaPath: string;
  /** Where more may lie meanwhile; goes with the rest. */
  dir: string;
  /** Removes what was downloaded or opened. */
  remove(): Promise<void>;
}

/** Where downloads go. */
export interface Spool {
  dir: string;
  /** What the downloads that are under way still have to write there. */
  promisedBytes: number;
}

/**
 * Gets all objects of a backup at once, each from the nearest store whose copy is good. Its size and SHA-256 are
 * compared with the signed manifest before anything of it goes on; a bad copy is noted with its reason and the next
 * store is asked.
 * @param reasons why stores were passed over for the manifest, by their name; they are asked last, and told once.
 * @throws NO_GOOD_COPY with a reason per store, DISK_TOO_SMALL, CANCELLED
 */
export async function fetchObjects(
  manifest: Manifest,
  only: string | null,
  reasons: Record<string, string>,
  tools: RestoreTools,
  job: Job,
): Promise<FetchedObjects> {
  const dir = join(tools.spoolDir, `restore-${job.id}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const remove = () => rm(dir, { recursive: true, force: true });
  try {
    job.stage('fetching', { bytes: storedBytes(manifest), estimated: false });
    const counts = new Map<string, number>();
    const spool: Spool = { dir, promisedBytes: 0 };
    const stores = tools.stores.filter(({ name }) => only === null || name === only);
    const wanted = manifest.objects.filter(({ role }) => role !== 'globals');
    const fetched = await inParallel(
      wanted.map((object) => async (signal: AbortSignal) => {
        const onBytes = (bytes: number) => {
          counts.set(object.key, bytes);
          job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
        };
        const path = await fetchNearest(object, manifest, stores, reasons, spool, tools, { ...job, signal }, onBytes);
        job.reached('restore-fetching');
        return { path, object };
      }),
      job.signal,
    );
    const schema = fetched.find(({ object }) => object.role === 'schema');
    if (!schema) throw new Error('the manifest names no schema');
    const schemaPath = join(dir, 'schema.dump');
    const sealed = createReadStream(schema.path);
    const opened = decompress(await unsealStream(sealed, tools.machineKey.identity), manifest.codec);
    await pipeline(Readable.from(opened), createWriteStream(schemaPath, { mode: 0o600 }));
    return { data: fetched.filter(({ object }) => object.role === 'data'), schemaPath, dir, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Gets one object from the nearest store whose copy is good, into the spool where it is not in a folder of this machine.
 * @param reasons why stores have failed so far, by their name; those are asked last.
 * @throws NO_GOOD_COPY, DISK_TOO_SMALL, CANCELLED
 */
export async function fetchNearest(
  object: ManifestObject,
  manifest: Manifest,
  stores: readonly RestoreStore[],
  reasons: Record<string, string>,
  spool: Spool,
  { catalogue }: RestoreTools,
  job: Job,
  onBytes: (bytes: number) => void,
): Promise<string> {
  for (const store of stores.toSorted((a, b) => Number(a.name in reasons) - Number(b.name in reasons))) {
    try {
      const path =
        (await heldFile(object.key, store, job.signal)) ?? (await download(object, store, spool, job, onBytes));
      await proveObject(
        { ...object, path, codec: manifest.codec, identity: null, tables: null, pgRestore: null },
        { signal: job.signal, onBytes },
      );
      return path;
    } catch (error) {
      job.signal.throwIfAborted();
      if (error instanceof Failure && error.code === 'DISK_TOO_SMALL') throw error;
      const { code, message } = reportFailure(error);
      catalogue.foundBad(manifest.id, store, code, message);
      if (!(store.name in reasons)) job.note(`no good copy in ${store.name}: ${message}`);
      reasons[store.name] ??= message;
    }
  }
  throw noGoodCopy(reasons);
}

async function download(
  object: ManifestObject,
  store: RestoreStore,
  spool: Spool,
  job: Job,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const { sizeBytes } = object;
  let bytes = 0;
  async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      yield chunk;
      bytes += chunk.length;
      spool.promisedBytes -= chunk.length;
      onBytes(bytes);
    }
  }
  spool.promisedBytes += sizeBytes;
  try {
    await refuseSmallDisk(spool);
    const path = join(spool.dir, `${object.sha256}.${store.name}`);
    const body = await (await store.open()).read(object.key, 0, job.signal);
    await pipeline(counted(body), createWriteStream(path, { mode: 0o600 }), { signal: job.signal });
    return path;
  } finally {
    spool.promisedBytes -= sizeBytes - bytes;
  }
}

/** @throws DISK_TOO_SMALL */
async function refuseSmallDisk({ dir, promisedBytes }: Spool): Promise<void> {
  const disk = await statfs(dir);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < promisedBytes)
    throw new Failure(
      'DISK_TOO_SMALL',
      'this machine has too little room to download the backup',
      'Make room on the disk of the state folder, or use another one with --home.',
      { details: { neededBytes: promisedBytes, freeBytes } },
    );
}
