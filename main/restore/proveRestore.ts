import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { Verification } from '../../shared/restore.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { applyDatabaseSettings } from './applyDatabaseProperties.ts';
import { createMissingRoles } from './createMissingRoles.ts';
import { fetchObjects } from './fetchObjects.ts';
import { preflight } from './preflight.ts';
import type { RestoreFullRequest, RestoreTools } from './restoreTools.ts';
import { restoreVerified } from './restoreVerified.ts';
import { createScratch } from './scratchDatabase.ts';

/**
 * Restores a backup into a scratch database in every step of a real restore, and compares it with the manifest. It gets
 * no other name and is in no log of restores.
 * @param request `into` is the name of the scratch database, which the caller drops, whatever happens.
 * @param roles makes the roles that the server lacks; null does as a real restore does.
 * @throws what preflight refuses, NO_GOOD_COPY, RESTORE_FAILED, CANCELLED
 */
export async function proveRestore(
  request: RestoreFullRequest,
  manifest: Manifest,
  reasons: Record<string, string>,
  roles: ((missing: readonly string[]) => Promise<void>) | null,
  login: Login,
  tools: RestoreTools,
  job: Job,
): Promise<Verification> {
  const note = (sentence: string) => job.note(sentence);
  const plan = await preflight(request, manifest, login, note);
  const files = await fetchObjects(manifest, request.store, reasons, tools, job);
  try {
    if (roles === null) await createMissingRoles(request.id, manifest, plan, login, note);
    else if (plan.keepOwners && plan.missingRoles.length > 0) await roles(plan.missingRoles);
    await createScratch(request.into, manifest, login);
    job.reached('restore-created');
    await applyDatabaseSettings(request.into, manifest, plan, login, note);
    return await restoreVerified(manifest, files, plan, request.into, login, tools, note, job);
  } finally {
    await files.remove();
  }
}

/** Makes roles that nobody can log in with and that may do nothing, marked as those of this test restore. */
export async function makeStandInRoles(names: readonly string[], mark: string, login: Login): Promise<void> {
  await withClient(login, async (client) => {
    await client.query('BEGIN');
    for (const name of names) {
      await client.query(`CREATE ROLE ${escapeIdentifier(name)} NOLOGIN`);
      await client.query(`COMMENT ON ROLE ${escapeIdentifier(name)} IS ${escapeLiteral(mark)}`);
    }
    await client.query('COMMIT');
  });
}

/** Removes those of the roles that carry the mark; others of the same name are somebody else's. */
export async function dropStandInRoles(names: readonly string[], mark: string, login: Login): Promise<void> {
  if (names.length === 0) return;
  await withClient(login, async (client) => {
    const ours = await client.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1) AND shobj_description(oid, 'pg_authid') = $2`,
      [names, mark],
    );
    for (const { name } of ours.rows) await client.query(`DROP ROLE ${escapeIdentifier(name)}`);
  });
}
