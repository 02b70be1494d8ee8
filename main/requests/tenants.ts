import type { CoverageView, TenantPreflight } from '../../shared/contract/tenants.ts';
import { Failure, type FailureReport } from '../../shared/failure.ts';
import { withOwners, type Source, type TenantModel } from '../../shared/source.ts';
import type { RowFinding, Tenant } from '../../shared/tenant.ts';
import { tenantBackups } from '../backup/tenantBackups.ts';
import type { TenantOutcome } from '../backup/tenantBatch.ts';
import { backupTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { withLogin } from '../postgres/passfile.ts';
import { findObstacles } from '../postgres/rowSecurity.ts';
import { findUnfillableViews } from '../postgres/tenantRisks.ts';
import { findTenantScope } from '../postgres/tenantScope.ts';
import { listTenants } from '../postgres/tenantSession.ts';
import { answerFor, type BackupAnswer } from './backups.ts';
import { judgeCopies } from './judgements.ts';
import { followSources } from './followSources.ts';
import type { RunOptions } from './runOptions.ts';
import { askRoleSql } from './roles.ts';
import { namedSource } from './sources.ts';
import { checkAgainstDatabase, ownerDoubts, ownerFindings, tenantFindings } from './tenantModel.ts';

/** How the backups of several tenants ended. */
export interface TenantsAnswer {
  source: string;
  backups: BackupAnswer[];
  failed: ({ tenant: string; name: string | null; backupId: string } & Pick<
    FailureReport,
    'code' | 'message' | 'hint'
  >)[];
}

/** @throws SOURCE_NOT_FOUND, TENANT_MODEL_MISSING */
export function modelOf(source: Source): TenantModel {
  if (source.tenants) return source.tenants;
  throw new Failure(
    'TENANT_MODEL_MISSING',
    `nobody has said how the tenants of ${source.name} are told apart`,
    `Say it: strongroom source tenants ${source.name} --tenant-table shop.tenants --tenant-id id --tenant-setting app.current_tenant --tenant-user LOGIN`,
  );
}

/** @throws SOURCE_NOT_FOUND, TENANT_MODEL_MISSING, and as tenantBackups does */
export async function backupTenants(
  console: Console,
  ask: { source: string; tenants: readonly string[] | null; note: string | null; pinned: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<TenantsAnswer> {
  const source = namedSource(console, ask.source);
  const request = {
    ...ask,
    source,
    model: modelOf(source),
    password: await console.password(source.name, 'main'),
    tenantPassword: await console.password(source.name, 'tenant'),
  };
  const tools = { ...(await backupTools(console)), tenants: console.tenants };
  const outcomes = await console.run(
    {
      id: jobId,
      kind: 'backup tenants',
      subject: ask.source,
      part: ask.tenants && { tenants: ask.tenants.toSorted() },
      signal,
      watcher,
    },
    (job) => tenantBackups(request, tools, job),
    (ended) => judgeTenants(console, ended),
  );
  return {
    source: source.name,
    backups: outcomes.filter(({ failure }) => !failure).map(({ backupId }) => answerFor(console, backupId)),
    failed: outcomes.flatMap(({ tenant, backupId, failure }) => {
      if (!failure) return [];
      const { code, message, hint } = failure;
      return [{ tenant: tenant.id, name: tenant.name, backupId, code, message, hint }];
    }),
  };
}

/** One tenant. @throws as backupTenants does, and what its own backup failed of */
export async function backupTenant(
  console: Console,
  ask: { source: string; tenant: string; note: string | null; pinned: boolean },
  options: RunOptions,
): Promise<BackupAnswer> {
  const { tenant, ...rest } = ask;
  const { backups, failed } = await backupTenants(console, { ...rest, tenants: [tenant] }, options);
  const [failure] = failed;
  if (failure)
    throw new Failure(failure.code, failure.message, failure.hint, { details: { backupId: failure.backupId } });
  return backups[0]!;
}

/** What is wrong with a run in which some tenants failed, or are not in every store. */
function judgeTenants(console: Console, outcomes: readonly TenantOutcome[]): Failure | null {
  const failed = outcomes.flatMap(({ tenant, failure }) => (failure ? [{ tenant, failure }] : []));
  const [first] = failed;
  if (first)
    return new Failure(
      first.failure.code,
      `${failed.length} of ${outcomes.length} tenants are not backed up (${first.tenant.id}: ${first.failure.message}${failed.length > 1 ? ' …' : ''})`,
      first.failure.hint,
    );
  for (const { backupId } of outcomes) {
    const found = judgeCopies(answerFor(console, backupId));
    if (found) return found;
  }
  return null;
}

/** What is remembered of the tenants of a source; asks no database. @throws SOURCE_NOT_FOUND */
export function coverage(console: Console, name: string): CoverageView {
  const source = namedSource(console, name);
  return {
    source: name,
    model: source.tenants,
    lookedAt: console.tenants.lookedAt(name),
    tenants: console.tenants.coverage(name),
  };
}

/** Reads the tenant table and notes who is there. @throws SOURCE_…, TENANT_MODEL_… */
export async function lookAtTenants(
  console: Console,
  name: string,
): Promise<CoverageView & { came: Tenant[]; went: Tenant[] }> {
  const source = namedSource(console, name);
  const model = modelOf(source);
  const tenants = await asMain(console, source, (login) =>
    withClient(login, async (client) => listTenants(client, await findTenantScope(client, model), model)),
  );
  const moved = console.tenants.note(name, tenants);
  return { ...coverage(console, name), ...moved };
}

/** Row-level security as both logins meet it, and the SQL of the roles to make. @throws SOURCE_… */
export async function preflightTenants(console: Console, name: string): Promise<TenantPreflight> {
  const source = namedSource(console, name);
  return asMain(console, source, (login) =>
    withClient(login, async (client) => {
      const { unreadable, filtered } = await findObstacles(client);
      const full = [...filtered, ...unreadable].map((obstacle): RowFinding => ({
        ...obstacle,
        mode: 'full',
        severity: 'block',
      }));
      const doubts = await ownerDoubts(source, login);
      const findings = [
        ...full,
        ...(await findUnfillableViews(client)),
        ...(await tenantFindings(console, source, login)),
        ...ownerFindings(name, doubts),
      ];
      return {
        source: name,
        ok: findings.every(({ severity }) => severity === 'warn'),
        findings,
        doubts,
        roleSql: await askRoleSql(client, source.connection.database),
      };
    }),
  );
}

/**
 * Says how the tenants of a source are told apart, checked against the database; null forgets it.
 * @throws TENANT_MODEL_WRONG, TENANT_FILTER_UNSAFE, SOURCE_…
 */
export async function setTenants(
  console: Console,
  name: string,
  model: TenantModel | null,
): Promise<{ tenants: TenantModel | null }> {
  const source = namedSource(console, name);
  if (model) await asMain(console, source, (login) => checkAgainstDatabase(login, model, source.tenants));
  console.settings.setTenants(name, model);
  await followSources(console);
  return { tenants: model };
}

/** Confirms tables without tenants; null confirms all that `source test` asks about. @throws TENANT_MODEL_…, SOURCE_… */
export async function confirmShared(
  console: Console,
  name: string,
  tables: readonly string[] | null,
): Promise<{ sharedTables: string[] }> {
  const source = namedSource(console, name);
  const model = modelOf(source);
  const asked =
    tables ??
    (await asMain(console, source, (login) => tenantFindings(console, source, login)))
      .filter(({ severity }) => severity === 'confirm')
      .map(({ relation }) => relation);
  const sharedTables = [...new Set([...model.sharedTables, ...asked])].toSorted();
  await setTenants(console, name, { ...model, sharedTables });
  return { sharedTables };
}

/**
 * Says of tables which of their columns tells whose their rows are, beside what was said of others; an empty name forgets it.
 * @throws TENANT_MODEL_…, SOURCE_…
 */
export async function sayOwners(
  console: Console,
  name: string,
  said: Record<string, string>,
): Promise<{ owners: Record<string, string> }> {
  const model = withOwners(modelOf(namedSource(console, name)), said);
  await setTenants(console, name, model);
  return { owners: model.owners };
}

async function asMain<T>(console: Console, source: Source, work: (login: Login) => Promise<T>): Promise<T> {
  return withLogin(console.home.runDir, source.connection, await console.password(source.name, 'main'), work);
}
