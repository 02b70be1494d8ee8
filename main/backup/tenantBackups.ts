import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { Failure, reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { objectKey } from '../../shared/repositoryFormat.ts';
import { tenantConnection, type Source, type TenantModel } from '../../shared/source.ts';
import type { Tenant } from '../../shared/tenant.ts';
import type { Login } from '../postgres/connect.ts';
import { withClient } from '../postgres/connect.ts';
import { checkTenantModel, tenantSettings } from '../postgres/tenantSession.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { sealManifest, type SealedManifest } from '../sealing/manifestFile.ts';
import type { TenantLedger } from '../state/tenantLedger.ts';
import { inParallel } from '../streams/inParallel.ts';
import type { BackupTools } from './backupTools.ts';
import { buildManifest } from './buildManifest.ts';
import { commitLocally } from './commitLocally.ts';
import { exportSnapshot, type DatabaseFacts, type Snapshot } from './exportSnapshot.ts';
import { preflight, type BackupPlan } from './preflight.ts';
import { proveReadable } from './proveReadable.ts';
import { replicate } from './replicate.ts';
import { dumpPart, globalsPart, spoolPart, type SpooledObject } from './spoolPart.ts';
import { surveyTenants, type TenantSurvey } from './surveyTenants.ts';
import { refuseOtherArchive, refuseOtherRows, sumVisibleRows } from './tenantRows.ts';
import { undoBackup } from './undoBackup.ts';

export interface TenantBackupsRequest {
  source: Source;
  model: TenantModel;
  password: string | null;
  tenantPassword: string | null;
  /** Ids; null: every tenant that there is. */
  tenants: readonly string[] | null;
  note: string | null;
  pinned: boolean;
}

export interface TenantBackupTools extends BackupTools {
  tenants: TenantLedger;
}

/** How the backup of one tenant ended. */
export interface TenantOutcome {
  tenant: Tenant;
  backupId: string;
  failure: FailureReport | null;
}

/** What all tenants of a run have in common. */
interface TenantRun {
  request: TenantBackupsRequest;
  plan: BackupPlan;
  snapshot: Snapshot;
  survey: TenantSurvey;
  tenantLogin: Login;
  /** Everything but the rows, dumped and proven once. */
  common: readonly SpooledObject[];
  tools: TenantBackupTools;
}

interface Committed {
  manifest: Manifest;
  sealed: SealedManifest;
}

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
      dumpTenants(request, login, tenantLogin, tools, job, (one) => committed.push(one)),
    ),
  );
  // Only now, because an uplink is slow and the snapshot keeps VACUUM and ALTER TABLE waiting.
  for (const { manifest, sealed } of committed) await replicate(manifest, sealed, tools, job);
  return outcomes;
}

/** Everything that needs the database. */
async function dumpTenants(
  request: TenantBackupsRequest,
  login: Login,
  tenantLogin: Login,
  tools: TenantBackupTools,
  job: Job,
  onCommitted: (one: Committed) => void,
): Promise<TenantOutcome[]> {
  job.stage('checking');
  const plan = await preflight(request.source, login, tools, job.signal); // refuses a role that does not see every row
  const snapshot = await exportSnapshot(login);
  const dir = join(tools.spoolDir, `tenants-${job.id}`);
  try {
    const survey = await surveyTenants(request, snapshot, login, tenantLogin, tools, job);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    job.stage('dumping the schema');
    const common = await dumpCommon(plan, snapshot, login, tools, dir, job);
    const run: TenantRun = { request, plan, snapshot, survey, tenantLogin, common, tools };
    job.stage(
      'dumping tenants',
      survey.expectedBytes === null ? undefined : { bytes: survey.expectedBytes, estimated: true },
    );
    return await eachTenant(run, job, onCommitted);
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
  await proveReadable(objects, plan, tools, quiet(job));
  return objects;
}

/** As many at once as there are processors; the manifests are chained one after another. */
async function eachTenant(run: TenantRun, job: Job, onCommitted: (one: Committed) => void): Promise<TenantOutcome[]> {
  const { tools, survey, request } = run;
  const outcomes: TenantOutcome[] = [];
  const counts = new Map<string, number>();
  const queue = survey.tenants.map((tenant) => ({ tenant, backupId: ulid() }));
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn: InTurn = (work) => {
    const done = turn.then(work);
    turn = done.catch(() => undefined); // told by the tenant whose turn it was
    return done;
  };
  const one = async ({ tenant, backupId }: (typeof queue)[number]) => {
    const { source, note, pinned } = request;
    const row = { id: backupId, kind: 'TENANT', source: source.name, tenant: tenant.id, note, pinned } as const;
    tools.catalogue.begin({ ...row, jobId: job.id });
    job.reached('backup-begun');
    const onBytes = (bytes: number) => {
      counts.set(backupId, bytes);
      job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
      job.reached('dump-running');
    };
    try {
      onCommitted(await backUpTenant(run, tenant.id, backupId, job, inTurn, onBytes));
      outcomes.push({ tenant, backupId, failure: null });
    } catch (error) {
      // When even the store is gone, the next start cleans up; the first failure is the one to tell.
      const left = await undoBackup(backupId, tools.localStore).catch(() => 'remains' as const);
      const failure = reportFailure(error);
      if (left !== 'exists') tools.catalogue.fail(backupId, failure, left);
      outcomes.push({ tenant, backupId, failure: left === 'exists' ? null : failure });
      if (!job.signal.aborted) job.note(`tenant ${tenant.id} is not backed up: ${failure.message}. ${failure.hint}`);
    }
  };
  const workers = Array.from({ length: Math.max(1, Math.min(tools.processors, 4)) }, async () => {
    for (let next = queue.shift(); next && !job.signal.aborted; next = queue.shift()) await one(next);
  });
  await Promise.all(workers);
  if (job.signal.aborted)
    throw new Failure('CANCELLED', 'cancelled', 'Tenants that were finished are kept; start it again for the others.');
  return outcomes;
}

/** Runs work of one tenant while no other tenant's runs. */
type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

async function backUpTenant(
  run: TenantRun,
  tenant: string,
  backupId: string,
  job: Job,
  inTurn: InTurn,
  onBytes: (bytes: number) => void,
): Promise<Committed> {
  const begun = performance.now();
  const { request, plan, snapshot, survey, tools } = run;
  const { signal } = job;
  const settings = await withClient(
    run.tenantLogin,
    (client) => tenantSettings(client, request.model, tenant),
    undefined,
    signal,
  );
  const login: Login = { ...run.tenantLogin, settings };
  const expected = survey.rows.of(tenant);
  refuseOtherRows(tenant, survey.scope, snapshot, expected, await sumVisibleRows(login, snapshot, signal));
  const part = dumpPart('data', 'data-1', plan, snapshot, ['--section=data', '--enable-row-security', '--no-blobs']);
  const data = await spoolPart(backupId, part, login, tools, { signal, onBytes });
  job.reached('dump-sealed');
  refuseOtherArchive(tenant, snapshot, expected, data.tables);
  const objects = [...(await copyCommon(run, backupId)), data];
  const proof = await proveReadable([data], plan, tools, quiet(job));
  const facts = tenantFacts(await snapshot.facts, data);
  const comparable = new Set(snapshot.tables.filter((table) => table.comparable).map(({ oid }) => oid));
  return inTurn(async () => {
    const { source, note, pinned } = request;
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    const named = { id: backupId, source, password: null, note, pinned, tenant };
    const { takenAt } = snapshot;
    const manifest = buildManifest({
      request: named,
      plan,
      takenAt,
      facts,
      comparable,
      objects,
      proof,
      tools,
      durationSeconds,
    });
    const sealed = await sealManifest(manifest, tools.machineKey, manifest.recipients);
    await commitLocally(manifest, sealed, objects, tools, quiet(job)); // the backup exists from here on
    tools.catalogue.record(manifest, sealed.sha256, tools.localStore);
    return { manifest, sealed };
  });
}

/** Every backup has its own copy of what all have in common, so that each is whole by itself. */
function copyCommon({ common, tools }: TenantRun, backupId: string): Promise<SpooledObject[]> {
  return Promise.all(
    common.map(async (object) => {
      const path = await tools.localStore.stagingPath(`${backupId}.${object.role}.part`);
      await copyFile(object.path, path);
      const key = objectKey(backupId, object.sha256, object.role, codecExtensions[tools.codec]);
      return { ...object, key, path };
    }),
  );
}

/** What of the database's facts is true of one tenant's backup: no large objects, and views hold what its rows give. */
function tenantFacts({ database, roles, inventory }: DatabaseFacts, data: SpooledObject): DatabaseFacts {
  return {
    // A restore asks for as much room.
    database: { ...database, sizeBytes: Math.min(database.sizeBytes, 3 * data.plainBytes) },
    roles,
    inventory: {
      ...inventory,
      largeObjects: { count: 0, fingerprint: null },
      materializedViews: inventory.materializedViews.map(({ name }) => ({ name, rows: null })),
    },
  };
}

/** The job of a part: the stage of the whole run is told, not that of every tenant. */
function quiet(job: Job): Job {
  return { ...job, stage: () => undefined, done: () => undefined };
}
