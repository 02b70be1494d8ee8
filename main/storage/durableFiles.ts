import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pieces, type SourceFile } from './sourceFile.ts';

/** So much is written before it is forced to the disk and reported as done. */
const syncEveryBytes = 64 * 1024 * 1024;

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** ENOTDIR too: a part of the path is a file, so what we look for is not there either. */
export function isNotThere(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Makes the names in a folder durable: a new or renamed file survives a power cut only after this. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder as a file; NTFS journals its names without being asked.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder. PostgreSQL ignores the same two (fsync_fname_ext in fd.c).
    if (!['EBADF', 'EINVAL'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}

/** Forces a file that somebody else wrote to the disk. */
export async function syncFile(path: string): Promise<void> {
  // Windows flushes only through a handle that may write.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the folders `parts` below `root`, durably, but never `root` itself: when a disk is unplugged, the same path
 * must not come into being on the disk below.
 */
export async function makeFoldersBelow(root: string, parts: string[]): Promise<void> {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    try {
      await mkdir(path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      throw error;
    }
    await syncFolder(dirname(path));
  }
}

/** Writes a new file and forces it to the disk. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies into a new file and forces it to the disk; `onDurable` hears how many bytes are there for certain. */
export async function copyDurably(
  source: SourceFile,
  path: string,
  onDurable?: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let written = 0;
    let durable = 0;
    for await (const piece of pieces(source, 0, source.sizeBytes)) {
      signal?.throwIfAborted();
      // writeFile goes on after a short write, which `write` leaves to its caller.
      await file.writeFile(piece);
      written += piece.length;
      if (written - durable < syncEveryBytes) continue;
      await file.datasync();
      durable = written;
      onDurable?.(durable);
    }
    await file.sync();
    if (written > durable) onDurable?.(written);
  } finally {
    await file.close();
  }
}
