import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { Login } from '../postgres/connect.ts';
import type { TenantRows } from '../postgres/tenantRows.ts';
import { applyDatabaseSettings } from './applyDatabaseProperties.ts';
import { fetchObjects } from './fetchObjects.ts';
import { loadRows } from './loadRows.ts';
import { knowingServer, preflight } from './preflight.ts';
import { restoreSection } from './restoreSection.ts';
import type { RestoreFullRequest, RestoreTools } from './restoreTools.ts';
import { createScratch } from './scratchDatabase.ts';

/**
 * Restores a backup's tables and rows into a scratch database, for a work that only reads them: without indexes, keys,
 * triggers, policies, owners and grants, and without statistics: each table is read once and whole.
 * @param request `into` is the name of the scratch database, which the caller drops, whatever happens.
 * @param wanted one tenant's rows; null: all. Rows that cannot be told are there too.
 * @param reasons why stores were passed over for the manifest, by their name.
 * @throws what preflight refuses, NO_GOOD_COPY, RESTORE_FAILED, CANCELLED
 */
export async function fillScratch(
  request: RestoreFullRequest,
  manifest: Manifest,
  wanted: TenantRows | null,
  reasons: Record<string, string>,
  login: Login,
  tools: RestoreTools,
  job: Job,
): Promise<void> {
  const unheard = () => undefined; // owners and tablespaces do not matter to what nobody keeps
  const found = await preflight(request, manifest, login, unheard);
  const files = await fetchObjects(manifest, request.store, reasons, tools, job);
  try {
    await createScratch(request.into, manifest, login);
    job.reached('restore-created');
    const kept = { ...found, keepOwners: false, keepTablespaces: false };
    const plan = await knowingServer(kept, files, request.into, login, job.signal);
    await applyDatabaseSettings(request.into, manifest, plan, login, unheard);
    await restoreSection('pre-data', files, plan, request.into, login, tools, (sentence) => job.note(sentence), job);
    await loadRows(manifest, files, wanted, plan, request.into, login, tools, job);
    job.reached('restore-loaded');
  } finally {
    await files.remove();
  }
}
