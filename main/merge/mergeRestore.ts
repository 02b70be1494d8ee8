import type { Client } from 'pg';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { MergePlan, MergeWish } from '../../shared/merge.ts';
import type { Restore } from '../../shared/restore.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { findTenantRows, type TenantRows } from '../postgres/tenantRows.ts';
import { findTenantScope } from '../postgres/tenantScope.ts';
import { mergeRows } from './mergeRows.ts';
import type { MergeRequest, MergeTools } from './mergeTools.ts';
import { planMerge } from './planMerge.ts';
import { removeUndo } from './undoFile.ts';
import { wasCommitted } from './wasCommitted.ts';

/**
 * Compares a backup with a live database, restoring it into a scratch database that is dropped afterwards. The live one
 * is only read.
 * @throws what the preflight of a restore refuses, NO_GOOD_COPY, TENANT_…, CANCELLED
 */
export async function planOfMerge(request: MergeRequest, tools: MergeTools, job: Job): Promise<MergePlan> {
  return withScratch(request, tools, job, async ({ wish, manifest, scratch, login, id }) => {
    const plan = await withClient(
      login,
      (live) => withClient(login, (source) => planMerge(live, source, wish, request.model, job), scratch, job.signal),
      request.into,
      job.signal,
    );
    if (manifest.largeObjects.count > 0) plan.notes.push(largeObjectsStay);
    await tools.dropScratch(scratch, login);
    tools.restoreLog.forget(id); // nothing was restored
    return plan;
  });
}

/**
 * Puts rows of a backup back into a live database, in one transaction: all of it or nothing. What undoes it is kept
 * before the transaction is committed. A rehearsal does everything and rolls it back.
 * @throws MERGE_BLOCKED before anything is written, MERGE_FAILED, MERGE_OUTSIDE_CHANGED, LOCK_TIMEOUT, CANCELLED, and what
 *   planOfMerge throws. The live database is then as it was before.
 */
export async function mergeRestore(request: MergeRequest, tools: MergeTools, job: Job): Promise<Restore> {
  const begun = performance.now();
  const { restoreLog } = tools;
  return withScratch(request, tools, job, async ({ wish, manifest, scratch, login, id, notes }) => {
    const note = (sentence: string) => {
      notes.push(sentence);
      job.note(sentence);
    };
    if (manifest.largeObjects.count > 0) note(largeObjectsStay);
    const inDatabase = <T>(database: string, work: (client: Client) => Promise<T>) =>
      withClient(login, work, database, job.signal);
    await inDatabase(request.into, (live) =>
      inDatabase(request.into, (beside) =>
        inDatabase(scratch, (source) =>
          mergeRows(
            live,
            beside,
            source,
            { ...request, ...wish },
            tools,
            { ...job, note },
            (merge, restoredBytes, marker) =>
              restoreLog.merged(id, {
                merge,
                marker,
                restoredBytes,
                notes,
                durationSeconds: Math.round(performance.now() - begun) / 1000,
              }),
          ),
        ),
      ),
    );
    await endMerge(id, scratch, login, tools, job);
    return restoreLog.get(id)!;
  });
}

const largeObjectsStay = 'large objects are not merged: those of the live database stay as they are';

interface Surroundings {
  id: string;
  wish: MergeWish;
  manifest: Manifest;
  scratch: string;
  login: Login;
  notes: string[];
}

/** Logs the restore, fills its scratch database, and cleans up when the work fails. */
async function withScratch<T>(
  request: MergeRequest,
  tools: MergeTools,
  job: Job,
  work: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  job.stage('checking');
  const { id, backupId, into: target, server: connection } = request;
  const { restoreLog, initiatedBy } = tools;
  const manifest = await tools.manifestOf(request, job);
  const wish = wishFor(request, manifest);
  await tools.refuseUnreadable(request, manifest); // before anybody is connected to
  return tools.withLogin(connection, request.password, async (login) => {
    const wanted = await withClient(login, (live) => rowsWanted(live, request, wish, manifest), target);
    const scratch = tools.scratchName(id);
    restoreLog.begin({
      id,
      mode: 'MERGE',
      backupId,
      source: manifest.source.name,
      target,
      connection,
      scratch,
      initiatedBy,
    });
    job.reached('restore-begun');
    try {
      await tools.fillScratch(request, manifest, wanted, scratch, login, job);
      return await work({ id, wish, manifest, scratch, login, notes: [] });
    } catch (error) {
      const cause = job.signal.aborted ? job.signal.reason : error;
      const done = await settle(id, scratch, login, tools, job, cause);
      if (!done) throw error;
      return done as T;
    }
  });
}

/** A tenant's own backup holds little else; of one of the whole database, the rows of others are not needed. */
async function rowsWanted(
  live: Client,
  { model }: MergeRequest,
  { tenant }: MergeWish,
  manifest: Manifest,
): Promise<TenantRows | null> {
  if (tenant === null || manifest.tenant !== null || model === null) return null;
  return findTenantRows(live, await findTenantScope(live, model), tenant);
}

/** A tenant's backup is merged for its tenant. @throws USAGE for another one. */
function wishFor({ tenant, policy, tablePolicies }: MergeRequest, manifest: Manifest): MergeWish {
  if (manifest.tenant !== null && tenant !== null && tenant !== manifest.tenant)
    throw new Failure(
      'USAGE',
      `the backup holds the tenant ${manifest.tenant}, not ${tenant}`,
      'Leave --tenant out, or choose a backup of that tenant or of the whole database.',
    );
  return { tenant: tenant ?? manifest.tenant, policy, tablePolicies };
}

/**
 * Ends what failed. Where the connection was lost while the transaction was being committed, the server is asked what
 * became of it.
 * @returns the restore where it was committed after all; null where everything is as before.
 */
async function settle(
  id: string,
  scratch: string,
  login: Login,
  tools: MergeTools,
  job: Job,
  cause: unknown,
): Promise<Restore | null> {
  const { restoreLog } = tools;
  try {
    const marker = restoreLog.marker(id);
    if (restoreLog.get(id)?.status !== 'IN_PROGRESS') return null;
    if (marker && (await wasCommitted(marker.transaction, login))) {
      await endMerge(id, scratch, login, tools, job);
      return restoreLog.get(id);
    }
    await tools.dropScratch(scratch, login);
    await removeUndo(tools.undo, id);
    restoreLog.notMerged(id, reportFailure(cause));
  } catch (error) {
    job.note(`what is left of this merge will be cleaned up at the next start (${reportFailure(error).message})`);
  }
  return null;
}

/** The merge itself is done: what it needed goes, and the log says so. */
async function endMerge(id: string, scratch: string, login: Login, tools: MergeTools, job: Job): Promise<void> {
  try {
    await tools.dropScratch(scratch, login);
  } catch (error) {
    job.note(`the database ${scratch} will be dropped at the next start (${reportFailure(error).message})`);
    return;
  }
  tools.restoreLog.mergeEnded(id);
}
