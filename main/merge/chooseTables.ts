import { escapeIdentifier, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { MergeBlocker, MergeWish } from '../../shared/merge.ts';
import type { TenantModel } from '../../shared/source.ts';
import { findOtherPolicies } from '../postgres/ownerDoubts.ts';
import { columnsOf } from '../postgres/tenantReach.ts';
import { findTenantScope, type TenantScope } from '../postgres/tenantScope.ts';
import { blocker } from './blockers.ts';
import { describeTables, type Table } from './describeTables.ts';
import { findUnclear } from './findUnclear.ts';
import { temporaryNames, type MergeTable } from './mergeTable.ts';

export interface Choice {
  tables: MergeTable[];
  blockers: MergeBlocker[];
  notes: string[];
}

/**
 * Chooses the tables that a merge moves rows of: with a tenant those that have rows of tenants, else all of the backup.
 * @throws TENANT_MODEL_MISSING, TENANT_MODEL_WRONG, TENANT_NOT_FOUND, USAGE for a policy of a table that is not there.
 */
export async function chooseTables(
  live: Client,
  scratch: Client,
  wish: MergeWish,
  model: TenantModel | null,
): Promise<Choice> {
  const liveTables = await describeTables(live);
  const archived = await describeTables(scratch);
  const known = new Map(liveTables.map((table) => [table.name, table]));
  refuseUnknown(wish, liveTables, archived);
  const scope = wish.tenant === null ? null : await scopeOf(live, scratch, model, wish.tenant);
  const doubted = scope && model ? await otherPolicies(live, scope, model) : new Map<number, string>();
  const choice: Choice = { tables: [], blockers: [], notes: [] };
  for (const table of archived) {
    const policy = wish.tablePolicies[table.name] ?? wish.policy;
    if (policy === 'leave') continue;
    const found = known.get(table.name);
    const doubt = found && doubted.get(found.oid);
    if (doubt !== undefined) choice.blockers.push(blocker('POLICY_DIFFERS', table.name, 0, doubt));
    const filter = found && scope && wish.tenant !== null ? scopeFilter(scope, found, wish.tenant) : null;
    if (found && scope && filter === null) continue; // shared by all tenants
    const rows = () => countRows(scratch, table, null);
    if (!found) {
      const count = await rows();
      if (count > 0) choice.blockers.push(blocker('TABLE_MISSING', table.name, count));
      continue;
    }
    if (found.key.length === 0) {
      const count = (await countRows(scratch, table, filter)) + (await countRows(live, found, filter));
      if (count > 0) choice.blockers.push(blocker('NO_KEY', table.name, count));
      continue;
    }
    const writable = found.columns.filter(({ generated }) => !generated).map(({ name }) => name);
    const carried = new Set(table.columns.map(({ name }) => name));
    const columns = writable.filter((name) => carried.has(name));
    const missing = table.columns.filter(
      ({ name, generated }) => !generated && !found.columns.some((column) => column.name === name),
    );
    const keyless = found.key.filter((name) => !carried.has(name));
    if (missing.length > 0 || keyless.length > 0) {
      const names = [...missing.map(({ name }) => name), ...keyless];
      choice.blockers.push(blocker('COLUMN_MISSING', table.name, await rows(), names.join(', ')));
      continue;
    }
    const needed = found.columns.filter(
      ({ name, generated, notNull, hasDefault }) => notNull && !hasDefault && !generated && !carried.has(name),
    );
    const without = needed.length > 0 ? await countRows(scratch, table, filter) : 0;
    if (without > 0)
      choice.blockers.push(blocker('VALUE_NEEDED', table.name, without, needed.map(({ name }) => name).join(', ')));
    const merged = {
      live: found,
      policy,
      columns,
      kept: writable.filter((name) => !carried.has(name)),
      scope: filter,
      ...doubtsAbout(scope, found, wish.tenant),
      ...temporaryNames(choice.tables.length),
    };
    choice.tables.push(merged);
    choice.blockers.push(...(await findUnclear(scratch, table.from, merged, 'backup')));
    if (found.hiddenRules.length > 0)
      choice.notes.push(
        `${table.name}: whether rows break ${found.hiddenRules.join(', ')} is only shown by a rehearsal`,
      );
  }
  const names = new Set(archived.map(({ name }) => name));
  const newer = liveTables.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (newer.length > 0) choice.notes.push(`tables that the backup does not know stay as they are: ${newer.join(', ')}`);
  return choice;
}

/** The rows of the tenant in a table; null for one that all tenants share. */
function scopeFilter(scope: TenantScope, { oid }: Table, tenant: string): ((alias: string) => string) | null {
  if (scope.condition(oid, 't', tenant) === null) return null;
  return (alias) => scope.condition(oid, alias, tenant)!;
}

/** What of the scope of a table is needed to tell rows that are not simply the tenant's or another's. */
function doubtsAbout(
  scope: TenantScope | null,
  { oid }: Table,
  tenant: string | null,
): Pick<MergeTable, 'ownerless' | 'rivals'> {
  if (!scope || tenant === null) return { ownerless: null, rivals: [] };
  return {
    ownerless: (alias) => scope.ownerless(oid, alias)!,
    rivals: scope.rivals(oid, 't', tenant),
  };
}

/** Why it is doubtful whose the rows of a table are, by its oid. */
async function otherPolicies(live: Client, scope: TenantScope, model: TenantModel): Promise<Map<number, string>> {
  const found = await findOtherPolicies(live, scope, model);
  return new Map(
    found.map(({ table: { oid, reach }, columns }) => [
      oid,
      `its policies look at ${columns.join(', ')}, the merge at ${reach.kind === 'root' ? scope.idColumn : columnsOf(reach).join(', ')}`,
    ]),
  );
}

async function scopeOf(live: Client, scratch: Client, model: TenantModel | null, tenant: string): Promise<TenantScope> {
  if (model === null)
    throw new Failure(
      'TENANT_MODEL_MISSING',
      'the source does not know how its tenants are told apart',
      'Give it a tenant model (--tenant-table, --tenant-id …), or merge the whole backup without --tenant.',
    );
  const scope = await findTenantScope(live, model);
  const [schema = '', ...rest] = model.table.split('.');
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(rest.join('.'))}`;
  for (const client of [live, scratch]) {
    const found = await client.query(
      `SELECT FROM ${table} t WHERE t.${escapeIdentifier(model.idColumn)}::text = $1 LIMIT 1`,
      [tenant],
    );
    if (found.rows.length > 0) return scope;
  }
  throw new Failure(
    'TENANT_NOT_FOUND',
    `neither the backup nor the live database has a tenant ${tenant}`,
    `Give an id as it stands in ${model.table}.${model.idColumn}.`,
  );
}

function refuseUnknown({ tablePolicies }: MergeWish, live: readonly Table[], archived: readonly Table[]): void {
  const names = new Set([...live, ...archived].map(({ name }) => name));
  const unknown = Object.keys(tablePolicies).filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new Failure(
      'USAGE',
      `there is no table ${unknown.join(', ')} to give a policy to`,
      'Tables are named as schema.table; a partitioned table is named as a whole.',
    );
}

async function countRows(client: Client, { from }: Table, filter: ((alias: string) => string) | null): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${from} t WHERE ${filter?.('t') ?? 'true'}`,
  );
  return rows[0]!.count;
}
