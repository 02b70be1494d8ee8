import { copyStateAfter } from '../../shared/backup.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { FoundDamage, IntegrityReport } from '../../shared/integrity.ts';
import type { Job } from '../../shared/job.ts';
import { compareListing } from './compareListing.ts';
import { mendCopy } from './mendCopy.ts';
import { candidates, planReads, type PlannedRead } from './planReads.ts';
import { readCopy } from './readCopy.ts';
import { factsOf } from './storeFacts.ts';
import type { IntegrityTools, VerifyStore } from './verifyTools.ts';

/** A store that lost everything is the work of a replication; a check must end. */
const mendsPerCheck = 10;

/**
 * One integrity check: every copy in every store by listing, a planned part of them read to the end, and what is not
 * good made again from another store. Each look is noted when it is done, so a check that was cut off goes on with the
 * next one. A store that does not answer says nothing of its copies.
 * @param onDamage called when copies are known not to be good, before any of them is made again.
 * @throws CANCELLED
 */
export async function checkIntegrity(tools: IntegrityTools, job: Job, onDamage: () => void): Promise<IntegrityReport> {
  const report: IntegrityReport = { ok: false, listed: [], read: [], unread: [], damage: [] };
  for (const handle of tools.stores) report.listed.push(await listed(handle, tools, job));
  job.reached('integrity-listed');
  const answering = tools.stores.filter(({ name }) => report.listed.some((one) => one.store === name && !one.failure));
  const now = new Date();
  const facts = answering.map((handle) =>
    factsOf({ ...handle, limits: tools.limitsOf(handle) }, tools.looks, now, candidates),
  );
  for (const planned of planReads(facts, tools.looks.count(), now)) {
    await readPlanned(planned, tools, report, job);
    job.reached('integrity-read');
  }
  const bad = tools.looks.bad();
  if (bad.length > 0) onDamage();
  report.damage = await mendAll(bad, tools, job);
  report.ok = report.damage.every(({ leftBecause }) => leftBecause === null);
  return report;
}

async function listed(
  handle: VerifyStore,
  tools: IntegrityTools,
  job: Job,
): Promise<IntegrityReport['listed'][number]> {
  try {
    return { store: handle.name, copies: await compareListing(handle, tools, job), failure: null };
  } catch (error) {
    job.signal.throwIfAborted();
    const { message } = reportFailure(error);
    job.note(`${handle.name} could not be looked at: ${message}`);
    return { store: handle.name, copies: 0, failure: message };
  }
}

async function readPlanned(
  { backupId, store, why }: PlannedRead,
  tools: IntegrityTools,
  report: IntegrityReport,
  job: Job,
): Promise<void> {
  const handle = tools.stores.find(({ name }) => name === store)!;
  // It may have been deleted since the check began.
  if (tools.looks.stateOf(backupId, store) !== 'STORED') return;
  tools.reading.add(backupId);
  try {
    const { faults, bytes } = await readCopy(backupId, handle, tools, job);
    const [fault] = faults;
    const state = fault ? copyStateAfter(fault.code)! : 'STORED';
    if (tools.looks.stateOf(backupId, store) !== 'STORED') return;
    tools.catalogue.verified(backupId, handle, {
      ok: !fault,
      state,
      reason: fault?.message ?? null,
      readBytes: bytes,
    });
    report.read.push({ backupId, store, why, ok: !fault, bytes });
  } catch (error) {
    job.signal.throwIfAborted();
    const { message } = reportFailure(error);
    job.note(`the copy of ${backupId} in ${store} could not be read: ${message}`);
    report.unread.push({ backupId, store, reason: message });
  } finally {
    tools.reading.delete(backupId);
  }
}

async function mendAll(
  known: ReturnType<IntegrityTools['looks']['bad']>,
  tools: IntegrityTools,
  job: Job,
): Promise<FoundDamage[]> {
  const damage: FoundDamage[] = [];
  for (const [index, bad] of known.entries()) {
    const handle = tools.stores.find(({ name }) => name === bad.store);
    // It may have been deleted since the check began.
    if (!handle || tools.looks.stateOf(bad.backupId, bad.store) !== bad.state) continue;
    const found: FoundDamage = {
      backupId: bad.backupId,
      source: bad.source,
      store: bad.store,
      code: bad.state === 'MISSING' ? 'OBJECT_MISSING' : 'COPY_DAMAGED',
      reason: bad.reason ?? 'it was found not to be good',
      mendedFrom: [],
      leftBecause: null,
    };
    damage.push(found);
    if (index >= mendsPerCheck) {
      found.leftBecause = 'its turn comes with the next check';
      continue;
    }
    tools.reading.add(bad.backupId);
    try {
      found.mendedFrom = await mendCopy(bad.backupId, handle, tools, job);
      job.note(
        found.mendedFrom.length > 0
          ? `the copy of ${bad.backupId} in ${bad.store} was not good (${found.reason}); it was made again from ${found.mendedFrom.join(' and ')}`
          : `the copy of ${bad.backupId} in ${bad.store} is good again`,
      );
    } catch (error) {
      job.signal.throwIfAborted();
      found.leftBecause = reportFailure(error).message;
      job.note(`the copy of ${bad.backupId} in ${bad.store} is not good (${found.reason}): ${found.leftBecause}`);
    } finally {
      tools.reading.delete(bad.backupId);
    }
  }
  return damage;
}
