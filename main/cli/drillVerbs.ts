import { Option, type Command } from 'commander';
import type { Assertion, AssertionResult, Drill, DrillSettings } from '../../shared/drill.ts';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatDuration } from '../../shared/format.ts';
import type { ObjectCheck } from '../../shared/restore.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/drills.ts');

interface DrillOptions {
  backup?: string;
  on?: string;
  passwordStdin?: boolean;
  scratch?: boolean;
}

interface ProveOptions extends Pick<DrillOptions, 'on' | 'passwordStdin' | 'scratch'> {
  afterEveryBackup?: 'on' | 'off';
  onSource?: boolean;
}

interface AssertOptions {
  name?: string;
  sql?: string;
  expect?: string;
  remove?: string;
  try?: boolean;
}

/** @param source the verb `source`, for what a source wants of its test restores. */
export function addDrillVerbs(program: Command, source: Command): void {
  program
    .command('drill <source>')
    .description('restore the newest good backup into a throw-away database, compare everything, and remove it again')
    .option('--backup <id>', 'another backup than the newest good one')
    .option('--on <url>', 'on another server: postgresql://user@host:port/database to enter by')
    .option('--password-stdin', 'read the password for --on from stdin')
    .option('--scratch', 'in a cluster of its own on this machine, which is made for it and removed')
    .action((name: string, options: DrillOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          if (options.on !== undefined && options.scratch)
            throw new Failure('USAGE', 'two places were given', 'Give --on URL or --scratch.');
          const password =
            options.on === undefined
              ? null
              : await readSecret(options.passwordStdin ?? false, 'Password for --on: ', verb.signal);
          return changing(verb, 'drills.start', { source: name }, async (console, audited) => {
            const { serverAt } = await import('../requests/restores.ts');
            const on = options.on === undefined ? null : serverAt(options.on);
            const place = on !== null ? 'server' : options.scratch ? 'scratch' : 'source';
            const ask = { source: name, backup: options.backup ?? null, place, on, password } as const;
            return (await requests()).drill(console, ask, audited);
          });
        },
        printDrill,
        ({ status }) => (status === 'PASSED' ? 0 : 6),
      ),
    );

  program
    .command('drills [id]')
    .description('the test restores, newest first; or the report of one')
    .option('--source <name>')
    .option('--limit <count>', 'how many', '20')
    .action((id: string | undefined, options: { source?: string; limit: string }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) => {
            if (id !== undefined) return (await requests()).namedDrill(console, id);
            const limit = Number(options.limit);
            if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
              throw new Failure(
                'USAGE',
                `${options.limit} is no number of test restores`,
                'Give --limit from 1 to 1000.',
              );
            return { drills: console.drills.list(options.source ?? null, limit) };
          }),
        (answer) => ('drills' in answer ? printDrills(answer.drills) : printDrill(answer)),
      ),
    );

  source
    .command('assert <name>')
    .description('what must be true in every restored database of a source: show, add, replace or remove')
    .option('--name <text>', 'how it is called in reports')
    .option('--sql <query>', 'one query that returns one value; tables with their schema, such as shop.sales')
    .option('--expect <value>', 'what it has to return (without: true)')
    .option('--remove <text>', 'remove the one of this name')
    .option('--try', 'run it now in the live database, read-only and for 10 s at the most, and save nothing')
    .action((name: string, options: AssertOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { remove } = options;
          if (remove !== undefined)
            return changing(verb, 'drills.saveSettings', { source: name }, async (console) =>
              (await requests()).removeAssertion(console, name, remove),
            );
          if (options.name === undefined && options.sql === undefined)
            return withConsole(verb, false, async (console) => (await requests()).shownSettings(console, name));
          const assertion = assertionFrom(options);
          if (options.try)
            return changing(verb, 'drills.tryAssertion', { source: name }, async (console) =>
              (await requests()).tryInSource(console, name, assertion),
            );
          return changing(verb, 'drills.saveSettings', { source: name }, async (console) =>
            (await requests()).setAssertion(console, name, assertion),
          );
        },
        (answer) => ('found' in answer ? printAssertion(answer) : printSettings(name, answer)),
        (answer) => ('found' in answer && !answer.ok ? 6 : 0),
      ),
    );

  source
    .command('prove <name>')
    .description('whether a test restore follows every full backup, and where those of the schedule are made')
    .addOption(new Option('--after-every-backup <on|off>').choices(['on', 'off']))
    .option('--on <url>', 'on another server: postgresql://user@host:port/database to enter by')
    .option('--password-stdin', 'read the password for --on from stdin')
    .option('--scratch', 'in a cluster of its own on this machine')
    .option('--on-source', 'on the server of the source, as it is usual')
    .action((name: string, options: ProveOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { afterEveryBackup, on, scratch, onSource } = options;
          const places = [on, scratch, onSource].filter((one) => one !== undefined).length;
          if (places > 1 || (places === 0 && afterEveryBackup === undefined))
            throw new Failure('USAGE', 'one thing is to be said', 'Give --after-every-backup, or one place.');
          const fromStdin = options.passwordStdin ?? false;
          const password = on === undefined ? null : await readSecret(fromStdin, 'Password for --on: ', verb.signal);
          return changing(verb, 'drills.saveSettings', { source: name }, async (console) => {
            const { placeDrills, saveDrillSettings, shownSettings } = await requests();
            if (places === 1) {
              const { serverAt } = await import('../requests/restores.ts');
              const server = on === undefined ? null : serverAt(on);
              const place = server !== null ? 'server' : scratch ? 'scratch' : 'source';
              await placeDrills(console, name, { place, on: server }, password);
            }
            return afterEveryBackup === undefined
              ? shownSettings(console, name)
              : saveDrillSettings(console, name, { afterEveryBackup: afterEveryBackup === 'on' });
          });
        },
        (settings) => printSettings(name, settings),
      ),
    );
}

function assertionFrom({ name, sql, expect }: AssertOptions): Assertion {
  if (name && sql) return { name, sql, expected: expect ?? null };
  throw new Failure('USAGE', 'an assertion needs a name and a query', 'Give --name TEXT and --sql QUERY.');
}

function printSettings(source: string, { assertions, afterEveryBackup, place, on }: DrillSettings): string {
  const where = {
    source: 'on its own server',
    scratch: 'in a cluster of its own',
    server: `on ${on?.host}:${on?.port}`,
  };
  return [
    `${source}: a test restore ${afterEveryBackup ? 'follows every full backup' : 'is made when it is asked for, or by the schedule'}`,
    `  those that nobody starts by hand are made ${where[place]}`,
    ...assertions.map(({ name, sql, expected }) => `  ${name}: ${sql.replace(/\s+/g, ' ')} = ${expected ?? 'true'}`),
    ...(assertions.length === 0 ? ['  nothing is asserted beside the comparison with the backup'] : []),
  ].join('\n');
}

/** One report, for a person. */
function printDrill({ id, source, backupId, server, status, startedAt, report, failure }: Drill): string {
  const lines = [
    `${id}  test restore of ${source}  ${status}`,
    `  backup    ${backupId}${report ? ` of ${report.backupCreatedAt}` : ''}`,
    `  where     ${server}`,
    `  when      ${startedAt}${report ? `, ${formatDuration(report.seconds)}` : ''}`,
  ];
  if (failure) lines.push(`  failed    ${failure.message} [${failure.code}]`, `            ${failure.hint}`);
  if (!report) return lines.join('\n');
  for (const { name, seconds } of report.steps) lines.push(`  ${seconds.toFixed(1).padStart(8)} s  ${name}`);
  const { verification } = report;
  if (verification) {
    const bad = verification.tables.filter(({ match }) => !match);
    const rows = verification.tables.reduce((sum, table) => sum + table.rows, 0);
    lines.push(
      `  rows      ${rows} in ${verification.tables.length} tables (${formatBytes(report.restoredBytes)}): ${bad.length === 0 ? 'every table as in the backup' : 'DIFFER'}`,
    );
    for (const { name, rows: found, expectedRows } of bad)
      lines.push(`            ${name}: ${found} rows in the place of ${expectedRows}`);
    const checks: [string, ObjectCheck][] = [
      ['indexes', verification.indexes],
      ['keys', verification.foreignKeys],
      ['sequences', verification.sequences],
      ['views', verification.materializedViews],
      ['objects', verification.largeObjects],
    ];
    for (const [name, { ok, expected, problems }] of checks)
      lines.push(
        `  ${name.padEnd(9)} ${ok} of ${expected}`,
        ...problems.slice(0, 5).map((problem) => `            ${problem}`),
      );
  }
  for (const result of report.assertions) lines.push(`  ${printAssertion(result)}`);
  for (const note of report.notes) lines.push(`  note      ${note}`);
  return lines.join('\n');
}

function printAssertion({ name, ok, found, expected, reason }: AssertionResult): string {
  const instead = ok ? '' : ` in the place of ${expected ?? 'true'}`;
  return `${ok ? 'true     ' : 'NOT TRUE '} ${name}: ${reason ?? `${found ?? 'null'}${instead}`}`;
}

function printDrills(drills: readonly Drill[]): string {
  if (drills.length === 0) return 'No test restore yet: strongroom drill SOURCE';
  const rows = drills.map(({ id, source, backupId, server, status, startedAt, report }) => [
    id,
    startedAt.slice(0, 16).replace('T', ' '),
    source,
    backupId,
    server,
    report ? formatDuration(report.seconds) : '-',
    status,
  ]);
  return columns(['ID', 'BEGUN (UTC)', 'SOURCE', 'BACKUP', 'WHERE', 'TOOK', 'OUTCOME'], rows);
}
