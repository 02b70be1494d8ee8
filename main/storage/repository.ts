import { Failure } from '../../shared/failure.ts';
import {
  formatKey,
  machineKeyKey,
  manifestKey,
  readmeKey,
  repositoryReadme,
  signatureKey,
  type PublishedKeys,
  type RepositoryFormat,
} from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import { formatVersion } from '../../shared/manifest.ts';

/**
 * Makes a store part of a repository: README, format and public keys. May be repeated.
 * @throws STORE_FOREIGN when it belongs to another repository; MANIFEST_NEWER when a newer Strongroom wrote it.
 */
export async function prepareRepository(
  store: Store,
  repositoryId: string,
  keys: PublishedKeys,
  signal?: AbortSignal,
): Promise<void> {
  await writeRepository(store, repositoryId, keys, await isPrepared(store, repositoryId, signal), signal);
}

/**
 * As `prepareRepository`, for a store that is being added: on a failure or a cancel, what this call has written is taken
 * away again, so that another repository may have the place; a store that was part of the repository keeps everything.
 * @throws STORE_FOREIGN, MANIFEST_NEWER
 */
export async function joinRepository(
  store: Store,
  repositoryId: string,
  keys: PublishedKeys,
  signal?: AbortSignal,
): Promise<void> {
  const ours = await isPrepared(store, repositoryId, signal);
  try {
    await writeRepository(store, repositoryId, keys, ours, signal);
    signal?.throwIfAborted();
  } catch (error) {
    // A store that does not answer any more keeps what it has; the first failure is the one to tell.
    if (!ours) await forsakeRepository(store, repositoryId, keys).catch(() => undefined);
    throw error;
  }
}

async function writeRepository(
  store: Store,
  repositoryId: string,
  keys: PublishedKeys,
  isMarked: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const format: RepositoryFormat = { format: 'strongroom', version: formatVersion, repositoryId };
  if (!isMarked) await store.put(formatKey, json(format), signal);
  await store.put(machineKeyKey(keys.machineId), json(keys), signal);
  await store.put(readmeKey, Buffer.from(repositoryReadme()), signal);
}

/**
 * Whether a store is part of this repository already; false where it is part of none.
 * @throws STORE_FOREIGN, MANIFEST_NEWER
 */
export async function isPrepared(store: Store, repositoryId: string, signal?: AbortSignal): Promise<boolean> {
  const format = await findFormat(store, signal);
  if (format) checkFormat(format, store.name, repositoryId);
  return format !== null;
}

/** Also after a cancel. Another machine may have made the store part of its repository meanwhile: that stays. */
async function forsakeRepository(store: Store, repositoryId: string, { machineId }: PublishedKeys): Promise<void> {
  const format = await findFormat(store, AbortSignal.timeout(forsakePatienceMs));
  const isForeign = format !== null && format.repositoryId !== repositoryId;
  for (const key of isForeign ? [machineKeyKey(machineId)] : [formatKey, machineKeyKey(machineId), readmeKey])
    await store.delete(key, AbortSignal.timeout(forsakePatienceMs));
}

const forsakePatienceMs = 2_000;

/** Asks by GET: when an S3 store refuses, the answer to HEAD has no body that would say why. */
async function findFormat(store: Store, signal?: AbortSignal): Promise<RepositoryFormat | null> {
  try {
    return JSON.parse(Buffer.from(await store.get(formatKey, signal)).toString('utf8')) as RepositoryFormat;
  } catch (error) {
    if (error instanceof Failure && error.code === 'OBJECT_MISSING') return null;
    throw error;
  }
}

/** @throws STORE_FOREIGN, MANIFEST_NEWER */
function checkFormat(format: RepositoryFormat, store: string, repositoryId: string): void {
  if (format.version > formatVersion)
    throw new Failure(
      'MANIFEST_NEWER',
      `the store ${store} is of format version ${format.version}, which this Strongroom does not know`,
      'Install the newer version of Strongroom that wrote it.',
    );
  if (format.repositoryId !== repositoryId)
    throw new Failure(
      'STORE_FOREIGN',
      `the store ${store} holds the backups of another repository`,
      'Choose another folder, bucket or prefix; two repositories must not share one.',
      { details: { expected: repositoryId, found: format.repositoryId } },
    );
}

/** Stores a manifest, which makes the backup exist there: signature first, manifest last, then read back and compared. */
export async function putManifest(
  store: Store,
  backupId: string,
  sealed: { bytes: Uint8Array; signature: Uint8Array },
  signal?: AbortSignal,
): Promise<void> {
  await store.put(signatureKey(backupId), sealed.signature, signal);
  await store.put(manifestKey(backupId), sealed.bytes, signal);
  const stored = await store.get(manifestKey(backupId), signal);
  if (!Buffer.from(stored).equals(sealed.bytes))
    throw new Failure(
      'COPY_DAMAGED',
      `the store ${store.name} gave back other bytes than were written`,
      'Test the disk or the network; the copy does not count.',
    );
}

/** @throws MANIFEST_MISSING */
export async function getManifest(
  store: Store,
  backupId: string,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; signature: Uint8Array }> {
  try {
    const bytes = await store.get(manifestKey(backupId), signal);
    return { bytes, signature: await store.get(signatureKey(backupId), signal) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'OBJECT_MISSING') throw error;
    throw new Failure(
      'MANIFEST_MISSING',
      `the manifest of this backup is not in the store ${store.name}`,
      'Without its manifest the copy does not count; use another store.',
      { cause: error },
    );
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
