import { Readable } from 'node:stream';
import { createInflate, createZstdDecompress } from 'node:zlib';
import { archiveInt } from './archiveHead.ts';
import { UnknownArchive } from './archiveToc.ts';

const blockData = 1;
const blockBlobs = 3;
const intSize = 4;
const intLength = 1 + intSize;
const chunkSize = 256 * 1024;

/**
 * Takes the compression out of the data of a custom-format archive while it passes by: each table's rows and each
 * large object are a zlib or zstd stream of their own, cut into chunks.
 * @param source what follows the table of contents.
 * @throws UnknownArchive when the archive ends in the middle, or its framing or compression is broken.
 */
export async function* plainBlocks(
  source: AsyncIterable<Buffer>,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(source);
  while (!(await bytes.ended())) {
    const head = await bytes.take(1 + intLength);
    yield head;
    if (head[0] === blockData) yield* plainChunks(bytes, compression);
    else if (head[0] === blockBlobs)
      for (;;) {
        const oid = await bytes.take(intLength);
        yield oid;
        if (oid.readUInt32LE(1) === 0) break;
        yield* plainChunks(bytes, compression);
      }
    else throw new UnknownArchive(`unexpected block of type ${head[0]}`);
  }
}

async function* plainChunks(bytes: ByteReader, compression: 'gzip' | 'zstd'): AsyncGenerator<Buffer> {
  const decoder = compression === 'gzip' ? createInflate({ chunkSize }) : createZstdDecompress({ chunkSize });
  const packed = Readable.from(chunks(bytes), { objectMode: false, highWaterMark: chunkSize });
  packed.once('error', (error) => decoder.destroy(error));
  packed.pipe(decoder);
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      yield archiveInt(piece.length, intSize);
      yield piece;
    }
  } catch (error) {
    throw error instanceof UnknownArchive
      ? error
      : new UnknownArchive(`its data is damaged: ${(error as Error).message}`);
  }
  if (!packed.readableEnded) throw new UnknownArchive('its data goes on where it should end');
  yield archiveInt(0, intSize);
}

/** The bytes of chunks, up to the empty one. */
async function* chunks(bytes: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const length = await bytes.take(intLength);
    let left = length.readUInt32LE(1);
    if (length[0] !== 0) throw new UnknownArchive('a chunk has a negative length');
    if (left === 0) return;
    while (left > 0) {
      const piece = await bytes.some(left);
      left -= piece.length;
      yield piece;
    }
  }
}

/** Asks a stream for as many bytes as are wanted next. */
class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async ended(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await this.source.next();
      if (next.done) return true;
      this.held = next.value;
    }
    return false;
  }

  /** At least one byte, at most `most`. */
  async some(most: number): Promise<Buffer> {
    if (await this.ended()) throw new UnknownArchive('the archive ends too early');
    const piece = this.held.subarray(0, most);
    this.held = this.held.subarray(piece.length);
    return piece;
  }

  async take(count: number): Promise<Buffer> {
    let taken = await this.some(count);
    while (taken.length < count) taken = Buffer.concat([taken, await this.some(count - taken.length)]);
    return taken;
  }
}
