import { Failure } from '../../shared/failure.ts';
import { jobName } from '../../shared/jobWords.ts';
import { undoBackup } from '../backup/undoBackup.ts';
import type { JobWatcher } from '../jobs/jobRunner.ts';
import { expire, type CleanUp } from '../retention/expire.ts';
import type { ExpiryTools } from '../retention/expiryTools.ts';
import { planInThread } from '../retention/planInThread.ts';
import { policyOf } from '../state/retentionPolicies.ts';
import { uploadJournal } from '../state/uploadJournal.ts';
import { consoleStores, namedStore, primaryStore } from './assemble.ts';
import type { Console } from './console.ts';

/** The zone in which a policy counts days until somebody names another: that of this machine. */
function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** @param told whether what stays shall be told as well: for 100,000 backups that is long. */
export function expiryTools(console: Console, { told = true } = {}): ExpiryTools {
  const tools: Omit<ExpiryTools, 'plan' | 'planWith'> = {
    ledger: console.retention,
    machineId: console.repository().machineId,
    stores: consoleStores(console).map((store) => ({
      name: store.name,
      kind: store.kind,
      policy: policyOf(console.preferences, store, ownZone()),
      open: () => store.open(),
    })),
    inUse: () => backupsInUse(console),
    undoRemains: (id) => undoBackup(id, primaryStore(console)),
    resumableUpload: (store, key) => uploadJournal(console.state, store).find(key)?.uploadId ?? null,
    now: () => new Date(),
  };
  const { state } = console;
  const wanted = { store: null, delete: Infinity, keep: told ? Infinity : 0 };
  const unused = { ...tools, inUse: () => new Map<string, string>() };
  return {
    ...tools,
    plan: (signal) => planInThread(state, tools, wanted, signal),
    planWith: (assumed, signal) => planInThread(state, unused, { ...wanted, keep: 0, assumed }, signal),
  };
}

/** What works with which backup: jobs that run now, and restores that a crash has left unfinished. */
function backupsInUse(console: Console): ReadonlyMap<string, string> {
  const users = new Map(console.restoreLog.backupsInUse().map((id) => [id, 'an unfinished restore']));
  for (const id of console.drills.backupsInUse()) users.set(id, 'a test restore');
  for (const { kind, subject, reads } of console.working)
    for (const id of reads) users.set(id, jobName({ kind, subject }));
  return users;
}

/**
 * Deletes what the rules of the stores let go, as a logged job: FAILED when some store was not cleaned up to the end.
 * @param only the name of one store; null: all of them. `told`: also what stays is told. @throws STORE_NOT_FOUND, CLOCK_WRONG
 */
export async function cleanUpStores(
  console: Console,
  only: string | null,
  {
    jobId,
    signal,
    watcher,
    told = false,
  }: { jobId?: string; signal: AbortSignal; watcher?: JobWatcher; told?: boolean },
): Promise<CleanUp> {
  if (only !== null) namedStore(console, only);
  const tools = expiryTools(console, { told });
  return console.run(
    { id: jobId, kind: 'cleanup', subject: only ?? '', signal, watcher },
    (job) => expire(only, tools, job),
    judgeCleanUp,
  );
}

/** A clean-up that could not do its work in some store. */
function judgeCleanUp({ stores }: CleanUp): Failure | null {
  const failed = stores.flatMap(({ store, failure }) => (failure ? [{ store, failure }] : []));
  const [first] = failed;
  if (!first) return null;
  return new Failure(
    first.failure.code,
    `not everything was cleaned up (${failed.map(({ store, failure }) => `${store}: ${failure.message}`).join('; ')})`,
    `${first.failure.hint} The next clean-up goes on where this one could not.`,
    { details: { stores: failed.map(({ store }) => store) } },
  );
}
