import { constants } from 'node:fs';
import { access, glob, readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { archivePath, presets, type ConfigurationModel } from '../../shared/configuration.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';

/** A file as it was when it was read, whole. */
export interface FoundFile {
  /** In the archive. */
  path: string;
  content: Buffer;
  mode: number;
  modifiedAt: Date;
}

/** Configuration is written by people: what is larger is something else. */
const largestFile = 8 * 1024 * 1024;
const largestTotal = 48 * 1024 * 1024;
/** Folders in which programs keep what they can fetch again. */
const notOurs = ['node_modules', '.git', 'site-packages', '__pycache__'];

/**
 * Reads every file that a person has asked for.
 * @returns them, in the order of their paths, and what could not be had, as sentences.
 * @throws USAGE for a path without a root, CONFIGURATION_TOO_LARGE, CANCELLED
 */
export async function findFiles(
  model: ConfigurationModel,
  signal: AbortSignal,
): Promise<{ files: FoundFile[]; gaps: string[] }> {
  const gaps: string[] = [];
  const paths = new Set<string>();
  for (const path of [...model.folders, ...model.paths]) refuseRelative(path);
  for (const folder of model.folders) await refuseUnreadable(folder, gaps);
  for (const { pattern, named } of patternsOf(model)) {
    signal.throwIfAborted();
    const found = await matches(pattern, gaps);
    if (named && found.length === 0) gaps.push(`${pattern}: nothing is there`);
    for (const path of found) paths.add(path);
  }
  const files: FoundFile[] = [];
  let total = 0;
  for (const path of [...paths].toSorted()) {
    signal.throwIfAborted();
    const file = await readWhole(path, gaps);
    if (!file) continue;
    total += file.content.length;
    if (total > largestTotal) throw tooLarge();
    files.push(file);
  }
  return { files, gaps };
}

function refuseRelative(path: string): void {
  if (!isAbsolute(path))
    throw new Failure('USAGE', `${path} is no whole path`, 'Give paths from the root or the drive of the machine.');
}

/** What to look for; a preset may find nothing, what a person has named may not. */
function patternsOf(model: ConfigurationModel): { pattern: string; named: boolean }[] {
  const chosen = model.presets.map((name) => presets[name]);
  return [
    ...chosen
      .flatMap(({ anywhere }) => anywhere)
      .filter((pattern) => isAbsolute(pattern)) // a drive is none of this machine's elsewhere
      .map((pattern) => ({ pattern, named: false })),
    ...model.folders.flatMap((folder) =>
      chosen.flatMap(({ below }) => below.map((pattern) => ({ pattern: join(folder, pattern), named: false }))),
    ),
    ...model.paths.map((pattern) => ({ pattern, named: true })),
  ];
}

/** The files of a path or a glob; all of a folder. */
async function matches(pattern: string, gaps: string[]): Promise<string[]> {
  const known = await stat(pattern).catch(() => null); // what is not there may still be a glob
  if (known?.isFile()) return [pattern];
  if (known?.isDirectory()) return filesBelow(pattern, gaps);
  const found: string[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true, exclude: ({ name }) => notOurs.includes(name) })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await refuseUnreadable(path, gaps);
    else found.push(path);
  }
  return found;
}

async function filesBelow(folder: string, gaps: string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    gaps.push(`${folder}: ${wordsFor(error)}`);
    return [];
  });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) found.push(path);
    else if (!notOurs.includes(entry.name)) found.push(...(await filesBelow(path, gaps)));
  }
  return found;
}

/** A folder that cannot be looked into would look empty. */
async function refuseUnreadable(folder: string, gaps: string[]): Promise<void> {
  try {
    await access(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    gaps.push(`${folder}: ${wordsFor(error)}`);
  }
}

async function readWhole(path: string, gaps: string[]): Promise<FoundFile | null> {
  try {
    const known = await stat(path); // of what a link leads to
    if (!known.isFile()) return null;
    if (known.size > largestFile) {
      gaps.push(`${path}: larger than 8 MB, which no configuration is`);
      return null;
    }
    return {
      path: archivePath(path),
      content: await readFile(path),
      mode: known.mode & 0o777,
      modifiedAt: known.mtime,
    };
  } catch (error) {
    gaps.push(`${path}: ${wordsFor(error)}`);
    return null;
  }
}

function wordsFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'this account may not read it';
  if (code === 'ENOENT') return 'not there';
  return reportFailure(error).message;
}

function tooLarge(): Failure {
  return new Failure(
    'CONFIGURATION_TOO_LARGE',
    'the chosen files are larger than 48 MB together, which no configuration is',
    'Narrow the folders and globs; the files of the shop itself belong into another backup.',
  );
}
