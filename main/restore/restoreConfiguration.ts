import { lstat, mkdir, open, readdir, rename, rmdir, utimes } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { readConfiguration, type OpenedConfiguration } from './readConfiguration.ts';
import type { RestoreTools } from './restoreTools.ts';
import { fillFolder } from './unfinishedFolder.ts';

export interface RestoredConfiguration {
  folder: string;
  /** Paths below the folder. */
  files: string[];
  /** What was not in the backup. */
  gaps: string[];
}

/**
 * Writes the files of a backup of configuration below a folder that is new or empty; it appears when it is complete.
 * Nothing outside of it is touched: what goes back to its place is for a person to decide.
 * @param runDir a folder of the console, for a note about what must not stay if the power goes.
 * @throws FOLDER_EXISTS, USAGE, NO_GOOD_COPY, BACKUP_UNREADABLE, CANCELLED
 */
export async function restoreConfiguration(
  request: { backupId: string; into: string; store: string | null },
  tools: RestoreTools,
  runDir: string,
  job: Job,
): Promise<RestoredConfiguration> {
  const folder = resolve(request.into);
  await refuseFilled(folder);
  const opened = await readConfiguration(request.backupId, request.store, tools, job);
  job.stage('writing files');
  await fillFolder(folder, job.id, runDir, async (unfinished) => {
    await writeFiles(opened, unfinished, job);
    job.reached('folder-filled');
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(unfinished, folder);
  });
  return { folder, files: opened.files.map(({ entry }) => entry.path), gaps: opened.gaps };
}

async function refuseFilled(folder: string): Promise<void> {
  const known = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!known || (known.isDirectory() && (await readdir(folder)).length === 0)) return;
  throw new Failure(
    'FOLDER_EXISTS',
    `${folder} is there already, and is not empty`,
    'Name a folder that is new or empty: nothing is ever written over.',
  );
}

/** As private as the backup was: settings hold passwords. */
async function writeFiles({ files }: OpenedConfiguration, folder: string, job: Job): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { entry, content } of files) {
    job.signal.throwIfAborted();
    const path = join(folder, entry.path);
    const inside = relative(folder, path);
    if (inside.startsWith('..') || isAbsolute(inside))
      throw new Failure('BACKUP_UNREADABLE', `${entry.path} leads out of the folder`, 'Do not use this backup.');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600 | (entry.mode & 0o100));
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    const modified = new Date(entry.modifiedAt);
    await utimes(path, modified, modified);
  }
}
