import { copyStateAfter } from '../../shared/backup.ts';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { readCopy } from './readCopy.ts';
import type { VerifyTools } from './verifyTools.ts';

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
      const { faults, bytes } = await readCopy(backupId, store, tools, job);
      const [fault] = faults;
      const state = fault ? copyStateAfter(fault.code) : 'STORED';
      const reason = fault?.message ?? null;
      if (state) tools.catalogue.verified(backupId, store, { ok: !fault, state, reason, readBytes: bytes });
      verdicts.push({ store: store.name, ok: !fault, reason, code: fault?.code ?? null });
    } catch (error) {
      job.signal.throwIfAborted();
      const { code, message } = reportFailure(error); // it says nothing of the copy
      verdicts.push({ store: store.name, ok: false, reason: message, code });
    }
  }
  return verdicts;
}
