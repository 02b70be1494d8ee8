import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the note about a folder lies, by the job that fills it. */
const noteName = (jobId: string) => `folder-${jobId}`;
const pattern = /^folder-(\w+)$/;

/** The name of a folder that this job has not filled yet. */
function unfinishedName(folder: string, jobId: string): string {
  return `${folder}.strongroom-${jobId}`;
}

/**
 * Fills a folder with what was sealed, which must not lie about if the power goes: it is noted before, and removed if the
 * work fails or by `sweepFolders`. The work ends by giving it another name.
 * @param runDir a folder of the console, where the note lies meanwhile.
 */
export async function fillFolder(
  folder: string,
  jobId: string,
  runDir: string,
  work: (unfinished: string) => Promise<void>,
): Promise<void> {
  const unfinished = unfinishedName(folder, jobId);
  const note = join(runDir, noteName(jobId));
  await writeFile(note, unfinished, { flag: 'wx', mode: 0o600, flush: true });
  try {
    await work(unfinished);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }); // if this fails too, the note stays
    await rm(note);
    throw error;
  }
  await rm(note);
}

/** Removes the folders that a process which was killed had begun to fill. @throws what keeps one from being removed */
export async function sweepFolders(runDir: string): Promise<void> {
  const names = await readdir(runDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const [, jobId] = pattern.exec(name) ?? [];
    if (jobId === undefined) continue;
    const path = await readFile(join(runDir, name), 'utf8');
    // A note that was cut off was written before anything else.
    if (path.endsWith(unfinishedName('', jobId))) await rm(path, { recursive: true, force: true });
    await rm(join(runDir, name));
  }
}
