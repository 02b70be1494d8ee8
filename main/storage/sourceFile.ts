import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';

/** Reads and copies go in pieces of this size, so that a file of any size needs little memory and no long pause. */
export const pieceBytes = 256 * 1024;

/** A file that is being uploaded. It must not change meanwhile. */
export interface SourceFile {
  path: string;
  file: FileHandle;
  sizeBytes: number;
  modifiedMs: number;
}

/** What S3 wants to know about a body before it is sent. */
export interface Digests {
  md5Base64: string;
  sha256Hex: string;
}

/**
 * Opens the file for the time of `work`.
 * @throws Failure OBJECT_MISSING when there is no such file, STORE_FAILED when it cannot be opened.
 */
export async function withSource<T>(path: string, work: (source: SourceFile) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      error.code === 'ENOENT' ? 'OBJECT_MISSING' : 'STORE_FAILED',
      `the file to upload cannot be opened: ${error.message}`,
      'Check the disk of the local store; the backup must be there before it can be copied elsewhere.',
      { details: { path }, cause: error },
    );
  });
  try {
    const { size, mtimeMs } = await file.stat();
    return await work({ path, file, sizeBytes: size, modifiedMs: Math.trunc(mtimeMs) });
  } finally {
    await file.close();
  }
}

/**
 * Yields `length` bytes of the file from `offset` in pieces. Each piece is valid only until the next one.
 * @throws Failure STORE_FAILED when the file has become shorter.
 */
export async function* pieces(source: SourceFile, offset: number, length: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, length));
  for (let done = 0; done < length;) {
    const { bytesRead } = await source.file.read(buffer, 0, Math.min(buffer.length, length - done), offset + done);
    if (bytesRead === 0) throw becameShorter(source);
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Hashes bytes in memory, in pieces between which other work gets its turn: 16 MiB at once would take 40 ms. */
export async function digestBytes(bytes: Uint8Array): Promise<Digests> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (at > 0) await setImmediate();
    const piece = bytes.subarray(at, at + pieceBytes);
    md5.update(piece);
    sha256.update(piece);
  }
  return { md5Base64: md5.digest('base64'), sha256Hex: sha256.digest('hex') };
}

/** Hashes a part of the file. The reads between the pieces let the event loop breathe. */
export async function digestPart(source: SourceFile, offset: number, length: number): Promise<Digests> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for await (const piece of pieces(source, offset, length)) {
    md5.update(piece);
    sha256.update(piece);
  }
  return { md5Base64: md5.digest('base64'), sha256Hex: sha256.digest('hex') };
}

/** The same bytes as a stream, for the body of a request. Whoever takes it destroys it in the end. */
export function streamPart(source: SourceFile, offset: number, length: number): Readable {
  return Readable.from(copiedPieces(source, offset, length), { objectMode: false, highWaterMark: pieceBytes });
}

async function* copiedPieces(source: SourceFile, offset: number, length: number): AsyncGenerator<Buffer> {
  // The socket holds on to a piece while the next one is already read.
  for await (const piece of pieces(source, offset, length)) yield Buffer.from(piece);
}

function becameShorter(source: SourceFile): Failure {
  return new Failure(
    'STORE_FAILED',
    'the file became shorter while it was being uploaded',
    'Something else writes into the folder of the local store: find out what, and take a new backup.',
    { details: { path: source.path, sizeBytes: source.sizeBytes } },
  );
}
