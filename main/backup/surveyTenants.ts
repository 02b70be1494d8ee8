import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Tenant } from '../../shared/tenant.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { findTenantRisks } from '../postgres/tenantRisks.ts';
import { findExtensionFilters, type ExtensionFilters } from '../postgres/tenantCopy.ts';
import { findTenantScope, type TenantScope } from '../postgres/tenantScope.ts';
import { listTenants } from '../postgres/tenantSession.ts';
import type { Snapshot } from './exportSnapshot.ts';
import type { TenantBackupsRequest, TenantBackupTools } from './tenantBackupsRequest.ts';
import { inSnapshot, sumRowsOfTenants, type TenantRows } from './tenantRows.ts';

/** Who is to be backed up, and which rows are whose. */
export interface TenantSurvey {
  tenants: readonly Tenant[];
  scope: TenantScope;
  rows: TenantRows;
  extensionFilters: ExtensionFilters;
  /** Of the rows of all tenants; null where only some are asked for. */
  expectedBytes: number | null;
}

/** COPY text takes about this share of what a table takes on the disk; only for the progress bar. */
const textShare = 0.75;

/**
 * Reads the tenant table, notes who came and who went, looks at the policies as the tenant login, and counts and
 * fingerprints the rows of each tenant as a role that sees them all.
 * @throws TENANT_MODEL_WRONG, TENANT_NOT_FOUND, TENANT_FILTER_UNSAFE
 */
export async function surveyTenants(
  request: TenantBackupsRequest,
  snapshot: Snapshot,
  login: Login,
  tenantLogin: Login,
  tools: TenantBackupTools,
  job: Job,
): Promise<TenantSurvey> {
  const { source, model } = request;
  const { scope, all, largeObjects, extensionFilters } = await inSnapshot(
    login,
    snapshot,
    job.signal,
    async (client) => {
      const found = await findTenantScope(client, model);
      const counted = await client.query<{ count: number }>(
        'SELECT count(*)::float8 AS count FROM pg_largeobject_metadata',
      );
      return {
        scope: found,
        all: await listTenants(client, found, model),
        largeObjects: counted.rows[0]!.count,
        extensionFilters: await findExtensionFilters(client),
      };
    },
  );
  const { came, went } = tools.tenants.note(source.name, all);
  for (const { id, name } of came) job.note(`a new tenant: ${id} (${name ?? 'without a name'})`);
  for (const { id, name } of went) job.note(`the tenant ${id} (${name ?? 'without a name'}) is gone; its backups stay`);
  const tenants = chosen(all, request.tenants, model.table);
  const findings = await withClient(
    tenantLogin,
    (client) => findTenantRisks(client, scope, model.sharedTables),
    undefined,
    job.signal,
  );
  refuseRisks(findings, source.name);
  if (largeObjects > 0) job.note('large objects belong to no tenant and are only in full backups');
  job.stage('counting the rows of each tenant');
  const ids = request.tenants === null ? null : tenants.map(({ id }) => id);
  const rows = await sumRowsOfTenants(scope, ids, snapshot, login, tools.processors, job.signal);
  const times = (oid: number) => (scope.owned(oid, 't') ? 1 : tenants.length);
  const bytes = snapshot.tables.reduce((sum, table) => sum + table.bytes * times(table.oid), 0);
  const expectedBytes = ids === null ? Math.round(bytes * textShare) : null;
  return { tenants, scope, rows, extensionFilters, expectedBytes };
}

function chosen(all: readonly Tenant[], ids: readonly string[] | null, table: string): readonly Tenant[] {
  if (ids === null) {
    if (all.length > 0) return all;
    throw new Failure('TENANT_NOT_FOUND', `${table} holds no tenant`, 'Correct the tenant model of the source.');
  }
  const byId = new Map(all.map((tenant) => [tenant.id, tenant]));
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length === 0) return [...new Set(ids)].map((id) => byId.get(id)!);
  throw new Failure(
    'TENANT_NOT_FOUND',
    `${table} has no tenant ${missing.map((id) => JSON.stringify(id)).join(', ')}`,
    '`strongroom tenants SOURCE` lists them, also those that are gone and their backups.',
    { details: { missing } },
  );
}

function refuseRisks(findings: Awaited<ReturnType<typeof findTenantRisks>>, source: string): void {
  const blocks = findings.filter(({ severity }) => severity === 'block');
  const unconfirmed = findings.filter(({ severity }) => severity === 'confirm');
  const [first] = blocks.length > 0 ? blocks : unconfirmed;
  if (!first) return;
  const more = (blocks.length > 0 ? blocks : unconfirmed).length - 1;
  throw new Failure(
    'TENANT_FILTER_UNSAFE',
    `a tenant backup would not be exact: ${first.relation}: ${first.reason}${more > 0 ? ` (and ${more} more)` : ''}`,
    blocks.length > 0
      ? `\`strongroom source test ${source}\` lists every table with its reason.`
      : `If it is so, say it once: strongroom source tenants ${source} --confirm-shared ${unconfirmed
          .map(({ relation }) => relation)
          .slice(0, 5)
          .join(' ')}`,
    { details: { findings } },
  );
}
