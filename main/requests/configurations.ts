import { ulid } from 'ulid';
import type { Backup } from '../../shared/backup.ts';
import {
  configurationModelSchema,
  usualConfiguration,
  type ConfigurationChange,
  type ConfigurationModel,
} from '../../shared/configuration.ts';
import { Failure } from '../../shared/failure.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { configurationBackup } from '../backup/configurationBackup.ts';
import { findFiles } from '../backup/findFiles.ts';
import { backupTools, namedStore, restoreTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { compareConfigurations } from '../restore/compareConfigurations.ts';
import { readConfiguration } from '../restore/readConfiguration.ts';
import { restoreConfiguration, type RestoredConfiguration } from '../restore/restoreConfiguration.ts';
import { answerFor, namedBackup, type BackupAnswer } from './backups.ts';
import { judgeCopies } from './judgements.ts';
import { restorableBackup } from './restores.ts';
import type { RunOptions } from './runOptions.ts';
import { namedSource } from './sources.ts';

/** Which configuration of a source is backed up. @throws SOURCE_NOT_FOUND */
export function configurationOf(console: Console, source: string): ConfigurationModel {
  namedSource(console, source);
  return console.preferences.get(preferenceOf(source), configurationModelSchema, usualConfiguration);
}

/** @throws SOURCE_NOT_FOUND, USAGE for a path without a root */
export async function setConfiguration(
  console: Console,
  source: string,
  model: ConfigurationModel,
): Promise<ConfigurationModel> {
  namedSource(console, source);
  await findFiles(model, AbortSignal.timeout(lookMs)); // refuses what could never be backed up
  console.preferences.set(preferenceOf(source), model);
  await saveSettings(console);
  return model;
}

/** A whole machine is no configuration: whoever names its root is told before a night is lost. */
const lookMs = 30_000;

/** What would be backed up now. @throws USAGE, CONFIGURATION_TOO_LARGE */
export async function lookForConfiguration(
  model: ConfigurationModel,
): Promise<{ files: { path: string; sizeBytes: number }[]; gaps: string[] }> {
  const { files, gaps } = await findFiles(model, AbortSignal.timeout(lookMs));
  return { files: files.map(({ path, content }) => ({ path, sizeBytes: content.length })), gaps };
}

const preferenceOf = (source: string) => `configuration:${source}`;

export type ConfigurationAnswer = BackupAnswer & { files: string[]; gaps: string[] };

/** @throws SOURCE_NOT_FOUND, and as configurationBackup does */
export async function backupConfiguration(
  console: Console,
  ask: { source: string; note: string | null; pinned: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<ConfigurationAnswer> {
  const source = namedSource(console, ask.source);
  const model = configurationOf(console, source.name);
  const password = await console.password(source.name, 'main');
  const { note, pinned } = ask;
  const request = { id: ulid(), source, password, note, pinned, model };
  const tools = await backupTools(console);
  const manifest = await console.run(
    { id: jobId, kind: 'backup config', subject: ask.source, signal, watcher },
    (job) => configurationBackup(request, tools, job),
    (taken) => judgeConfiguration(taken) ?? judgeCopies(namedBackup(console, request.id)),
  );
  const { entries = [], gaps = [] } = manifest.configuration ?? {};
  return { ...answerFor(console, request.id), files: entries.map(({ path }) => path), gaps };
}

/** A backup of what could be had, without what was asked for as well. */
function judgeConfiguration({ configuration }: Manifest): Failure | null {
  const gaps = configuration?.gaps ?? [];
  if (gaps.length === 0) return null;
  const told = gaps.slice(0, 3).join('; ');
  return new Failure(
    'CONFIGURATION_INCOMPLETE',
    `the configuration is backed up, but for ${gaps.length === 1 ? 'this' : `${gaps.length} things`}: ${told}${gaps.length > 3 ? '; …' : ''}`,
    'Let this account read it, or take it off the list: strongroom source config NAME.',
    { details: { gaps } },
  );
}

/** Writes the files of a backup below a new folder. @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, and as restoreConfiguration does */
export async function restoreFiles(
  console: Console,
  ask: { backup: string; into: string; store: string | null },
  { jobId, signal, watcher }: RunOptions,
): Promise<RestoredConfiguration> {
  const { id } = restorableBackup(console, ask.backup);
  if (ask.store !== null) namedStore(console, ask.store);
  const tools = await restoreTools(console);
  const request = { backupId: id, into: ask.into, store: ask.store };
  return console.run({ id: jobId, kind: 'restore config', subject: id, signal, watcher, reads: [id] }, (job) =>
    restoreConfiguration(request, tools, console.home.runDir, job),
  );
}

export interface ConfigurationDiff {
  id: string;
  /** The backup that it is compared with; null where there is none before it. */
  previous: string | null;
  changes: ConfigurationChange[];
}

/**
 * How a backup of configuration differs from another; from the one before it where none is named.
 * @throws BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, and as readConfiguration does
 */
export async function diffConfiguration(
  console: Console,
  ask: { id: string; previous: string | null },
  { jobId, signal, watcher }: RunOptions,
): Promise<ConfigurationDiff> {
  const after = restorableBackup(console, ask.id);
  const before = ask.previous === null ? backupBefore(console, after) : restorableBackup(console, ask.previous);
  if (!before) return { id: after.id, previous: null, changes: [] };
  const tools = await restoreTools(console);
  const reads = [before.id, after.id];
  return console.run({ id: jobId, kind: 'diff', subject: after.id, signal, watcher, reads }, async (job) => ({
    id: after.id,
    previous: before.id,
    changes: compareConfigurations(
      await readConfiguration(before.id, null, tools, job),
      await readConfiguration(after.id, null, tools, job),
    ),
  }));
}

function backupBefore(console: Console, { id, source }: Backup): Backup | null {
  const filter = { kind: 'CONFIGURATION', source } as const;
  const { backups } = console.catalogue.list(filter, { limit: 20, cursor: id });
  return backups.find(({ status }) => status === 'COMPLETED' || status === 'VERIFIED') ?? null;
}
