import { randomBytes } from 'node:crypto';
import { chmod, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssertionResult, Drill, DrillReport } from '../../shared/drill.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { plainBytes, type Manifest } from '../../shared/manifest.ts';
import type { Verification } from '../../shared/restore.ts';
import type { Connection } from '../../shared/source.ts';
import { startOwnCluster } from '../postgres/ownCluster.ts';
import { runAssertions } from './assertions.ts';
import type { DrillRequest, DrillTools } from './drillTools.ts';
import { drillDatabase, removeDrill, roleMark } from './removeDrill.ts';
import { timedJob } from './stepTimes.ts';

/** The rows, their indexes, and what the server writes meanwhile. */
const roomFactor = 1.5;
const clusterBytes = 200_000_000;

/**
 * A test restore: a backup is restored into a throw-away database in every step of a real one, compared with its
 * manifest and with what the source asserts, and removed again, whatever happens. It goes by names that nobody else
 * has, so it can touch nothing live; what it makes is noted before it is made.
 * @returns also one that found differences (MISMATCH).
 * @throws what preflight refuses, NO_GOOD_COPY, RESTORE_FAILED, TOOL_MISSING, DISK_TOO_SMALL, CANCELLED
 */
export async function runDrill(request: DrillRequest, tools: DrillTools, outerJob: Job): Promise<Drill> {
  const { id, source, backupId, place, server } = request;
  const { drillLog, initiatedBy } = tools;
  const timed = timedJob(outerJob);
  const { job } = timed;
  job.stage('checking');
  const manifest = await tools.manifestOf(backupId, job);
  refuseNoDatabase(manifest);
  const dir = place === 'scratch' ? join(tools.clustersDir, `strongroom-drill-${id.toLowerCase()}`) : null;
  if (dir !== null) await refuseSmallDisk(tools.clustersDir, manifest);
  const database = drillDatabase(id);
  const shown = server === null ? 'this machine' : `${server.user}@${server.host}:${server.port}`;
  drillLog.begin({ id, source, backupId, place, server: shown, connection: server, database, dir, initiatedBy });
  job.reached('drill-begun');
  const report = (verification: Verification | null, assertions: AssertionResult[]): DrillReport => {
    const steps = timed.steps();
    const seconds = Math.round(steps.reduce((sum, step) => sum + step.seconds, 0) * 1000) / 1000;
    const { createdAt: backupCreatedAt } = manifest;
    return {
      steps,
      seconds,
      backupCreatedAt,
      restoredBytes: plainBytes(manifest),
      verification,
      assertions,
      notes: timed.notes,
    };
  };
  try {
    const reached = dir === null ? entered(request) : await startScratch(dir, manifest, job);
    const { verification, assertions } = await prove(request, reached, manifest, database, tools, job);
    job.reached('drill-asserted');
    const ok = verification.ok && assertions.every((assertion) => assertion.ok);
    drillLog.end(id, ok ? 'PASSED' : 'MISMATCH', report(verification, assertions), null);
  } catch (error) {
    drillLog.end(id, 'FAILED', report(null, []), reportFailure(error));
    throw error;
  } finally {
    job.reached('drill-reported');
    outerJob.stage('removing');
    await removeDrill(drillLog.remains(id)!, request.password, tools).catch((error: unknown) =>
      job.note(`what the test restore made will be removed at the next start (${reportFailure(error).message})`),
    );
  }
  return drillLog.get(id)!;
}

interface Entered {
  server: Connection;
  password: string | null;
  /** Whether the whole server is ours. */
  ours: boolean;
}

function entered({ server, password }: DrillRequest): Entered {
  if (server === null) throw new Error('no server was given');
  return { server, password, ours: false };
}

function prove(
  { id, backupId, toolsDir, assertions }: DrillRequest,
  { server, password, ours }: Entered,
  manifest: Manifest,
  database: string,
  tools: DrillTools,
  job: Job,
): Promise<{ verification: Verification; assertions: AssertionResult[] }> {
  return tools.withLogin(server, password, async (login) => {
    const standIns = async (missing: readonly string[]) => {
      tools.drillLog.makingRoles(id, missing);
      await tools.makeStandInRoles(missing, roleMark(id), login);
      job.note(`the server lacks the roles ${missing.join(', ')}: stand-ins were made and are removed again`);
    };
    const request = { id, backupId, server, password, toolsDir };
    const verification = await tools.proveRestore(request, manifest, database, ours ? null : standIns, login, job);
    // What is asserted is of a whole shop, not of one tenant.
    const asserted = manifest.kind === 'TENANT' ? [] : assertions;
    return { verification, assertions: await runAssertions(asserted, database, login, job) };
  });
}

/** A cluster of the version of the backup, in a folder of its own. */
async function startScratch(dir: string, manifest: Manifest, job: Job): Promise<Entered> {
  job.stage('starting a PostgreSQL cluster');
  await mkdir(dir, { recursive: true, mode: 0o755 });
  await chmod(dir, 0o755); // the server may have to run as another user
  const password = randomBytes(24).toString('hex');
  const { port, superuser } = await startOwnCluster(dir, password, {
    major: manifest.server.major,
    made: () => job.reached('drill-cluster-made'),
  });
  job.reached('drill-cluster-started');
  job.signal.throwIfAborted();
  const server: Connection = { host: '127.0.0.1', port, user: superuser, database: 'postgres', sslmode: 'disable' };
  return { server, password, ours: true };
}

function refuseNoDatabase({ objects, id, kind }: Manifest): void {
  if (objects.some(({ role }) => role === 'schema')) return;
  throw new Failure(
    'BACKUP_INCOMPLETE',
    `the backup ${id} is no backup of a database (${kind})`,
    'Choose a full backup, or one of a tenant.',
  );
}

async function refuseSmallDisk(dir: string, manifest: Manifest): Promise<void> {
  const disk = await statfs(dir);
  const freeBytes = disk.bavail * disk.bsize;
  const neededBytes = Math.round(manifest.database.sizeBytes * roomFactor) + clusterBytes;
  if (freeBytes >= neededBytes) return;
  throw new Failure(
    'DISK_TOO_SMALL',
    'the disk of this machine has too little room for a test restore',
    'Make room there, or restore to another server with --on URL.',
    { details: { freeBytes, neededBytes, dir } },
  );
}
