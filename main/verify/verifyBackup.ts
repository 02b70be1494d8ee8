import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyStateAfter } from '../../shared/backup.ts';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { storedBytes, type Manifest, type ManifestObject } from '../../shared/manifest.ts';
import type { Store, StoreKind } from '../../shared/store.ts';
import type { MachineKey } from '../sealing/keys.ts';
import { openManifest } from '../sealing/manifestFile.ts';
import type { Catalogue } from '../state/catalogue.ts';
import { getManifest } from '../storage/repository.ts';
import { proveObject } from '../streams/prove.ts';

export interface VerifyTools {
  catalogue: Catalogue;
  repositoryId: string;
  machineKey: MachineKey;
  trustedKeys: readonly string[];
  stores: readonly VerifyStore[];
  spoolDir: string;
}

interface VerifyStore {
  name: string;
  kind: StoreKind;
  open(): Promise<Store>;
  pathOf(key: string): string | null;
}

export interface CopyVerdict {
  store: string;
  ok: boolean;
  /** Why it is not good. */
  reason: string | null;
  code: FailureReport['code'] | null;
}

/**
 * Reads the copies of a backup to their end: manifest and signature, size and hash of every object, decryption,
 * decompression, every table's digest. What was found is noted in the catalogue.
 * @param only the name of the one store to look at; null looks at each that should have a copy.
 */
export async function verifyBackup(
  backupId: string,
  only: string | null,
  tools: VerifyTools,
  job: Job,
): Promise<CopyVerdict[]> {
  const known = tools.catalogue.get(backupId);
  const expected = known?.copies.filter(({ state }) => ['STORED', 'MISSING', 'DAMAGED'].includes(state)) ?? [];
  const stores = tools.stores.filter(({ name }) =>
    only === null ? expected.some(({ store }) => store === name) : name === only,
  );
  const verdicts: CopyVerdict[] = [];
  for (const store of stores) {
    try {
      await proveCopy(backupId, store, tools, job);
      tools.catalogue.verified(backupId, store, { ok: true, state: 'STORED', reason: null });
      verdicts.push({ store: store.name, ok: true, reason: null, code: null });
    } catch (error) {
      job.signal.throwIfAborted();
      const { code, message } = reportFailure(error);
      const state = copyStateAfter(code);
      if (state) tools.catalogue.verified(backupId, store, { ok: false, state, reason: message });
      verdicts.push({ store: store.name, ok: false, reason: message, code });
    }
  }
  return verdicts;
}

async function proveCopy(backupId: string, handle: VerifyStore, tools: VerifyTools, job: Job): Promise<void> {
  const store = await handle.open();
  const sealed = await getManifest(store, backupId, job.signal);
  const { machineKey, trustedKeys, repositoryId } = tools;
  const manifest = await openManifest(sealed, {
    backupId,
    identity: machineKey.identity,
    trusted: trustedKeys,
    repositoryId,
  });
  job.stage(`verifying ${handle.name}`, { bytes: storedBytes(manifest), estimated: false });
  const dir = join(tools.spoolDir, `verify-${job.id}`);
  let before = 0;
  try {
    for (const [index, object] of manifest.objects.entries()) {
      const path = handle.pathOf(object.key) ?? (await download(object, store, dir, job));
      await prove(manifest, index, path, tools, job, (bytes) => job.done(before + bytes));
      before += object.sizeBytes;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function prove(
  manifest: Manifest,
  index: number,
  path: string,
  { machineKey }: VerifyTools,
  job: Job,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const object = manifest.objects[index]!;
  const tables = object.role === 'data' ? manifest.tables.filter((table) => table.object === index) : null;
  return proveObject(
    { ...object, path, codec: manifest.codec, identity: machineKey.identity, tables, pgRestore: null },
    { signal: job.signal, onBytes },
  );
}

async function download(object: ManifestObject, store: Store, dir: string, job: Job): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, object.sha256);
  await pipeline(await store.read(object.key, 0, job.signal), createWriteStream(path, { mode: 0o600 }), {
    signal: job.signal,
  });
  return path;
}
