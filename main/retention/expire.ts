import { Failure, reportFailure, type FailureReport } from '../../shared/failure.ts';
import { formatDuration } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { CopyFate, ExpiryPlan } from '../../shared/retention.ts';
import type { Store } from '../../shared/store.ts';
import { storeTime } from '../storage/storeTime.ts';
import { collectOrphans } from './collectOrphans.ts';
import { deleteCopy } from './deleteCopy.ts';
import { forgoExpired } from './forgoExpired.ts';
import type { ExpiryStore, ExpiryTools } from './expiryTools.ts';

/** What a clean-up did in one store. */
export interface StoreCleanUp {
  store: string;
  deleted: number;
  freedBytes: number;
  /** Backups of whose unfinished remains something was removed. */
  orphans: number;
  /** Copies of the plan that something came to need before their turn. */
  spared: number;
  /** Why not everything was done; the next clean-up goes on with it. */
  failure: FailureReport | null;
}

export interface CleanUp extends ExpiryPlan {
  stores: StoreCleanUp[];
}

/** A clock that is so far off is no clock. */
const clockToleranceMs = 86_400_000;
/** What stands in one copy's way need not stand in the others'; but not every one is tried against a wall. */
const mostFailures = 3;
const storeIsAway = ['STORE_UNREACHABLE', 'STORE_FOLDER_MISSING', 'STORE_BUCKET_MISSING', 'STORE_READ_ONLY'];

/**
 * Deletes what the plan lets go, store by store, those of this machine first; a store that fails does not stop the
 * others, and the next clean-up catches up there. Also collects what unfinished work has left.
 * @param only the name of the one store to clean up; null: all of them.
 * @throws CLOCK_WRONG before anything is deleted, where a store's clock says that the one of this machine is off;
 *   CANCELLED
 */
export async function expire(only: string | null, tools: ExpiryTools, job: Job): Promise<CleanUp> {
  job.stage('planning');
  await forgoExpired(tools, job.signal);
  await sweepFailed(tools, job);
  const plan = await tools.plan(job.signal);
  const stores = tools.stores.filter(({ name }) => only === null || name === only);
  const opened = await Promise.all(stores.map((handle) => openStore(handle, job)));
  checkClocks(opened, tools.now());
  const done: StoreCleanUp[] = [];
  for (const { handle, store, failure, time } of opened)
    done.push(
      store && time
        ? await cleanStore(store, time, plan, tools, job)
        : { store: handle.name, deleted: 0, freedBytes: 0, orphans: 0, spared: 0, failure },
    );
  for (const { store, failure } of done)
    if (failure) job.note(`${store} was not cleaned up to the end: ${failure.message}`);
  return { delete: plan.delete, keep: plan.keep, stores: done };
}

interface OpenedStore {
  handle: ExpiryStore;
  store: Store | null;
  time: Date | null;
  failure: FailureReport | null;
}

async function openStore(handle: ExpiryStore, job: Job): Promise<OpenedStore> {
  try {
    const store = await handle.open();
    return { handle, store, time: await storeTime(store, job.signal), failure: null };
  } catch (error) {
    job.signal.throwIfAborted();
    return { handle, store: null, time: null, failure: reportFailure(error) };
  }
}

/** A clock that has jumped ahead would make everything old. */
function checkClocks(opened: readonly OpenedStore[], now: Date): void {
  for (const { handle, time } of opened) {
    const off = time === null ? 0 : Math.abs(time.getTime() - now.getTime());
    if (off > clockToleranceMs)
      throw new Failure(
        'CLOCK_WRONG',
        `the clock of this machine and that of the store ${handle.name} differ by ${formatDuration(off / 1000)}`,
        'Set the clock right. Until then nothing is deleted, because nobody knows how old anything is.',
        { details: { store: handle.name, storeTime: time?.toISOString(), ownTime: now.toISOString() } },
      );
  }
}

async function cleanStore(
  store: Store,
  storeNow: Date,
  plan: ExpiryPlan,
  tools: ExpiryTools,
  job: Job,
): Promise<StoreCleanUp> {
  const result: StoreCleanUp = {
    store: store.name,
    deleted: 0,
    freedBytes: 0,
    orphans: 0,
    spared: 0,
    failure: null,
  };
  const going = plan.delete.filter((fate) => fate.store === store.name);
  const bytes = going.reduce((sum, { copy }) => sum + copy.sizeBytes, 0);
  job.stage(`cleaning up ${store.name}`, { bytes, estimated: false });
  let passed = 0;
  let failures = 0;
  try {
    for (const fate of going) {
      const { state, sizeBytes } = fate.copy;
      job.signal.throwIfAborted();
      if (isNeededNow(fate, tools)) result.spared++;
      else {
        const failure = await tryToDelete(fate, store, tools, job);
        if (failure === null) {
          result.deleted++;
          result.freedBytes += state === 'STORED' || state === 'DELETING' ? sizeBytes : 0;
        } else {
          result.failure ??= failure;
          failures++;
          if (failures >= mostFailures || storeIsAway.includes(failure.code)) return result;
        }
      }
      passed += sizeBytes;
      job.done(passed);
    }
    const { orphans, freedBytes } = await collectOrphans(store, storeNow, tools, job);
    result.orphans = orphans;
    result.freedBytes += freedBytes;
  } catch (error) {
    job.signal.throwIfAborted();
    result.failure ??= reportFailure(error);
  }
  return result;
}

/** @returns why it could not be deleted. @throws CANCELLED */
async function tryToDelete(
  { id, reason, copy: { state } }: CopyFate,
  store: Store,
  { ledger }: ExpiryTools,
  job: Job,
): Promise<FailureReport | null> {
  try {
    await deleteCopy({ id, state, reason }, store, ledger, job);
    return null;
  } catch (error) {
    job.signal.throwIfAborted();
    return reportFailure(error);
  }
}

/**
 * The plan may be an hour old when a copy's turn comes: a restore may have begun, somebody may have pinned it, or the
 * newer copies have been found bad. Nothing happens between this look and the journal.
 */
function isNeededNow({ id, store, copy: { state } }: CopyFate, { inUse, ledger }: ExpiryTools): boolean {
  if (inUse().has(id)) return true;
  const now = ledger.copyNow(id, store);
  if (now?.state === 'DELETING') return false;
  if (now === null || now.pinned || now.state !== state) return true;
  return state === 'STORED' && !ledger.hasNewerGood(id, store);
}

/** A backup that failed leaves nothing, but where the store was gone at that moment. */
async function sweepFailed({ ledger, undoRemains }: ExpiryTools, job: Job): Promise<void> {
  for (const id of ledger.failedWithRemains()) {
    try {
      if ((await undoRemains(id)) === 'gone') ledger.swept(id);
    } catch (error) {
      job.note(`what the failed backup ${id} has left is still there: ${reportFailure(error).message}`);
    }
  }
}
