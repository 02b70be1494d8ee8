import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import {
  codecExtensions,
  compress,
  decompress,
  inBlocks,
  workingCodec,
  type Codec,
} from '../../../main/sealing/codec.ts';
import { seededBytes } from '../../support/seededRandom.ts';

const codecs = Object.keys(codecExtensions) as Codec[];
const kilobyte = 1024;
const sizes = [0, 1, 255 * kilobyte, 256 * kilobyte, 256 * kilobyte + 1, kilobyte ** 2, 3 * kilobyte ** 2];

/** Half of it compresses, half does not. */
function sample(size: number): Buffer {
  const bytes = Buffer.alloc(size, 'a jewellery shop ');
  seededBytes(Math.floor(size / 2)).copy(bytes);
  return bytes;
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gathered(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const there = (bytes: Buffer, codec: Codec, size = 64 * kilobyte) => gathered(compress(pieces(bytes, size), codec));
const back = (bytes: Buffer, codec: Codec, size = 64 * kilobyte) => gathered(decompress(pieces(bytes, size), codec));

for (const codec of codecs) {
  for (const size of sizes)
    test(`${codec} gives ${size} bytes back as they were`, async () => {
      const bytes = sample(size);
      expect((await back(await there(bytes, codec), codec)).equals(bytes)).toBe(true);
    });

  test(`${codec} does not care how the bytes are cut`, async () => {
    const bytes = sample(300_000);
    for (const size of [997, 65_537, 300_000]) {
      const packed = await there(bytes, codec, size);
      expect((await back(packed, codec, size + 13)).equals(bytes)).toBe(true);
    }
  });

  test(`${codec} makes what repeats smaller`, async () => {
    expect((await there(Buffer.alloc(1_000_000, 'sale '), codec)).length).toBeLessThan(10_000);
  });

  test(`${codec} refuses what was cut off, wherever`, async () => {
    const packed = await there(sample(300_000), codec);
    for (const lost of [1, 4, 5, 1_000, packed.length - 20])
      await expect(back(packed.subarray(0, -lost), codec), `${lost} bytes lost`).rejects.toThrow();
  });

  test(`${codec} notices a flipped bit`, async () => {
    const packed = await there(sample(300_000), codec);
    packed[packed.length - 10]! ^= 1;
    await expect(back(packed, codec)).rejects.toThrow();
  });

  test(`${codec} gives the memory of what it has read back, and reads nothing of it again`, async () => {
    const bytes = sample(900_000);
    const packed = await there(bytes, codec);
    const given: Buffer[] = [];
    async function* ownPieces(): AsyncGenerator<Buffer> {
      for await (const piece of pieces(packed, 100_000)) {
        const own = Buffer.from(Uint8Array.from(piece).buffer);
        given.push(own);
        yield own;
      }
    }
    expect((await gathered(decompress(ownPieces(), codec))).equals(bytes)).toBe(true);
    expect(given.length).toBeGreaterThan(3);
    expect(given.map(({ length }) => length)).toEqual(given.map(() => 0));
  });

  test(`${codec} passes on why its source failed`, async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('some rows');
      throw new Error('the dump broke');
    }
    await expect(gathered(compress(broken(), codec))).rejects.toThrow('the dump broke');
  });
}

test('zstd works on this Node, so it is the codec', async () => {
  expect(await workingCodec()).toBe('zstd');
});

test('zstd writes exactly one frame with a checksum, because the decoder drops any further one', async () => {
  for (const size of sizes.slice(1)) {
    const packed = await there(sample(size), 'zstd');
    expect(frame(packed), `${size} bytes`).toEqual({ length: packed.length, checksum: true });
    expect(zstdDecompressSync(packed)).toHaveLength(size);
  }
});

test('gzip writes exactly one member', async () => {
  const bytes = sample(3 * kilobyte ** 2);
  const packed = await there(bytes, 'gzip');
  expect(packed.readUInt32LE(packed.length - 4)).toBe(bytes.length);
  expect(gunzipSync(packed).equals(bytes)).toBe(true);
});

test('the reading of frames would see a second one', async () => {
  const packed = await there(sample(1_000), 'zstd');
  expect(frame(Buffer.concat([packed, packed])).length).toBe(packed.length);
  expect(() => frame(gzipSync('no frame of zstd'))).toThrow('not a frame');
});

test.describe('joined into blocks', () => {
  test('pieces of any size come out as blocks of one size, the last one shorter', async () => {
    for (const size of [1, 7, 100, 1_000, 4_321]) {
      const lengths: number[] = [];
      for await (const block of inBlocks(pieces(sample(4_321), size), 1_000)) lengths.push(block.length);
      expect(lengths).toEqual([1_000, 1_000, 1_000, 1_000, 321]);
    }
  });

  test('a source that just fills its blocks leaves no empty one', async () => {
    const blocks = inBlocks(pieces(sample(2_000), 300), 1_000);
    expect((await gathered(blocks)).equals(sample(2_000))).toBe(true);
    let count = 0;
    for await (const _ of inBlocks(pieces(sample(2_000), 300), 1_000)) count++;
    expect(count).toBe(2);
  });

  test('nothing comes out of nothing', async () => {
    expect(await gathered(inBlocks(pieces(Buffer.alloc(0), 1), 1_000))).toHaveLength(0);
  });

  test('a block stays valid until the next but one is asked for, and two buffers serve all', async () => {
    const bytes = seededBytes(10_500);
    const memory = new Set<ArrayBufferLike>();
    let before: { block: Buffer; at: number } | undefined;
    let at = 0;
    for await (const block of inBlocks(pieces(bytes, 333), 1_000)) {
      memory.add(block.buffer);
      if (before) expect(before.block.equals(bytes.subarray(before.at, before.at + 1_000))).toBe(true);
      expect(block.equals(bytes.subarray(at, at + 1_000))).toBe(true);
      before = { block, at };
      at += block.length;
    }
    expect(at).toBe(bytes.length);
    expect(memory.size).toBeLessThanOrEqual(2);
  });

  for (const codec of codecs)
    test(`${codec} never reads a block that was overwritten meanwhile`, async () => {
      const bytes = seededBytes(1_500_000);
      const packed = await gathered(compress(inBlocks(pieces(bytes, 999), 16 * kilobyte), codec));
      expect((await back(packed, codec)).equals(bytes)).toBe(true);
    });
});

/** Walks the first frame of zstd block by block (RFC 8878) to its end. */
function frame(bytes: Buffer): { length: number; checksum: boolean } {
  if (bytes.readUInt32LE(0) !== 0xfd2fb528) throw new Error('not a frame of zstd');
  const descriptor = bytes[4]!;
  const singleSegment = (descriptor & 0x20) !== 0;
  const checksum = (descriptor & 0x04) !== 0;
  const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionary = [0, 1, 2, 4][descriptor & 0x03]!;
  let at = 5 + (singleSegment ? 0 : 1) + dictionary + contentSize;
  for (let last = false; !last;) {
    const header = bytes.readUIntLE(at, 3);
    last = (header & 1) === 1;
    const repeated = ((header >> 1) & 3) === 1;
    at += 3 + (repeated ? 1 : header >> 3);
  }
  return { length: at + (checksum ? 4 : 0), checksum };
}
