import type { RestorePreview, RestoreTarget } from '../../shared/contract/restores.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { formatMoment } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { foreignWarnings, plainBytes, type Manifest } from '../../shared/manifest.ts';
import { restoreTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { restoreRange } from '../health/evidence.ts';
import { noGoodCopy, openNearestManifest } from '../restore/openNearestManifest.ts';
import { preflight, type RestorePlan } from '../restore/preflight.ts';
import type { RestoreTools } from '../restore/restoreTools.ts';
import { chosenBackup, restoreTarget } from './restores.ts';

/**
 * What a restore would meet and do, found out the way the restore itself does, without changing anything.
 * @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, NO_GOOD_COPY, and as a restore's preflight refuses
 */
export async function previewRestore(
  console: Console,
  ask: RestoreTarget & { swap: boolean },
): Promise<RestorePreview> {
  const backup = chosenBackup(console, { backup: ask.backupId, source: null });
  const tools = await restoreTools(console);
  const { stores, manifest } = await lookInStores(backup.id, ask.store, tools);
  const target = await restoreTarget(console, ask, backup.source);
  const source = console.settings.source(backup.source);
  const request = {
    ...target,
    id: '',
    backupId: backup.id,
    into: ask.into,
    swap: ask.swap,
    store: ask.store,
    toolsDir: source?.toolsDir ?? null,
  };
  const warnings = foreignWarnings(manifest);
  const plan = await tools.withLogin(target.server, target.password, (login) =>
    preflight(request, manifest, login, (sentence) => warnings.push(sentence)),
  );
  if (ask.swap && !plan.targetExists)
    throw new Failure(
      'SWAP_IMPOSSIBLE',
      `there is no database ${ask.into} to replace`,
      'Restore into a new database, or choose the live one.',
    );
  if (plan.makesRoles && plan.missingRoles.length > 0)
    warnings.push(`these roles are made anew, without passwords: ${plan.missingRoles.join(', ')}`);
  const { host, port } = target.server;
  return {
    consequences: consequencesOf(manifest, ask, plan),
    warnings,
    server: `${host}:${port}`,
    serverVersion: plan.server.version,
    targetExists: plan.targetExists,
    stores,
    plainBytes: plainBytes(manifest),
    estimateSeconds: restoreRange(console.restoreLog.ofSource(backup.source, backup, 20)),
  };
}

async function lookInStores(
  backupId: string,
  only: string | null,
  tools: RestoreTools,
): Promise<{ stores: RestorePreview['stores']; manifest: Manifest }> {
  const asked = tools.stores.filter(({ name }) => only === null || name === only);
  const looked = await Promise.all(
    asked.map(async ({ name }) => {
      try {
        return { name, manifest: await openNearestManifest(backupId, name, {}, tools, quietJob), reason: null };
      } catch (error) {
        return { name, manifest: null, reason: reportFailure(error).message };
      }
    }),
  );
  const manifest = looked.find((store) => store.manifest !== null)?.manifest;
  if (!manifest) throw noGoodCopy(Object.fromEntries(looked.map(({ name, reason }) => [name, reason ?? ''])));
  return { stores: looked.map(({ name, reason }) => ({ name, ok: reason === null, reason })), manifest };
}

/** A look is no job: nobody watches it, and it is over in a moment. */
const quietJob: Job = {
  id: 'preview',
  signal: new AbortController().signal,
  stage: () => undefined,
  done: () => undefined,
  note: () => undefined,
  reached: () => undefined,
};

function consequencesOf(manifest: Manifest, ask: RestoreTarget & { swap: boolean }, plan: RestorePlan): string[] {
  const moment = formatMoment(manifest.createdAt);
  const sentences = [
    `The restored database shows ${manifest.source.database} as it was at ${moment}; what was entered later is not in it.`,
  ];
  if (manifest.tenant !== null)
    sentences.push(`Only the tenant ${manifest.tenant} is in it, with the tables that all tenants share.`);
  if (ask.swap)
    sentences.push(
      `The database ${ask.into} is replaced only after every row was compared. Everyone is disconnected for that moment.`,
      `The database that is live now is kept under another name and closed; "Roll back" brings it back.`,
    );
  else sentences.push(`A new database ${ask.into} is made; nothing that exists is touched.`);
  if (!plan.keepOwners) sentences.push('Owners and grants are not restored, because the role is no superuser.');
  return sentences;
}
