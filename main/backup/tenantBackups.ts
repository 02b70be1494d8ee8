import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { tenantConnection } from '../../shared/source.ts';
import type { Tenant } from '../../shared/tenant.ts';
import type { Login } from '../postgres/connect.ts';
import { checkTenantModel } from '../postgres/tenantSession.ts';
import { inParallel } from '../streams/inParallel.ts';
import type { BackupTools } from './backupTools.ts';
import { readDataHead } from './dataHead.ts';
import { exportSnapshot, type Snapshot } from './exportSnapshot.ts';
import { preflight, type BackupPlan } from './preflight.ts';
import { proveReadable } from './proveReadable.ts';
import { replicate } from './replicate.ts';
import { dumpPart, globalsPart, spoolPart, type SpooledObject } from './spoolPart.ts';
import { surveyTenants, type TenantSurvey } from './surveyTenants.ts';
import type { TenantBackupsRequest, TenantBackupTools } from './tenantBackupsRequest.ts';
import { backUpBatch, type Committed, type TenantOutcome, type TenantRun } from './tenantBatch.ts';

/** Archives that are written at once: each takes about a megabyte of memory. */
const mostArchives = 50;
const mostReadings = 4;
/** Below this, reading a whole table costs little. */
const worthAWordBytes = 32_000_000;

/**
 * Takes a backup of each tenant: exactly its rows and the tables that all tenants share, proven under a role that sees
 * every row, all as of one snapshot. Each exists once its own manifest is stored; one that fails leaves a FAILED row and
 * does not stop the others.
 * @throws before any is begun: what preflight refuses, TENANT_MODEL_WRONG, TENANT_NOT_FOUND, TENANT_FILTER_UNSAFE; CANCELLED.
 */
export async function tenantBackups(
  request: TenantBackupsRequest,
  tools: TenantBackupTools,
  job: Job,
): Promise<TenantOutcome[]> {
  checkTenantModel(request.model);
  const { source, model, password, tenantPassword } = request;
  const committed: Committed[] = [];
  const outcomes = await tools.withLogin(source.connection, password, (login) =>
    tools.withLogin(tenantConnection(source, model), tenantPassword, (tenantLogin) =>
      takeBackups(request, login, tenantLogin, tools, job, (one) => committed.push(one)),
    ),
  );
  // Only now, because an uplink is slow and the snapshot keeps VACUUM and ALTER TABLE waiting.
  for (const { manifest, sealed } of committed) await replicate(manifest, sealed, tools, job);
  return outcomes;
}

/** Everything that needs the database. */
async function takeBackups(
  request: TenantBackupsRequest,
  login: Login,
  tenantLogin: Login,
  tools: TenantBackupTools,
  job: Job,
  onCommitted: (one: Committed) => void,
): Promise<TenantOutcome[]> {
  job.stage('checking');
  const plan = await preflight(request.source, login, tools, job.signal); // refuses a role that does not see every row
  const snapshot = await exportSnapshot(login, job.signal);
  const dir = join(tools.spoolDir, `tenants-${job.id}`);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const [survey, common, head] = await inParallel(
      [
        (signal: AbortSignal) => surveyTenants(request, snapshot, login, tenantLogin, tools, { ...job, signal }),
        (signal: AbortSignal) => dumpCommon(plan, snapshot, login, tools, dir, { ...job, signal }),
        (signal: AbortSignal) => readDataHead(plan, snapshot, login, signal),
      ],
      job.signal,
    );
    const found = { request, plan, snapshot, survey, login, tenantLogin, common, head, tools };
    const run = { ...found, inTurn: oneAtATime(), onCounted: tellSlowTables(snapshot, survey, job) };
    job.stage(
      'dumping tenants',
      survey.expectedBytes === null ? undefined : { bytes: survey.expectedBytes, estimated: true },
    );
    return await eachBatch(run, job, onCommitted);
  } finally {
    await snapshot.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The schema without large objects (they are nobody's in particular), and the roles. */
async function dumpCommon(
  plan: BackupPlan,
  snapshot: Snapshot,
  login: Login,
  tools: BackupTools,
  dir: string,
  job: Job,
): Promise<SpooledObject[]> {
  const schema = dumpPart('schema', 'schema', plan, snapshot, [
    '--section=pre-data',
    '--section=post-data',
    '--no-blobs',
  ]);
  const parts = [schema, globalsPart(plan, login)];
  const objects = await inParallel(
    parts.map((part) => (signal: AbortSignal) => spoolPart(job.id, part, login, tools, { signal }, dir)),
    job.signal,
  );
  await proveReadable(objects, plan, tools, { ...job, stage: () => undefined, done: () => undefined });
  return objects;
}

/** As many batches at once as there are processors. */
async function eachBatch(run: TenantRun, job: Job, onCommitted: (one: Committed) => void): Promise<TenantOutcome[]> {
  const readings = Math.max(1, Math.min(run.tools.processors, mostReadings));
  const queue = [...batches(run.survey, readings).entries()];
  const counts: number[] = [];
  const outcomes: TenantOutcome[] = [];
  const read = async () => {
    for (let next = queue.shift(); next && !job.signal.aborted; next = queue.shift()) {
      const [index, tenants] = next;
      const onBytes = (bytes: number) => {
        counts[index] = bytes;
        job.done(counts.reduce((sum, count) => sum + (count ?? 0), 0));
        job.reached('dump-running');
      };
      outcomes.push(...(await backUpBatch(run, tenants, job, onBytes, onCommitted)));
    }
  };
  await Promise.all(Array.from({ length: readings }, read));
  if (job.signal.aborted)
    throw new Failure('CANCELLED', 'cancelled', 'Tenants that were finished are kept; start it again for the others.');
  return outcomes;
}

/** Divides tenants among readings of the tables, so that each reading has about as many rows to write. */
function batches({ tenants, rows }: TenantSurvey, readings: number): Tenant[][] {
  const atLeast = Math.ceil(tenants.length / Math.floor(mostArchives / readings));
  const count = Math.min(tenants.length, Math.ceil(atLeast / readings) * readings);
  const made = Array.from({ length: count }, () => ({ tenants: [] as Tenant[], rows: 0 }));
  const sized = tenants.map((tenant) => ({
    tenant,
    rows: [...rows.of(tenant.id).values()].reduce((sum, table) => sum + table.rows, 0),
  }));
  const mostTenants = Math.ceil(tenants.length / count);
  for (const next of sized.toSorted((a, b) => b.rows - a.rows)) {
    const open = made.filter((batch) => batch.tenants.length < mostTenants);
    const least = open.reduce((a, b) => (b.rows < a.rows ? b : a));
    least.tenants.push(next.tenant);
    least.rows += next.rows;
  }
  return made.map((batch) => batch.tenants).filter((batch) => batch.length > 0);
}

/** Runs work of one caller while no other caller's runs. */
function oneAtATime(): TenantRun['inTurn'] {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = turn.then(work);
    turn = done.catch(() => undefined); // told by the one whose turn it was
    return done;
  };
}

/** Says once of each large table that its policies are of a kind that makes every tenant read it. */
function tellSlowTables({ tables }: Snapshot, { tenants }: TenantSurvey, job: Job): TenantRun['onCounted'] {
  const silent = new Set(tables.filter(({ bytes }) => bytes < worthAWordBytes).map(({ oid }) => oid));
  return (oids) => {
    const slow = tables.filter(({ oid }) => oids.includes(oid) && !silent.has(oid));
    for (const { oid } of slow) silent.add(oid);
    if (tenants.length > 1 && slow.length > 0)
      job.note(
        `for every tenant the rows that its policies show are counted in ${slow.map(({ schema, table }) => `${schema}.${table}`).join(', ')}: a policy of the form "tenant column = setting" spares that`,
      );
  };
}
