import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { isWanted } from '../../shared/backup.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { withOwners, type TenantModel } from '../../shared/source.ts';
import type { TenantCoverage } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import type { BackupAnswer } from '../requests/backups.ts';
import type { TenantsAnswer } from '../requests/tenants.ts';
import { notEverywhere, printBackup } from './backupVerbs.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/tenants.ts');

interface BackupOptions {
  tenant?: string[];
  allTenants?: boolean;
  note?: string;
  pin?: boolean;
}

/** The options of a tenant model, as `source add` and `source tenants` have them. */
export interface TenantOptions {
  tenantTable?: string;
  tenantId?: string;
  tenantName?: string;
  tenantSetting?: string;
  tenantContextSql?: string;
  tenantUser?: string;
}

interface SetOptions extends TenantOptions {
  owner?: string[];
  confirmShared?: string[];
  confirmAllShared?: boolean;
  clear?: boolean;
}

/** @param backup and `source` are the verbs that get one more each. */
export function addTenantVerbs(program: Command, { backup, source }: { backup: Command; source: Command }): void {
  backup
    .command('tenant <source>')
    .description('back up single tenants: exactly their rows and the shared tables, proven')
    .option('--tenant <id...>', 'one or more ids')
    .option('--all-tenants', 'every tenant that there is')
    .option('--note <text>', 'a note to find it by')
    .option('--pin', 'never let retention delete it')
    .action((name: string, options: BackupOptions, command: Command) =>
      runVerb(
        command,
        async (verb): Promise<BackupAnswer | TenantsAnswer> => {
          const { tenant: ids = [], allTenants = false, note = null, pin: pinned = false } = options;
          if (allTenants === ids.length > 0)
            throw new Failure(
              'USAGE',
              'which tenants was not said',
              'Give --tenant ID (several if you like) or --all-tenants.',
            );
          const [only, ...more] = ids;
          return changing(verb, 'tenants.backUp', { source: name, ids }, async (console, audited) => {
            const { backupTenant, backupTenants } = await requests();
            if (only !== undefined && more.length === 0)
              return backupTenant(console, { source: name, tenant: only, note, pinned }, audited);
            return backupTenants(console, { source: name, tenants: allTenants ? null : ids, note, pinned }, audited);
          });
        },
        (answer) => ('failed' in answer ? printTenants(answer) : printBackup(answer, answer.tables)),
        (answer) => {
          const backups = 'failed' in answer ? answer.backups : [answer];
          const failed = 'failed' in answer && answer.failed.length > 0;
          return failed || backups.some((one) => notEverywhere(one) !== 0) ? 1 : 0;
        },
      ),
    );

  tenantOptions(
    source
      .command('tenants <name>')
      .description('say how the tenants are told apart, confirm shared tables, or see what was said'),
  )
    .option(
      '--owner <table=column...>',
      'the column, or the foreign key, that tells whose the rows of a table are; TABLE= forgets it',
    )
    .option('--confirm-shared <table...>', 'tables without tenants that all tenants share, as schema.table')
    .option('--confirm-all-shared', 'all tables that `source test` asks about')
    .option('--clear', 'forget how the tenants are told apart')
    .action((name: string, options: SetOptions, command: Command) =>
      runVerb(
        command,
        (verb) => {
          const { confirmShared, confirmAllShared, ...model } = options;
          const work = (console: Console) => changeTenants(console, name, options);
          if (Object.keys(model).length > 0) return changing(verb, 'sources.setTenants', { name }, work);
          if (confirmShared || confirmAllShared) return changing(verb, 'tenants.confirmShared', { name }, work);
          return withConsole(verb, true, work);
        },
        printModel,
      ),
    );

  program
    .command('tenants <source>')
    .description('the tenants, what is backed up of each, and how old it is')
    .option('--offline', 'do not ask the database, only tell what is remembered')
    .action((name: string, options: { offline?: boolean }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, !options.offline, async (console) => {
            const { coverage, lookAtTenants } = await requests();
            return options.offline ? { ...coverage(console, name), came: [], went: [] } : lookAtTenants(console, name);
          }),
        ({ tenants, came, went }) =>
          [
            ...came.map(({ id }) => `new since the last look: ${id}`),
            ...went.map(({ id }) => `gone since the last look: ${id} (its backups stay)`),
            tenants.length === 0 ? 'No tenant is known.' : printCoverage(tenants),
          ].join('\n'),
      ),
    );
}

/** Adds the options that describe a tenant model. */
export function tenantOptions(command: Command): Command {
  return command
    .option('--tenant-table <table>', 'the table with a row per tenant, as schema.table')
    .option('--tenant-id <column>', 'its id column')
    .option('--tenant-name <column>', 'its name column')
    .option('--tenant-setting <name>', 'the setting that the policies read, such as app.current_tenant')
    .option('--tenant-context-sql <sql>', "or the SQL that sets it: SELECT set_tenant_context('{tenant_id}')")
    .option('--tenant-user <user>', 'the login that the policies apply to');
}

/** The tenant model that the options describe, on top of what is known; null where none was given. @throws USAGE */
export function tenantModel(options: TenantOptions, known: TenantModel | null): TenantModel | null {
  const { tenantTable, tenantId, tenantName, tenantSetting, tenantContextSql, tenantUser } = options;
  const given = [tenantTable, tenantId, tenantName, tenantSetting, tenantContextSql, tenantUser];
  if (given.every((option) => option === undefined)) return known;
  const table = tenantTable ?? known?.table;
  const idColumn = tenantId ?? known?.idColumn;
  const user = tenantUser ?? known?.user;
  const chooses = tenantSetting !== undefined || tenantContextSql !== undefined;
  if (!table || !idColumn || !user || !(chooses || known))
    throw new Failure(
      'USAGE',
      'the tenant model is not complete',
      'Give --tenant-table, --tenant-id, --tenant-user, and --tenant-setting or --tenant-context-sql.',
    );
  return {
    table,
    idColumn,
    nameColumn: tenantName ?? (tenantId === undefined ? known?.nameColumn : undefined) ?? idColumn,
    setting: chooses ? (tenantSetting ?? null) : (known?.setting ?? null),
    contextSql: chooses ? (tenantContextSql ?? null) : (known?.contextSql ?? null),
    user,
    sharedTables: known?.sharedTables ?? [],
    owners: known?.owners ?? {},
  };
}

/** @param owners each `schema.table=column`, or without a column to forget it. @throws USAGE, TENANT_MODEL_MISSING */
function ownersSaid(model: TenantModel | null, owners: readonly string[]): TenantModel | null {
  if (owners.length === 0) return model;
  if (model === null)
    throw new Failure(
      'TENANT_MODEL_MISSING',
      'nobody has said yet how the tenants are told apart',
      'Give --tenant-table, --tenant-id, --tenant-user and --tenant-setting too.',
    );
  const said = owners.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new Failure('USAGE', `${text} names no table and column`, 'Give them as schema.table=column.');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return withOwners(model, Object.fromEntries(said));
}

async function changeTenants(
  console: Console,
  name: string,
  options: SetOptions,
): Promise<{ name: string; tenants: TenantModel | null }> {
  const { confirmShared, coverage, setTenants } = await requests();
  const known = coverage(console, name).model;
  if (options.clear) return { name, ...(await setTenants(console, name, null)) };
  const model = ownersSaid(tenantModel(options, known), options.owner ?? []);
  if (model !== known) await setTenants(console, name, model);
  if (options.confirmShared || options.confirmAllShared)
    await confirmShared(console, name, options.confirmAllShared ? null : options.confirmShared!);
  return { name, tenants: coverage(console, name).model };
}

function printModel({ name, tenants }: { name: string; tenants: TenantModel | null }): string {
  if (!tenants) return `${name}: nobody has said how its tenants are told apart`;
  return [
    `${name}  tenants are the rows of ${tenants.table} (${tenants.idColumn}, ${tenants.nameColumn})`,
    `  chosen by ${tenants.setting ?? tenants.contextSql}`,
    `  login     ${tenants.user}`,
    `  shared    ${tenants.sharedTables.join(', ') || 'no table was confirmed'}`,
    ...Object.entries(tenants.owners).map(([table, column]) => `  owner     ${table}: told by ${column}`),
  ].join('\n');
}

function printTenants({ backups, failed }: TenantsAnswer): string {
  const rows = backups.map((backup) => [
    backup.tenant ?? '',
    backup.id,
    formatCount(backup.tables.reduce((sum, { rows: count }) => sum + count, 0)),
    formatBytes(backup.sizeBytes),
    backup.copies
      .filter(isWanted)
      .map(({ store, state }) => (state === 'STORED' ? store : `${store}:${state}`))
      .join(' '),
  ]);
  return [
    ...(rows.length > 0 ? [columns(['TENANT', 'BACKUP', 'ROWS', 'SIZE', 'COPIES'], rows)] : []),
    ...failed.flatMap(({ tenant, name, code, message, hint }) => [
      `FAILED  ${tenant}${name ? ` (${name})` : ''}: ${message} [${code}]`,
      `        ${hint}`,
    ]),
    `${backups.length} of ${backups.length + failed.length} tenants are backed up`,
  ].join('\n');
}

const dayMs = 86_400_000;

function printCoverage(tenants: readonly TenantCoverage[]): string {
  const rows = tenants.map(({ id, name, goneSince, newest, provenAt, failed }) => [
    id,
    name ?? '',
    newest ? age(newest.createdAt) : 'NEVER',
    newest ? `${newest.status} ${newest.backupId}` : '',
    provenAt ? age(provenAt) : '',
    [goneSince && `gone since ${goneSince.slice(0, 10)}`, failed && `last try failed: ${failed.message}`]
      .filter(Boolean)
      .join('; '),
  ]);
  return columns(['TENANT', 'NAME', 'BACKED UP', 'BACKUP', 'PROVEN', ''], rows);
}

function age(moment: string): string {
  const ms = Date.now() - Date.parse(moment);
  if (ms < dayMs)
    return ms < dayMs / 24 ? `${Math.max(1, Math.round(ms / 60_000))} min ago` : `${Math.round(ms / 3_600_000)} h ago`;
  return `${Math.round(ms / dayMs)} days ago`;
}
