import { jobName } from '../../shared/jobWords.ts';
import { undoBackup } from '../backup/undoBackup.ts';
import type { ExpiryTools } from '../retention/expiryTools.ts';
import { policyOf } from '../state/retentionPolicies.ts';
import { uploadJournal } from '../state/uploadJournal.ts';
import { consoleStores, primaryStore } from './assemble.ts';
import type { Console } from './console.ts';

/** The zone in which a policy counts days until somebody names another: that of this machine. */
function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function expiryTools(console: Console): ExpiryTools {
  return {
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
}

/** What works with which backup: jobs that run now, and restores that a crash has left unfinished. */
function backupsInUse(console: Console): ReadonlyMap<string, string> {
  const users = new Map(console.restoreLog.backupsInUse().map((id) => [id, 'an unfinished restore']));
  for (const { kind, subject, reads } of console.working)
    for (const id of reads) users.set(id, jobName({ kind, subject }));
  return users;
}
