import { copyFile } from 'node:fs/promises';
import { ulid } from 'ulid';
import { Failure, reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { objectKey } from '../../shared/repositoryFormat.ts';
import type { Tenant } from '../../shared/tenant.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { tableCopies } from '../postgres/tenantCopy.ts';
import { tenantSettings } from '../postgres/tenantSession.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { sealManifest, type SealedManifest } from '../sealing/manifestFile.ts';
import { proveObjects } from '../streams/prove.ts';
import { dumpTenants, type TenantObject } from '../streams/tenants.ts';
import { buildManifest } from './buildManifest.ts';
import { commitLocally } from './commitLocally.ts';
import type { DataHead } from './dataHead.ts';
import { lockTimeoutMs, type DatabaseFacts, type Snapshot } from './exportSnapshot.ts';
import type { BackupPlan } from './preflight.ts';
import { orderOfProof, type Proof } from './proveReadable.ts';
import type { SpooledObject } from './spoolPart.ts';
import type { TenantSurvey } from './surveyTenants.ts';
import type { TenantBackupsRequest, TenantBackupTools } from './tenantBackupsRequest.ts';
import { refuseOtherArchive, refuseOtherRows, sumVisibleRows } from './tenantRows.ts';
import { undoBackup } from './undoBackup.ts';

/** What all tenants of a run have in common. */
export interface TenantRun {
  request: TenantBackupsRequest;
  plan: BackupPlan;
  snapshot: Snapshot;
  survey: TenantSurvey;
  /** Sees every row. */
  login: Login;
  tenantLogin: Login;
  /** Everything but the rows, dumped and proven once. */
  common: readonly SpooledObject[];
  /** Header and table of contents of the archives of rows. */
  head: DataHead;
  tools: TenantBackupTools;
  /** Manifests are chained one after another. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Is told the oids of the tables whose visible rows had to be counted for a tenant. */
  onCounted: (oids: readonly number[]) => void;
}

/** How the backup of one tenant ended. */
export interface TenantOutcome {
  tenant: Tenant;
  backupId: string;
  failure: FailureReport | null;
}

export interface Committed {
  manifest: Manifest;
  sealed: SealedManifest;
}

interface Member {
  tenant: Tenant;
  backupId: string;
}

/**
 * Backs up some tenants by one reading of the tables. Each is checked, proven and committed by itself: one that fails
 * leaves a FAILED row and does not stop the others.
 * @param onBytes is told how many bytes of rows have been written.
 * @throws CANCELLED only through `job.signal`, which the caller looks at.
 */
export async function backUpBatch(
  run: TenantRun,
  tenants: readonly Tenant[],
  job: Job,
  onBytes: (bytes: number) => void,
  onCommitted: (one: Committed) => void,
): Promise<TenantOutcome[]> {
  const begun = performance.now();
  const { request, tools, survey } = run;
  const outcomes: TenantOutcome[] = [];
  const fail = async ({ tenant, backupId }: Member, error: unknown) => {
    // When even the store is gone, the next start cleans up; the first failure is the one to tell.
    const left = await undoBackup(backupId, tools.localStore).catch(() => 'remains' as const);
    const failure = reportFailure(error);
    if (left !== 'exists') tools.catalogue.fail(backupId, failure, left);
    outcomes.push({ tenant, backupId, failure: left === 'exists' ? null : failure });
    if (!job.signal.aborted) job.note(`tenant ${tenant.id} is not backed up: ${failure.message}. ${failure.hint}`);
  };
  /** What became of each that did not fail. */
  const each = async <M extends Member, R>(members: readonly M[], work: (member: M, index: number) => Promise<R>) => {
    const done: (M & R)[] = [];
    for (const [index, member] of members.entries())
      try {
        done.push({ ...member, ...(await work(member, index)) });
      } catch (error) {
        await fail(member, error);
      }
    return done;
  };
  const together = async <M extends Member, R>(members: readonly M[], work: () => Promise<R[]>) => {
    if (members.length === 0) return [];
    try {
      return await work();
    } catch (error) {
      for (const member of members) await fail(member, error);
      return null;
    }
  };

  const members = tenants.map((tenant) => ({ tenant, backupId: ulid() }));
  for (const { tenant, backupId } of members) {
    const { source, note, pinned } = request;
    const row = { id: backupId, kind: 'TENANT', source: source.name, tenant: tenant.id, note, pinned } as const;
    tools.catalogue.begin({ ...row, jobId: job.id });
  }
  job.reached('backup-begun');
  const sound = await each(members, async ({ tenant, backupId }) => {
    await checkWhatItSees(run, tenant.id, job);
    return { path: await tools.localStore.stagingPath(`${backupId}.data-1.part`) };
  });
  const dumped = await together(sound, () => readRows(run, sound, job.signal, onBytes));
  if (!dumped) return outcomes;
  job.reached('dump-sealed');
  const whole = await each(sound, async ({ tenant, backupId, path }, index) => {
    const { tables, ...file } = dumped[index]!;
    refuseOtherArchive(tenant.id, run.snapshot, survey.rows.of(tenant.id), tables);
    return { data: dataObject(run, backupId, path, { ...file, tables }) };
  });
  const proofs = await together(whole, () =>
    proveObjects(
      whole.map(({ data }) => orderOfProof(data, run.plan, tools)),
      { signal: job.signal },
    ),
  );
  if (!proofs) return outcomes;
  await each(whole, async ({ tenant, backupId, data }, index) => {
    const { failure, ...proof } = proofs[index]!;
    if (failure) throw new Failure(failure.code, failure.message, failure.hint, { details: failure.details });
    const objects = [...(await copyCommon(run, backupId)), data];
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    onCommitted(await run.inTurn(() => commit(run, tenant, backupId, objects, proof, durationSeconds, job)));
    outcomes.push({ tenant, backupId, failure: null });
    return {};
  });
  return outcomes;
}

/** @throws TENANT_FILTER_UNSAFE, TENANT_ROWS_DIFFER: its login does not see exactly its rows. */
async function checkWhatItSees(run: TenantRun, tenant: string, { signal }: Job): Promise<void> {
  const { request, survey, snapshot, tenantLogin } = run;
  const settings = await tenantSettings(
    (work) => withClient(tenantLogin, work, undefined, signal),
    request.model,
    tenant,
  );
  const seen = await sumVisibleRows({ ...tenantLogin, settings }, survey.scope, tenant, snapshot, signal);
  run.onCounted([...seen.keys()]);
  refuseOtherRows(tenant, survey.scope, snapshot, survey.rows.of(tenant), seen);
}

function readRows(
  { plan, snapshot, survey, login, head, tools }: TenantRun,
  members: readonly (Member & { path: string })[],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<TenantObject[]> {
  const ids = members.map(({ tenant }) => tenant.id);
  return dumpTenants(
    {
      login,
      snapshot: snapshot.id,
      lockTimeoutMs,
      head: head.bytes,
      tables: tableCopies(head.toc, survey.scope, survey.extensionFilters, ids, plan.encoding),
      tenants: members.map(({ tenant, path }) => ({ id: tenant.id, outputPath: path })),
      codec: tools.codec,
      recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
    },
    { signal, onBytes },
  );
}

function dataObject({ head, tools }: TenantRun, backupId: string, path: string, file: TenantObject): SpooledObject {
  return {
    role: 'data',
    key: objectKey(backupId, file.storedSha256, 'data', codecExtensions[tools.codec]),
    sizeBytes: file.storedBytes,
    sha256: file.storedSha256,
    plainBytes: file.plainBytes,
    archiveVersion: head.toc.version,
    path,
    tables: file.tables,
  };
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

async function commit(
  { request, plan, snapshot, tools }: TenantRun,
  tenant: Tenant,
  id: string,
  objects: readonly SpooledObject[],
  proof: Proof,
  durationSeconds: number,
  job: Job,
): Promise<Committed> {
  const { source, note, pinned } = request;
  const manifest = buildManifest({
    request: { id, source, password: null, note, pinned, tenant: tenant.id },
    plan,
    takenAt: snapshot.takenAt,
    facts: tenantFacts(await snapshot.facts, objects.at(-1)!),
    comparable: new Set(snapshot.tables.filter((table) => table.comparable).map(({ oid }) => oid)),
    objects,
    proof,
    tools,
    durationSeconds,
  });
  const sealed = await sealManifest(manifest, tools.machineKey, manifest.recipients);
  // The stage of the whole run is told, not that of every tenant.
  await commitLocally(manifest, sealed, objects, tools, { ...job, stage: () => undefined }); // it exists from here on
  tools.catalogue.record(manifest, sealed.sha256, tools.localStore);
  return { manifest, sealed };
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
