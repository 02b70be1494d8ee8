import { resolve } from 'node:path';
import type { Command } from 'commander';
import { presetNames, presets, type ConfigurationModel } from '../../shared/configuration.ts';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import type { ConfigurationAnswer, ConfigurationDiff } from '../requests/configurations.ts';
import { notEverywhere, printBackup } from './backupVerbs.ts';
import { changing } from './changing.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/configurations.ts');

interface ModelOptions {
  preset?: string[];
  folder?: string[];
  path?: string[];
  server: boolean;
}

/** @param backup and `source` are the verbs that get one more each. */
export function addConfigurationVerbs(
  program: Command,
  { backup, source }: { backup: Command; source: Command },
): void {
  backup
    .command('config <source>')
    .description('back up chosen files, and the settings, access rules and roles of the server')
    .option('--note <text>', 'a note to find it by')
    .option('--pin', 'never let retention delete it')
    .action((name: string, { note, pin = false }: { note?: string; pin?: boolean }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'configuration.backUp', { source: name }, async (console, audited) =>
            (await requests()).backupConfiguration(console, { source: name, note: note ?? null, pinned: pin }, audited),
          ),
        printConfiguration,
        (answer) => (answer.gaps.length > 0 ? 1 : notEverywhere(answer)),
      ),
    );

  source
    .command('config <name>')
    .description(
      'choose which configuration is backed up, in the place of what was chosen; or see it, and what it finds',
    )
    .option('--preset <name...>', presetNames.join(', '))
    .option('--folder <dir...>', 'folders of applications, in which the presets look')
    .option('--path <path...>', 'more files, folders or globs (quote them), from the root of the machine')
    .option('--no-server', 'do not ask the server for its settings, access rules and roles')
    .action((name: string, options: ModelOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const model = modelOf(options);
          const show = async (chosen: ConfigurationModel) => ({
            ...chosen,
            ...(await (await requests()).lookForConfiguration(chosen)),
          });
          if (model)
            return changing(verb, 'configuration.save', { source: name }, async (console) =>
              show(await (await requests()).setConfiguration(console, name, model)),
            );
          return withConsole(verb, false, async (console) => show((await requests()).configurationOf(console, name)));
        },
        ({ files, gaps, server, ...model }) =>
          [
            ...model.presets.map((preset) => `preset   ${preset}: ${presets[preset].title}`),
            ...model.folders.map((folder) => `folder   ${folder}`),
            ...model.paths.map((path) => `path     ${path}`),
            `server   ${server ? 'its settings, access rules and roles are read over SQL' : 'is not asked'}`,
            `found    ${formatCount(files.length)} files, ${formatBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`,
            ...files.map(({ path }) => `         ${path.replace(/^files\//, '/')}`),
            ...gaps.map((gap) => `MISSING  ${gap}`),
          ].join('\n'),
        ({ gaps }) => (gaps.length > 0 ? 1 : 0),
      ),
    );

  program
    .command('diff <backup> [previous]')
    .description('how a backup of configuration differs from the one before it, or from another one')
    .action((id: string, previous: string | undefined, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, true, async (console) =>
            (await requests()).diffConfiguration(console, { id, previous: previous ?? null }, verb),
          ),
        printDiff,
      ),
    );
}

/** Writes the files of a backup below a folder: `restore ID --mode config`. */
export function restoreConfigurationVerb(
  backup: string,
  options: { into?: string; store?: string },
  command: Command,
): Promise<void> {
  return runVerb(
    command,
    async (verb) => {
      if (options.into === undefined)
        throw new Failure('USAGE', 'where to restore to was not said', 'Give --into DIR, a new or empty folder.');
      const ask = { backup, into: resolve(options.into), store: options.store ?? null };
      return changing(verb, 'configuration.restore', { id: backup, into: ask.into }, async (console, audited) =>
        (await requests()).restoreFiles(console, ask, audited),
      );
    },
    ({ folder, files, gaps }) =>
      [
        `${formatCount(files.length)} files are in ${folder}; nothing else was touched`,
        ...gaps.map((gap) => `  not in the backup  ${gap}`),
      ].join('\n'),
  );
}

/** What was chosen; null when nothing was, and it is only looked at. */
function modelOf({ preset = [], folder = [], path = [], server }: ModelOptions): ConfigurationModel | null {
  if (preset.length + folder.length + path.length === 0 && server) return null;
  const known = (name: string) => presetNames.find((one) => one === name);
  const wrong = preset.find((name) => !known(name));
  if (wrong !== undefined)
    throw new Failure('USAGE', `there is no preset ${wrong}`, `Use one of ${presetNames.join(', ')}.`);
  return {
    presets: preset.map((name) => known(name)!),
    folders: folder.map((dir) => resolve(dir)),
    paths: path.map((one) => resolve(one)),
    server,
  };
}

function printConfiguration(answer: ConfigurationAnswer): string {
  return [
    printBackup(answer, []),
    `  files     ${formatCount(answer.files.length)}`,
    ...answer.gaps.map((gap) => `  MISSING   ${gap}`),
  ].join('\n');
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

function printDiff({ id, previous, changes }: ConfigurationDiff): string {
  if (previous === null) return `${id} is the first backup of configuration of its source.`;
  if (changes.length === 0) return `${id} holds the same as ${previous}.`;
  return [
    `${id} against ${previous}: ${formatCount(changes.length)} ${changes.length === 1 ? 'change' : 'changes'}`,
    ...changes.flatMap(({ path, change, lines, settings }) => [
      `  ${signs[change]} ${path}${lines ? `  (+${lines.added} -${lines.removed} lines)` : ''}`,
      ...settings.map(({ name, before, after }) => `      ${name}: ${before ?? '(default)'} → ${after ?? '(default)'}`),
    ]),
    '  + added  - removed  ~ changed; values of files are not shown: restore both to folders to compare them',
  ].join('\n');
}
