import { Failure, reportFailure } from '../../shared/failure.ts';
import { tenantConnection, type Source, type TenantModel } from '../../shared/source.ts';
import type { OwnerDoubt, RowFinding } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { checkOwners, findOwnerColumns, type OwnerColumns } from '../postgres/ownerColumns.ts';
import { withLogin } from '../postgres/passfile.ts';
import { findOtherPolicies, findRivalColumns } from '../postgres/ownerDoubts.ts';
import { findTenantRisks } from '../postgres/tenantRisks.ts';
import { columnsOf, type ScopedTable } from '../postgres/tenantReach.ts';
import { findTenantScope } from '../postgres/tenantScope.ts';
import { checkTenantModel, listTenants, tenantSettings } from '../postgres/tenantSession.ts';

/**
 * @param known the model until now; what was said there of whose rows are is not looked at again.
 * @throws TENANT_MODEL_WRONG, TENANT_FILTER_UNSAFE, SOURCE_…
 */
export async function checkAgainstDatabase(
  login: Login,
  model: TenantModel,
  known: TenantModel | null = null,
): Promise<void> {
  checkTenantModel(model);
  await withClient(login, async (client) => {
    const scope = await findTenantScope(client, model);
    await listTenants(client, scope, model);
    const there = new Set(scope.tables.map(({ schema, table }) => `${schema}.${table}`));
    const missing = [...model.sharedTables, ...Object.keys(model.owners)].filter((table) => !there.has(table));
    if (missing.length > 0)
      throw new Failure(
        'TENANT_MODEL_WRONG',
        `the database has no table ${missing[0]} of which something could be said`,
        'Tables are named as schema.table; `strongroom source test` lists those to confirm.',
        { details: { missing } },
      );
    const sameTenants = known?.table === model.table && known.idColumn === model.idColumn;
    const said = Object.keys(model.owners).filter(
      (table) => !sameTenants || known.owners[table] !== model.owners[table],
    );
    if (said.length > 0) await checkOwners(client, scope, model, said);
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
    const ask = (tenantLogin: Login) =>
      withClient(tenantLogin, async (client) => {
        const risks = await findTenantRisks(client, scope, model.sharedTables);
        const [first] = tenants;
        if (first && !risks.some(({ severity }) => severity === 'block'))
          await tenantSettings((work) => work(client), model, first.id);
        return risks;
      });
    return await withLogin(console.home.runDir, tenantConnection(source, model), password, ask, login.signal);
  } catch (error) {
    const { code } = reportFailure(error);
    return blocked(code.startsWith('TENANT_') ? 'tenant model' : `login ${model.user}`, error);
  }
}

/** Empty where the tenant model does not fit the database, which `tenantFindings` tells. No row is read. */
export async function ownerDoubts({ tenants: model }: Pick<Source, 'tenants'>, login: Login): Promise<OwnerDoubt[]> {
  if (!model) return [];
  return withClient(login, async (client) => {
    const scope = await findTenantScope(client, model).catch((error: unknown) => {
      if (error instanceof Failure) return null;
      throw error;
    });
    if (!scope) return [];
    const ownerColumns = await findOwnerColumns(client, scope);
    const doubt = (table: ScopedTable, looked: readonly string[], reason: string): OwnerDoubt => {
      const name = `${table.schema}.${table.table}`;
      if (table.reach.kind === 'root') return { table: name, columns: [], reason };
      const columns = candidates(table, looked, ownerColumns);
      return {
        table: name,
        columns,
        reason: columns.length > 0 ? reason : `${reason}; no column of it can hold a tenant`,
      };
    };
    const rivals = findRivalColumns(scope).map(({ table, columns }) =>
      doubt(
        table,
        columns,
        `nothing tells which of the columns ${columns.join(', ')} is the owner of a row, and a merge refuses rows on which they disagree`,
      ),
    );
    const others = (await findOtherPolicies(client, scope, model)).map(({ table, columns }) =>
      doubt(table, columns, otherPoliciesReason(table, columns, scope.idColumn)),
    );
    const doubted = new Set(rivals.map(({ table }) => table));
    return [...rivals, ...others.filter(({ table }) => !doubted.has(table))];
  });
}

/** What may be said of a table, what a foreign key proves first: of these columns, and how its rows are told now. */
function candidates(table: ScopedTable, looked: readonly string[], ownerColumns: OwnerColumns): string[] {
  const able = looked.filter((column) => ownerColumns(table, column) !== null);
  const refers = able.filter((column) => ownerColumns(table, column) === 'refers');
  const now = columnsOf(table.reach).join(',');
  const holds = table.reach.kind === 'path' || ownerColumns(table, now) !== null;
  return [...new Set([...refers, ...able, ...(holds ? [now] : [])])];
}

function otherPoliciesReason({ reach }: ScopedTable, columns: readonly string[], idColumn: string): string {
  const policies = `its policies choose rows by ${columns.join(', ')}`;
  if (reach.kind === 'root')
    return `${policies}, but the tenants are told apart by ${idColumn}, and a merge refuses that until a policy looks at ${idColumn}`;
  return `${policies}, but its foreign keys and columns tell the tenant by ${columnsOf(reach).join(', ')}, and a merge refuses that`;
}

/** The doubts as findings of a source, each with the command that ends it where there is one. */
export function ownerFindings(source: string, doubts: readonly OwnerDoubt[]): RowFinding[] {
  return doubts.map(({ table, columns: [column], reason }) => ({
    mode: 'tenant',
    relation: table,
    severity: 'warn',
    reason:
      column === undefined
        ? reason
        : `${reason}; say which column it is: strongroom source tenants ${source} --owner ${table}=${column}`,
  }));
}
