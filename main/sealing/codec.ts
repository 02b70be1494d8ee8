import { randomFillSync } from 'node:crypto';
import type { Transform } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { freeBytes } from '../../shared/freeBytes.ts';

export type Codec = 'zstd' | 'gzip';

export const codecExtensions: Record<Codec, string> = { zstd: 'zst', gzip: 'gz' };

let tried: Promise<Codec> | undefined;

/** zstd where this runtime's works (some builds of it do not), else gzip; tried once with a megabyte to and fro. */
export function workingCodec(): Promise<Codec> {
  tried ??= zstdWorks().then((works) => (works ? 'zstd' : 'gzip'));
  return tried;
}

async function zstdWorks(): Promise<boolean> {
  if (typeof createZstdCompress !== 'function') return false;
  const sample = Buffer.alloc(1_000_000, 'strongroom ');
  randomFillSync(sample, 0, 400_000);
  async function* pieces() {
    for (let at = 0; at < sample.length; at += 300_000) yield sample.subarray(at, at + 300_000);
  }
  const back: Uint8Array[] = [];
  try {
    for await (const piece of decompress(compress(pieces(), 'zstd'), 'zstd')) back.push(Uint8Array.from(piece));
  } catch {
    return false; // whatever it says, it does not work
  }
  return Buffer.concat(back).equals(sample);
}

/** Output comes in pieces of this size; larger ones only cost memory. */
const chunkSize = 256 * 1024;
/** What one of many compressors may take: a fraction of the memory, and on the rows of one tenant not 1% more output. */
const small = { chunkSize: 64 * 1024, windowLog: 18, hashLog: 15 };
const usual = { chunkSize, windowLog: 20, hashLog: 16 };

/**
 * Compresses a stream into exactly one frame.
 *
 * Never `nbWorkers`: in node:zlib it corrupts or empties the output (24.21). Level 1 with a larger window and hash
 * table, because on dumps that is 3% smaller than level 3 and twice as fast.
 * @param oneOfMany where dozens run at once, each has to do with less memory.
 */
export function compress(
  source: AsyncIterable<Uint8Array>,
  codec: Codec,
  oneOfMany = false,
): AsyncIterable<Uint8Array> {
  const size = oneOfMany ? small : usual;
  if (codec === 'gzip') return through(source, createGzip({ level: 6, chunkSize: size.chunkSize }));
  const params = {
    [constants.ZSTD_c_compressionLevel]: 1,
    [constants.ZSTD_c_windowLog]: size.windowLog,
    [constants.ZSTD_c_hashLog]: size.hashLog,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  return through(source, createZstdCompress({ chunkSize: size.chunkSize, params }));
}

/**
 * Reads one frame. The decoder drops what follows it without a word, so compare byte count and hash.
 * @param source its pieces are the decoder's: their memory is given back as they are read.
 */
export function decompress(source: AsyncIterable<Uint8Array>, codec: Codec): AsyncIterable<Uint8Array> {
  const decoder = codec === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  return through(source, decoder, freeBytes);
}

/**
 * Drives a transform so that at most one block is in it: the source may fill its next block meanwhile, and reuse the one
 * before (see `inBlocks`).
 * @param onRead is called when the transform needs a block no more.
 */
async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
  onRead: (block: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  // A transform that is destroyed in the middle of a block forgets to say what became of it.
  let giveUp: (reason: Error) => void = () => undefined;
  transform.once('close', () => giveUp(new Error('the stream was closed')));
  const write = (block: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      giveUp = reject;
      transform.write(block, (error) => {
        if (error) {
          reject(error); // the transform may be in the middle of the block
          return;
        }
        onRead(block);
        resolve();
      });
    });
  const feed = async () => {
    let written = Promise.resolve();
    for await (const block of source) {
      await written;
      written = write(block);
      written.catch(() => undefined); // looked at with the next block
    }
    await written;
    transform.end();
  };
  const fed = feed().catch((error: unknown) => {
    transform.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    yield* transform as AsyncIterable<Uint8Array>;
    await fed;
  } finally {
    transform.destroy();
  }
}

/**
 * Joins small pieces into blocks of `size` bytes, so that each later step is called less often.
 * A block is valid until the next but one is asked for: two buffers serve the whole stream.
 */
export async function* inBlocks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(size);
  let spare = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      const count = Math.min(size - filled, piece.length - at);
      block.set(at === 0 && count === piece.length ? piece : piece.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < size) continue;
      yield block;
      [block, spare] = [spare, block];
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
