import type { Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { passwordPurposes, sslModes, type PasswordPurpose } from '../../shared/source.ts';
import { rolePurposes } from '../../shared/tenant.ts';
import type { SourceAnswer } from '../requests/sources.ts';
import { columns } from './columns.ts';
import { changing } from './changing.ts';
import { reasonLines } from './findingWords.ts';
import { runVerb, withConsole } from './run.ts';
import { seenWords } from './seenWords.ts';
import { readSecret } from './secretInput.ts';
import { tenantModel, tenantOptions, type TenantOptions } from './tenantVerbs.ts';

const requests = () => import('../requests/sources.ts');

interface AddOptions extends TenantOptions {
  url: string;
  passwordStdin?: boolean;
  sslmode?: string;
  tools?: string;
}

/** @returns the verb `source`, for more of it. */
export function addSourceVerbs(program: Command): Command {
  const source = program.command('source').description('the databases to protect');

  tenantOptions(source.command('add <name>').description('add a database, once it has answered'))
    .requiredOption('--url <url>', 'postgresql://user@host:port/database, without the password')
    .option('--password-stdin', 'read the password from stdin; without one it is looked up as libpq does')
    .option('--sslmode <mode>', sslModes.join(', '))
    .option('--tools <dir>', 'the folder of the client programs to use')
    .action((name: string, options: AddOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const password = await readSecret(
            options.passwordStdin ?? false,
            'Password (empty: look in .pgpass): ',
            verb.signal,
          );
          return changing(verb, 'sources.add', { name }, async (console) => {
            const { addSource, connectionOf } = await requests();
            const connection = connectionOf(options.url, options.sslmode);
            const [toolsDir, tenants] = [options.tools ?? null, tenantModel(options, null)];
            return addSource(console, { name, connection, password, toolsDir, tenants }, verb.signal);
          });
        },
        printSource,
      ),
    );

  source
    .command('password <name>')
    .description('set a password of a source')
    .requiredOption('--for <purpose>', passwordPurposes.join(', '))
    .option('--user <user>', 'who streams or restores: strongroom_wal and strongroom_restore when not said')
    .option('--password-stdin', 'read the password from stdin')
    .action((name: string, options: { for: string; user?: string; passwordStdin?: boolean }, command: Command) =>
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
          const password = await readSecret(options.passwordStdin ?? false, 'Password: ', verb.signal);
          if (password === null)
            throw new Failure('USAGE', 'no password was given', 'Pipe it in with --password-stdin.');
          return changing(verb, 'sources.setPassword', { name }, async (console) =>
            (await requests()).setPassword(console, { name, purpose, password, user: options.user ?? null }),
          );
        },
        ({ purpose }) => `the password for ${purpose} of ${name} is set`,
      ),
    );

  source
    .command('role [source]')
    .description('print the SQL that makes a role, for a superuser: one that sees every row and can change nothing')
    .option('--for <purpose>', `${rolePurposes.join(', ')} or all; tenant, restore and all want a source`, 'full')
    .action((name: string | undefined, options: { for: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const wanted = [...rolePurposes, 'all' as const].find((one) => one === options.for);
          if (!wanted)
            throw new Failure(
              'USAGE',
              `there is no role for ${options.for}`,
              `One of ${rolePurposes.join(', ')}, or all.`,
            );
          const { commonRole, rolesOfSource } = await import('../requests/roles.ts');
          if (name === undefined) return commonRole(wanted);
          return withConsole(verb, false, (console) => rolesOfSource(console, name, wanted));
        },
        ({ database, sql }) =>
          `-- as a superuser, in ${database === null ? 'any database of the server' : `the database ${database}`}, with a password of your own:\n${sql}`,
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
                ['NAME', 'URL', 'POSTGRESQL', 'LAST SEEN'],
                sources.map(({ name, url, serverVersion, failure, seenAt }) => [
                  name,
                  url,
                  serverVersion ?? '–',
                  seenWords(seenAt, failure),
                ]),
              ),
      ),
    );

  source
    .command('test <name>')
    .description('connect, and look for what would keep a backup from being whole')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, true, async (console) => (await requests()).testSource(console, name, verb.signal)),
        printSource,
        ({ obstacles, findings }) =>
          obstacles.length > 0 || findings.some(({ severity }) => severity === 'block') ? 3 : 0,
      ),
    );

  source
    .command('remove <name>')
    .description('forget a source and its passwords; its backups stay')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'sources.remove', { name }, async (console) => (await requests()).removeSource(console, name)),
        () => `${name} is forgotten; its backups stay`,
      ),
    );
  return source;
}

const modeWords = { full: '', tenant: 'tenants: ', wal: 'streaming: ', restore: 'restores: ' } as const;

function printSource({ name, url, serverVersion, tools, obstacles, findings }: SourceAnswer): string {
  const chosen = tools.find((set) => set.chosen);
  const lines = [
    `${name}  ${url}`,
    `  server    PostgreSQL ${serverVersion}`,
    `  tools     ${chosen ? `${chosen.version} in ${chosen.path}` : 'none that fit'}`,
  ];
  if (obstacles.length === 0) lines.push('  reads     everything');
  else {
    lines.push(`  blocked   ${obstacles.length} relations cannot be read whole:`);
    for (const line of reasonLines(obstacles)) lines.push(`              ${line}`);
    lines.push('            `strongroom doctor` prints the SQL of a role that can');
  }
  for (const { mode, relation, severity, reason } of findings)
    lines.push(`  ${severity.padEnd(8)}  ${modeWords[mode]}${relation}: ${reason}`);
  return lines.join('\n');
}
