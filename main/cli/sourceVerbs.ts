import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { passwordPurposes, sslModes, type PasswordPurpose, type TenantModel } from '../../shared/source.ts';
import type { SourceAnswer } from '../requests/sources.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/sources.ts');

interface AddOptions {
  url: string;
  passwordStdin?: boolean;
  sslmode?: string;
  tools?: string;
  tenantTable?: string;
  tenantId?: string;
  tenantName?: string;
  tenantSetting?: string;
  tenantUser?: string;
}

export function addSourceVerbs(program: Command): void {
  const source = program.command('source').description('the databases to protect');

  source
    .command('add <name>')
    .description('add a database, once it has answered')
    .requiredOption('--url <url>', 'postgresql://user@host:port/database, without the password')
    .option('--password-stdin', 'read the password from stdin; without one it is looked up as libpq does')
    .option('--sslmode <mode>', sslModes.join(', '))
    .option('--tools <dir>', 'the folder of the client programs to use')
    .option('--tenant-table <table>', 'the table with a row per tenant, as schema.table')
    .option('--tenant-id <column>', 'its id column')
    .option('--tenant-name <column>', 'its name column')
    .option('--tenant-setting <name>', 'the setting that the policies read, such as app.current_tenant')
    .option('--tenant-user <user>', 'the login that the policies apply to')
    .action((name: string, options: AddOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const password = await readSecret(options.passwordStdin ?? false, `Password (empty: look in .pgpass): `);
          return withConsole(verb, true, async (console) => {
            const { addSource, connectionOf } = await requests();
            return addSource(console, {
              name,
              connection: connectionOf(options.url, options.sslmode),
              password,
              toolsDir: options.tools ?? null,
              tenants: tenantModel(options),
            });
          });
        },
        printSource,
      ),
    );

  source
    .command('password <name>')
    .description('set a password of a source')
    .requiredOption('--for <purpose>', passwordPurposes.join(', '))
    .option('--password-stdin', 'read the password from stdin')
    .action((name: string, options: { for: string; passwordStdin?: boolean }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const purpose = options.for as PasswordPurpose;
          if (!passwordPurposes.includes(purpose))
            throw new Failure(
              'USAGE',
              `there is no password for ${options.for}`,
              `One of ${passwordPurposes.join(', ')}.`,
            );
          const password = await readSecret(options.passwordStdin ?? false, 'Password: ');
          if (password === null)
            throw new Failure('USAGE', 'no password was given', 'Pipe it in with --password-stdin.');
          return withConsole(verb, true, async (console) =>
            (await requests()).setPassword(console, { name, purpose, password }),
          );
        },
        ({ purpose }) => `the password for ${purpose} of ${name} is set`,
      ),
    );

  source
    .command('list')
    .description('the sources')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => ({ sources: (await requests()).listSources(console) })),
        ({ sources }) =>
          sources.length === 0
            ? 'No source yet: strongroom source add NAME --url postgresql://user@host:port/database'
            : columns(
                ['NAME', 'URL'],
                sources.map(({ name, url }) => [name, url]),
              ),
      ),
    );

  source
    .command('test <name>')
    .description('connect, and look for what would keep a backup from being whole')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, true, async (console) => (await requests()).testSource(console, name)),
        printSource,
        ({ obstacles }) => (obstacles.length > 0 ? 3 : 0),
      ),
    );

  source
    .command('remove <name>')
    .description('forget a source and its passwords; its backups stay')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, true, async (console) => (await requests()).removeSource(console, name)),
        () => `${name} is forgotten; its backups stay`,
      ),
    );
}

function tenantModel(options: AddOptions): TenantModel | null {
  const { tenantTable, tenantId, tenantName, tenantSetting, tenantUser } = options;
  const given = [tenantTable, tenantId, tenantName, tenantSetting, tenantUser];
  if (given.every((option) => option === undefined)) return null;
  if (!tenantTable || !tenantId || !tenantSetting || !tenantUser)
    throw new Failure(
      'USAGE',
      'the tenant model is not complete',
      'Give --tenant-table, --tenant-id, --tenant-setting and --tenant-user together.',
    );
  return {
    table: tenantTable,
    idColumn: tenantId,
    nameColumn: tenantName ?? tenantId,
    setting: tenantSetting,
    contextSql: null,
    user: tenantUser,
    sharedTables: [],
  };
}

function printSource({ name, url, serverVersion, tools, obstacles }: SourceAnswer): string {
  const chosen = tools.find((set) => set.chosen);
  const lines = [
    `${name}  ${url}`,
    `  server    PostgreSQL ${serverVersion}`,
    `  tools     ${chosen ? `${chosen.version} in ${chosen.path}` : 'none that fit'}`,
  ];
  if (obstacles.length === 0) lines.push('  reads     everything');
  else {
    lines.push(`  blocked   ${obstacles.length} relations cannot be read whole:`);
    for (const { relation, reason } of obstacles.slice(0, 20)) lines.push(`              ${relation}: ${reason}`);
    lines.push('            `strongroom doctor` prints the SQL of a role that can');
  }
  return lines.join('\n');
}
