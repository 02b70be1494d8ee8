import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest, type ManifestObject } from '../../shared/manifest.ts';
import { openManifest } from '../sealing/manifestFile.ts';
import { getManifest, putManifest } from '../storage/repository.ts';
import { proveObject } from '../streams/prove.ts';
import type { BackupTools, StoreHandle } from './backupTools.ts';

/**
 * Looks at the local copy of a backup, from which all others are made, and replaces what is missing or damaged by good
 * bytes of another store; so that damage is never copied on.
 * @throws why the local copy is not good, when no store has what it lacks; CANCELLED
 */
export async function mendLocalCopy(manifest: Manifest, tools: BackupTools, job: Job): Promise<void> {
  const { localStore } = tools;
  job.stage('checking the local copy', { bytes: storedBytes(manifest), estimated: false });
  let mended = false;
  let before = 0;
  for (const object of manifest.objects) {
    const onBytes = (bytes: number) => job.done(before + bytes);
    await prove(object, localStore.pathOf(object.key), manifest, job, onBytes).catch((problem: unknown) =>
      fromAnyOther(problem, tools, job, async (store) => {
        const staged = await localStore.stagingPath(`${object.sha256}.part`);
        try {
          const body = await (await store.open()).read(object.key, 0, job.signal);
          await pipeline(body, createWriteStream(staged, { mode: 0o600 }), { signal: job.signal });
          await prove(object, staged, manifest, job, onBytes);
          await localStore.adopt(object.key, staged);
        } finally {
          await rm(staged, { force: true });
        }
        mended = true;
      }),
    );
    before += object.sizeBytes;
  }
  await openedManifest(localStore, manifest.id, tools, job).catch((problem: unknown) =>
    fromAnyOther(problem, tools, job, async (store) => {
      await putManifest(localStore, manifest.id, await openedManifest(await store.open(), manifest.id, tools, job));
      mended = true;
    }),
  );
  if (mended) job.note(`the copy of ${manifest.id} in ${localStore.name} was mended`);
  tools.catalogue.setCopy(manifest.id, localStore, 'STORED', { sizeBytes: storedBytes(manifest) });
}

function prove(
  object: ManifestObject,
  path: string,
  { codec }: Manifest,
  { signal }: Job,
  onBytes: (bytes: number) => void,
): Promise<void> {
  return proveObject({ ...object, path, codec, identity: null, tables: null, pgRestore: null }, { signal, onBytes });
}

/** A manifest as it is stored, once it has been found good. */
async function openedManifest(
  store: Parameters<typeof getManifest>[0],
  backupId: string,
  { machineKey, repositoryId }: BackupTools,
  job: Job,
): Promise<{ bytes: Uint8Array; signature: Uint8Array }> {
  const sealed = await getManifest(store, backupId, job.signal);
  const trusted = [machineKey.signingPublicKey];
  await openManifest(sealed, { backupId, identity: machineKey.identity, trusted, repositoryId });
  return sealed;
}

/** @throws `problem` when it is none that another store could help with, or none of them does. */
async function fromAnyOther(
  problem: unknown,
  tools: BackupTools,
  job: Job,
  take: (store: StoreHandle) => Promise<void>,
): Promise<void> {
  const mendable = ['COPY_DAMAGED', 'OBJECT_MISSING', 'MANIFEST_MISSING', 'MANIFEST_FORGED'];
  if (!(problem instanceof Failure) || !mendable.includes(problem.code)) throw problem;
  for (const store of tools.otherStores) {
    try {
      await take(store);
      return;
    } catch {
      job.signal.throwIfAborted(); // the reason of this store is told when it is verified
    }
  }
  throw problem;
}
