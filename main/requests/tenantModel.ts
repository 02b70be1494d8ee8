import { Failure, reportFailure } from '../../shared/failure.ts';
import { tenantConnection, type Source, type TenantModel } from '../../shared/source.ts';
import type { RowFinding } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { withLogin } from '../postgres/passfile.ts';
import { findTenantRisks } from '../postgres/tenantRisks.ts';
import { findTenantScope } from '../postgres/tenantScope.ts';
import { checkTenantModel, listTenants, tenantSettings } from '../postgres/tenantSession.ts';

/** @throws TENANT_MODEL_WRONG, TENANT_FILTER_UNSAFE, SOURCE_… */
export async function checkAgainstDatabase(login: Login, model: TenantModel): Promise<void> {
  checkTenantModel(model);
  await withClient(login, async (client) => {
    const scope = await findTenantScope(client, model);
    await listTenants(client, scope, model);
    const there = new Set(scope.tables.map(({ schema, table }) => `${schema}.${table}`));
    const missing = model.sharedTables.filter((table) => !there.has(table));
    if (missing.length > 0)
      throw new Failure(
        'TENANT_MODEL_WRONG',
        `the database has no table ${missing[0]} that could be confirmed as shared`,
        'Tables are named as schema.table; `strongroom source test` lists those to confirm.',
        { details: { missing } },
      );
  });
}

/** What a tenant backup would meet, where there is a tenant model; a login that does not come in is among it. */
export async function tenantFindings(
  console: Console,
  source: Omit<Source, 'id'>,
  login: Login,
): Promise<RowFinding[]> {
  const model = source.tenants;
  if (!model) return [];
  const blocked = (relation: string, error: unknown): RowFinding[] => {
    const { message, hint } = reportFailure(error);
    return [{ mode: 'tenant', relation, severity: 'block', reason: `${message}. ${hint}` }];
  };
  try {
    checkTenantModel(model);
    const { scope, tenants } = await withClient(login, async (client) => {
      const found = await findTenantScope(client, model);
      return { scope: found, tenants: await listTenants(client, found, model) };
    });
    const password = await console.password(source.name, 'tenant');
    return await withLogin(console.home.runDir, tenantConnection(source, model), password, (tenantLogin) =>
      withClient(tenantLogin, async (client) => {
        const risks = await findTenantRisks(client, scope, model.sharedTables);
        const [first] = tenants;
        if (first && !risks.some(({ severity }) => severity === 'block'))
          await tenantSettings((work) => work(client), model, first.id);
        return risks;
      }),
    );
  } catch (error) {
    const { code } = reportFailure(error);
    return blocked(code.startsWith('TENANT_') ? 'tenant model' : `login ${model.user}`, error);
  }
}
