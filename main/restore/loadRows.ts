import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { encodingOf, type Manifest } from '../../shared/manifest.ts';
import { toolPath } from '../postgres/clientTools.ts';
import type { Login } from '../postgres/connect.ts';
import type { TenantRows } from '../postgres/tenantRows.ts';
import { inParallel } from '../streams/inParallel.ts';
import { loadObject, type LoadedTable } from '../streams/load.ts';
import { chooseRows } from './chooseRows.ts';
import type { FetchedObjects } from './fetchObjects.ts';
import type { RestorePlan } from './preflight.ts';
import type { RestoreTools } from './restoreTools.ts';

/**
 * Loads all archives of rows at once.
 * @param wanted one tenant's rows; null: all. Rows that cannot be told are loaded too.
 * @param onLoaded is told of the tables of each archive as it is through.
 * @throws RESTORE_FAILED, BACKUP_UNREADABLE, SOURCE_CONNECTION_LOST …, CANCELLED
 */
export async function loadRows(
  manifest: Manifest,
  files: FetchedObjects,
  wanted: TenantRows | null,
  plan: RestorePlan,
  database: string,
  login: Login,
  tools: RestoreTools,
  job: Job,
  onLoaded: (tables: readonly LoadedTable[]) => void = () => undefined,
): Promise<void> {
  job.stage('loading rows', {
    bytes: files.data.reduce((sum, { object }) => sum + object.plainBytes, 0),
    estimated: false,
  });
  const only = wanted && chooseRows(wanted, manifest);
  const counts = new Map<string, number>();
  await inParallel(
    files.data.map(({ path, object }) => async (signal: AbortSignal) => {
      const loaded = await loadObject(
        {
          path,
          codec: manifest.codec,
          identity: tools.machineKey.identity,
          login,
          database,
          encoding: encodingOf(manifest),
          pgRestore: toolPath(plan.tools, 'pg_restore'),
          psql: toolPath(plan.tools, 'psql'),
          leaveOut: plan.leaveOut,
          listPath: join(files.dir, `${object.sha256}.list`),
          only,
        },
        {
          signal,
          onBytes: (bytes) => {
            counts.set(path, bytes);
            job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
            job.reached('restore-loading');
          },
        },
      );
      if (loaded.plainBytes !== object.plainBytes)
        throw new Failure(
          'BACKUP_UNREADABLE',
          `the archive held ${loaded.plainBytes} bytes in the place of ${object.plainBytes}`,
          'Use another copy of this backup.',
        );
      onLoaded(loaded.tables);
    }),
    job.signal,
  );
}
