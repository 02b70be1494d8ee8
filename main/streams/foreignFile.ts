import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ImportFormat } from '../../shared/backup.ts';
import { Failure } from '../../shared/failure.ts';
import { parseToc, UnknownArchive, type ArchiveToc } from '../postgres/archiveToc.ts';
import { decompress } from '../sealing/codec.ts';
import { openFernet, type FernetKey } from '../sealing/fernet.ts';

/** A backup that was made by other means, as a file of this machine. */
export interface ForeignFile {
  path: string;
  format: ImportFormat;
  /** Null for a format without one. */
  key: FernetKey | null;
}

const readSize = 256 * 1024;
const magic = 'PGDMP';
/** A tar archive says what it is here. */
const tarMark = { at: 257, text: 'ustar' };
const enoughToTell = 512;

/** @returns its size in bytes. @throws IMPORT_UNREADABLE, IMPORT_REFUSED for a folder. */
export async function sizeOfFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      'IMPORT_UNREADABLE',
      error.code === 'ENOENT' ? `there is no file ${path}` : `the file ${path} cannot be read`,
      'Give the path of a file on the machine where Strongroom runs, and let its user read it.',
      { cause: error, details: { path, code: error.code } },
    );
  });
  if (found.isFile()) return found.size;
  throw new Failure(
    'IMPORT_REFUSED',
    `${path} is ${found.isDirectory() ? 'a folder' : 'no file'}, and a backup in the directory format cannot be imported`,
    restoreByHand,
  );
}

/** The bytes of the file as they lie there. */
export function rawBytes(path: string, signal: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: readSize, signal });
}

/**
 * The archive in the file, out of its wrapping.
 * @param raw the bytes of the file.
 * @throws IMPORT_UNREADABLE
 */
export async function* archiveBytes(raw: AsyncIterable<Buffer>, key: FernetKey | null): AsyncGenerator<Buffer> {
  if (key === null) {
    yield* raw;
    return;
  }
  try {
    yield* decompress(openFernet(raw, key), 'gzip') as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof Failure || (error as Error).name === 'AbortError') throw error;
    throw unreadable(`the gzip inside is damaged: ${(error as Error).message}`, error);
  }
}

/** Reads the head of the archive; the bytes that came with it are not lost. */
export async function readHead(
  archive: AsyncIterator<Buffer>,
): Promise<{ toc: ArchiveToc; head: Buffer; rest: Buffer }> {
  let bytes: Buffer = Buffer.alloc(0);
  let nextTry = enoughToTell;
  for (;;) {
    const next = await archive.next();
    if (!next.done) bytes = Buffer.concat([bytes, next.value]);
    if (!next.done && bytes.length < nextTry) continue;
    refuseOtherFiles(bytes);
    const toc = knownToc(bytes);
    if (toc) return { toc, head: bytes.subarray(0, toc.byteLength), rest: bytes.subarray(toc.byteLength) };
    if (next.done) throw unreadable('it ends in its table of contents');
    nextTry = bytes.length * 1.25;
  }
}

/** @throws IMPORT_REFUSED for what cannot be taken in as it is. */
function knownToc(bytes: Buffer): ArchiveToc | null {
  const toc = (() => {
    try {
      return parseToc(bytes);
    } catch (error) {
      if (!(error instanceof UnknownArchive)) throw error;
      throw refused(error.message);
    }
  })();
  if (toc && toc.intSize !== 4) throw refused('it was made on a machine of an unusual kind');
  if (toc?.compression === 'lz4') throw refused('it is compressed with lz4');
  return toc;
}

function refuseOtherFiles(bytes: Buffer): void {
  const begin = bytes.toString('latin1', 0, enoughToTell);
  if (begin.startsWith(magic)) return;
  if (bytes.length === 0) throw unreadable('it is empty');
  if (begin.startsWith('\x1f\x8b'))
    throw new Failure('IMPORT_REFUSED', 'the file is packed with gzip', 'Unpack it first: gunzip FILE.');
  if (begin.startsWith('gAAAAA'))
    throw new Failure(
      'IMPORT_REFUSED',
      'the file is a Fernet token',
      'Import it with --format fernet-gzip and its key.',
    );
  if (begin.startsWith(tarMark.text, tarMark.at)) throw refused('it is in the tar format');
  if (!begin.includes('\0'))
    throw new Failure(
      'IMPORT_REFUSED',
      'the file is plain SQL or other text, and nothing of it was run',
      'SQL from elsewhere may hold commands for the machine that reads it (such as \\! or \\unrestrict), so it is never fed to psql here. ' +
        'Make the dump again with pg_dump -Fc; or look through it, run it yourself on a server that may break, and back that database up.',
    );
  throw new Failure('IMPORT_REFUSED', 'the file is no archive of pg_dump', 'Choose a file that pg_dump -Fc has made.');
}

const restoreByHand =
  'Make the dump again with pg_dump -Fc; or restore it with pg_restore into a database of its own, add that as a source and back it up.';

function refused(reason: string): Failure {
  return new Failure('IMPORT_REFUSED', `the archive cannot be imported: ${reason}`, restoreByHand, {
    details: { reason },
  });
}

export function unreadable(reason: string, cause?: unknown, details: Record<string, unknown> = {}): Failure {
  return new Failure(
    'IMPORT_UNREADABLE',
    `the file cannot be read to its end: ${reason}`,
    'It is damaged or was cut off: use another copy of it, and compare its size with that of the original.',
    { cause, details: { reason, ...details } },
  );
}
