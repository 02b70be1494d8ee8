import { randomBytes } from 'node:crypto';
import { Failure, reportFailure, type FailureCode, type FailureReport } from '../../shared/failure.ts';
import { probePrefix } from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import { removeProbe } from './removeProbe.ts';

/** Milliseconds per step; null for a step that was not reached. */
export interface ProbeTimings {
  putMs: number | null;
  getMs: number | null;
  listMs: number | null;
  deleteMs: number | null;
}

export interface StoreProbe {
  /** Something answered: the folder, or the server and the bucket. */
  reachable: boolean;
  /** An object was written, read back the same, listed and deleted. */
  writable: boolean;
  failure: FailureReport | null;
  timings: ProbeTimings;
}

/** The failures of a store that did not answer, in contrast to one that answers and cannot be used. */
export const notReached: ReadonlySet<FailureCode> = new Set([
  'STORE_UNREACHABLE',
  'STORE_FOLDER_MISSING',
  'STORE_BUCKET_MISSING',
  'STORE_WRONG_REGION',
]);

/**
 * Finds out by doing it whether backups can be kept in this store: writes a small object below `probe/`, reads it back,
 * compares, lists and deletes it. Never throws for what the store does; a cancel is thrown.
 */
export async function probeStore(store: Store, signal?: AbortSignal): Promise<StoreProbe> {
  const key = `${probePrefix}${randomBytes(12).toString('hex')}`;
  const bytes = randomBytes(64);
  const timings: ProbeTimings = { putMs: null, getMs: null, listMs: null, deleteMs: null };
  const timed = async (step: keyof ProbeTimings, work: () => Promise<void>) => {
    const start = performance.now();
    await work();
    timings[step] = performance.now() - start;
  };
  const remove = () => timed('deleteMs', () => removeProbe(store, key, signal));
  const use = async () => {
    await timed('putMs', () => store.put(key, bytes, signal));
    await timed('getMs', async () => {
      if (!bytes.equals(await store.get(key, signal))) throw notTheSame(store, key);
    });
    await timed('listMs', async () => {
      for await (const object of store.list(key, signal)) if (object.key === key) return;
      throw notListed(store, key);
    });
  };
  // It goes also after a failed step or a cancel, so that no store collects probes.
  let failure = await failureOf(use);
  if (timings.putMs !== null || signal?.aborted) {
    const leftBehind = await failureOf(remove);
    failure ??= leftBehind;
  }
  signal?.throwIfAborted();
  return {
    reachable: failure === null || !notReached.has(failure.code),
    writable: failure === null,
    failure,
    timings,
  };
}

async function failureOf(work: () => Promise<void>): Promise<FailureReport | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return reportFailure(error);
  }
}

function notTheSame(store: Store, key: string): Failure {
  return new Failure(
    'STORE_FAILED',
    `the store "${store.name}" gave back other bytes than were written`,
    'Do not use this store for backups before its disk or provider has been checked.',
    { details: { store: store.name, key } },
  );
}

function notListed(store: Store, key: string): Failure {
  return new Failure(
    'STORE_FAILED',
    `the store "${store.name}" does not list an object that it has`,
    'Give the access key the permission to list the bucket.',
    { details: { store: store.name, key } },
  );
}
