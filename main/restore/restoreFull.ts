import { reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { foreignWarnings, plainBytes } from '../../shared/manifest.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Login } from '../postgres/connect.ts';
import { applyDatabaseProperties, applyDatabaseSettings } from './applyDatabaseProperties.ts';
import { createMissingRoles } from './createMissingRoles.ts';
import { dropHalfMade } from './dropHalfMade.ts';
import { keepMadeRoles } from './madeRoles.ts';
import { createScratch, scratchName } from './scratchDatabase.ts';
import { fetchObjects } from './fetchObjects.ts';
import { openNearestManifest } from './openNearestManifest.ts';
import { preflight } from './preflight.ts';
import { renameDatabase } from './renameDatabase.ts';
import type { RestoreFullRequest, RestoreTools } from './restoreTools.ts';
import { restoreVerified } from './restoreVerified.ts';
import { keptName, swapIn } from './swap.ts';

/**
 * Restores a full backup into a new database beside the live one, verifies it against the manifest, and only then
 * gives it its name or swaps it for the live one. On a failure or a cancel the new database is dropped; the live one
 * was never touched.
 * @throws what preflight refuses, NO_GOOD_COPY, RESTORE_FAILED, SWAP_FAILED, CANCELLED.
 * @returns also a restore whose verification found differences (MISMATCH): it is kept under the name `into`, or under
 *   its scratch name where it was to replace a live database, and never swapped in.
 */
export async function restoreFull(request: RestoreFullRequest, tools: RestoreTools, outerJob: Job): Promise<Restore> {
  const begun = performance.now();
  const notes: string[] = [];
  const job: Job = {
    ...outerJob,
    note(sentence) {
      notes.push(sentence);
      outerJob.note(sentence);
    },
  };
  const { note } = job;
  job.stage('checking');
  const reasons: Record<string, string> = {}; // why stores were passed over
  const manifest = await openNearestManifest(request.backupId, request.store, reasons, tools, job);
  for (const warning of foreignWarnings(manifest)) note(warning);
  return tools.withLogin(request.server, request.password, async (login: Login) => {
    const plan = await preflight(request, manifest, login, note);
    const scratch = scratchName(request.id);
    const { id, backupId, into: target, server: connection } = request;
    const { restoreLog, initiatedBy } = tools;
    const source = manifest.source.name;
    restoreLog.begin({ id, mode: 'FULL', backupId, source, target, connection, scratch, initiatedBy });
    job.reached('restore-begun');
    try {
      const files = await fetchObjects(manifest, request.store, reasons, tools, job); // hash first, then the target
      try {
        if (plan.missingRoles.length > 0) restoreLog.makingRoles(id);
        await createMissingRoles(id, manifest, plan, login, note);
        job.reached('restore-roles-made');
        await createScratch(scratch, manifest, login);
        job.reached('restore-created');
        await applyDatabaseSettings(scratch, manifest, plan, login, note);
        const verification = await restoreVerified(manifest, files, plan, scratch, login, tools, note, job);
        await applyDatabaseProperties(scratch, manifest, plan, login, note);
        job.signal.throwIfAborted();
        const replaces = request.swap && plan.targetExists;
        if (replaces && !verification.ok)
          note(`the live database was not replaced; the restored one is kept as ${scratch}`);
        restoreLog.verified(id, {
          durationSeconds: Math.round(performance.now() - begun) / 1000,
          restoredBytes: plainBytes(manifest),
          verification,
          notes,
        });
        if (!replaces) await renameDatabase(scratch, target, login);
        job.reached('restore-named');
        const swaps = replaces && verification.ok;
        restoreLog.complete(id, swaps ? keptName(target, id) : null);
        job.reached('restore-completed');
        await settleRoles(id, login, restoreLog, note);
        if (swaps) await swapIn(id, scratch, target, login, restoreLog, job);
      } finally {
        await files.remove();
      }
    } catch (error) {
      if (restoreLog.get(id)?.status === 'IN_PROGRESS') await giveUp(id, scratch, login, restoreLog, error, note);
      throw error;
    }
    return restoreLog.get(id)!;
  });
}

/** The roles that were made stay; where the server does not answer any more, the next start takes the mark from them. */
async function settleRoles(
  id: string,
  login: Login,
  log: RestoreTools['restoreLog'],
  note: (sentence: string) => void,
): Promise<void> {
  if (!log.hasMadeRoles(id)) return;
  try {
    await keepMadeRoles(id, login);
    log.rolesSettled(id);
  } catch (error) {
    note(`the comments of the roles that were made are put right at the next start (${reportFailure(error).message})`);
  }
}

/** Drops what was made; where the server does not answer any more, the next start does it. */
async function giveUp(
  id: string,
  scratch: string,
  login: Login,
  log: RestoreTools['restoreLog'],
  cause: unknown,
  note: (sentence: string) => void,
): Promise<void> {
  try {
    await dropHalfMade(id, scratch, login, log, reportFailure(cause), note);
  } catch (error) {
    note(`the database ${scratch} will be dropped at the next start (${reportFailure(error).message})`);
  }
}
