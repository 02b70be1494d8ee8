import { rm } from 'node:fs/promises';
import type { Failure } from '../../shared/failure.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { DrillRemains } from '../state/drillLog.ts';
import { stopOrphan } from '../postgres/ownCluster.ts';
import type { DrillTools } from './drillTools.ts';

/** The only databases that a test restore ever makes or drops. */
export function drillDatabase(id: string): string {
  return `strongroom_drill_${id.toLowerCase()}`;
}

/** By which the roles are known that a test restore has made. */
export function roleMark(id: string): string {
  return `strongroom: for the test restore ${id}`;
}

/** Removes everything of a test restore; it may be gone already. @throws SOURCE_… when its server does not answer. */
export async function removeDrill(
  { id, place, connection, database, dir, roles }: DrillRemains,
  password: string | null,
  tools: DrillTools,
): Promise<void> {
  if (dir !== null) {
    await stopOrphan(dir);
    await rm(dir, { recursive: true, force: true });
  }
  if (place !== 'scratch' && connection !== null && database === drillDatabase(id))
    await tools.withLogin(connection, password, async (login) => {
      await tools.dropScratch(database, login);
      await tools.dropStandInRoles(roles, roleMark(id), login);
    });
  tools.drillLog.removed(id);
}

/** Ends a test restore whose process is gone: what it found before stands, and nothing of it is left. */
export async function recoverDrill(
  id: string,
  passwordOf: (drill: DrillRemains) => Promise<string | null>,
  tools: DrillTools,
  interrupted: Failure,
): Promise<void> {
  const remains = tools.drillLog.remains(id);
  if (!remains) return;
  if (tools.drillLog.get(id)?.status === 'RUNNING') tools.drillLog.end(id, 'FAILED', null, reportFailure(interrupted));
  await removeDrill(remains, await passwordOf(remains), tools);
}
