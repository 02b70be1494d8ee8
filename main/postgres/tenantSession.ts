import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { TenantModel } from '../../shared/source.ts';
import type { Tenant } from '../../shared/tenant.ts';
import type { TenantScope } from './tenantScope.ts';

const placeholder = `'{tenant_id}'`;
const settingName = /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)+$/;

/**
 * Looks at a tenant model without a database.
 * @throws TENANT_FILTER_UNSAFE when nothing would choose the tenant, TENANT_MODEL_WRONG.
 */
export function checkTenantModel({ setting, contextSql }: Pick<TenantModel, 'setting' | 'contextSql'>): void {
  if (!setting && !contextSql)
    throw unsafe(
      'nothing tells the policies which tenant is asked for',
      'Give the setting that they read (--tenant-setting app.current_tenant), or the SQL that sets it (--tenant-context-sql).',
    );
  if (setting && contextSql)
    throw wrong('a setting and a set-context SQL were both given', 'Give the one that the application uses.');
  if (setting && !settingName.test(setting))
    throw wrong(`${setting} is not the name of a setting of an application`, 'It has a dot, as app.current_tenant.');
  if (
    contextSql &&
    (!contextSql.includes(placeholder) || contextSql.replaceAll(placeholder, '').includes('{tenant_id}'))
  )
    throw wrong(
      `the set-context SQL must have ${placeholder}, with its quotes, where the id belongs`,
      `As in: SELECT set_tenant_context(${placeholder})`,
    );
}

/**
 * The settings of a session that is a tenant's.
 * @param withSession opens a session of the tenant login; whatever the set-context SQL does there is rolled back.
 * @throws TENANT_FILTER_UNSAFE when the set-context SQL changes no setting that could be handed to pg_dump.
 */
export async function tenantSettings(
  withSession: (work: (client: Client) => Promise<Record<string, string>>) => Promise<Record<string, string>>,
  model: TenantModel,
  tenant: string,
): Promise<Record<string, string>> {
  checkTenantModel(model);
  if (tenant === '')
    throw unsafe('the id of the tenant is empty', 'A tenant without an id cannot be told from no tenant at all.');
  if (model.setting) return { [model.setting]: tenant };
  const sql = model.contextSql!.replaceAll(placeholder, escapeLiteral(tenant).trim());
  return withSession((client) => settingsAfter(client, sql));
}

/** The settings that the SQL changes, with their values then. */
async function settingsAfter(client: Client, sql: string): Promise<Record<string, string>> {
  const names = await settingsInUse(client, sql);
  const read = async () => {
    const { rows } = await client.query<{ name: string; value: string | null }>(
      'SELECT name, current_setting(name, true) AS value FROM unnest($1::text[]) AS name',
      [names],
    );
    return new Map(rows.map(({ name, value }) => [name, value]));
  };
  await client.query('BEGIN');
  try {
    const before = await read();
    await client.query(sql);
    const after = await read();
    const changed = [...after].filter(([name, value]) => value !== null && value !== '' && value !== before.get(name));
    if (changed.length === 0)
      throw unsafe(
        'the set-context SQL changes no setting that a policy or function reads',
        'Without one pg_dump cannot be told the tenant: name the setting itself with --tenant-setting.',
      );
    return Object.fromEntries(changed) as Record<string, string>;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The settings of applications that policies, functions and this SQL speak of. */
async function settingsInUse(client: Client, sql: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(
    `SELECT concat_ws(' ', qual, with_check) AS text FROM pg_policies
     UNION ALL SELECT prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND prosrc ~* '(current_setting|set_config|\\mset\\M)'`,
  );
  const named =
    /(?:current_setting|set_config)\s*\(\s*E?'([^']+)'|\bset\s+(?:local\s+|session\s+)?([\w$.]+)\s*(?:=|to\b)/gi;
  const found = [...rows.map(({ text }) => text), sql].flatMap((text) =>
    [...text.matchAll(named)].map(([, read, set]) => read ?? set ?? ''),
  );
  return [...new Set(found)].filter((name) => settingName.test(name));
}

/** Every tenant that its table holds. @throws TENANT_MODEL_WRONG when two rows have one id. */
export async function listTenants(client: Client, { root }: TenantScope, model: TenantModel): Promise<Tenant[]> {
  const id = escapeIdentifier(model.idColumn);
  const { rows } = await client.query<Tenant>(
    `SELECT ${id}::text AS id, ${escapeIdentifier(model.nameColumn)}::text AS name
     FROM ${escapeIdentifier(root.schema)}.${escapeIdentifier(root.table)} WHERE ${id} IS NOT NULL ORDER BY ${id}`,
  );
  if (new Set(rows.map((tenant) => tenant.id)).size === rows.length) return rows;
  throw wrong(`${model.table}.${model.idColumn} does not tell tenants apart: an id is there twice`, 'Name its key.');
}

function unsafe(message: string, hint: string): Failure {
  return new Failure('TENANT_FILTER_UNSAFE', message, hint);
}

function wrong(message: string, hint: string): Failure {
  return new Failure('TENANT_MODEL_WRONG', message, hint);
}
