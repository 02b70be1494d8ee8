import { deflateSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { headOfSection } from '../../../main/postgres/archiveHead.ts';
import { parseToc, UnknownArchive } from '../../../main/postgres/archiveToc.ts';
import { plainBlocks } from '../../../main/postgres/plainArchive.ts';
import { TableDigests } from '../../../main/streams/tableDigests.ts';
import { archiveHead, buildArchive, type BuiltTable } from '../../support/archiveBuilder.ts';

const sales: BuiltTable = {
  dumpId: 300,
  oid: 16_500,
  schema: 'shop',
  table: 'sales',
  columns: 'id, total',
  rows: Array.from({ length: 500 }, (_, n) => `${n}\t${n * 7}.90`),
};
const returns: BuiltTable = { ...sales, dumpId: 301, table: 'returns', rows: [] };
const largeObjects = {
  dumpId: 9,
  objects: [
    { oid: 1, chunks: [Buffer.alloc(70_000, 'picture')] },
    { oid: 2, chunks: [] },
  ],
};
const plain = { minor: 16, tables: [sales, returns], largeObjects };

const pack = { gzip: (bytes: Buffer) => deflateSync(bytes), zstd: (bytes: Buffer) => zstdCompressSync(bytes) };
type Packing = keyof typeof pack;

function int(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32LE(value, 1);
  return bytes;
}

/** As pg_dump packs what belongs together, cut into chunks of this size. */
function chunksOf(bytes: Buffer, packing: Packing, size = 100): Buffer {
  const packed = pack[packing](bytes);
  const chunks: Buffer[] = [];
  for (let at = 0; at < packed.length; at += size) {
    const chunk = packed.subarray(at, at + size);
    chunks.push(int(chunk.length), chunk);
  }
  return Buffer.concat([...chunks, int(0)]);
}

function packedBlocks(packing: Packing): Buffer {
  const table = ({ dumpId, rows }: BuiltTable) => {
    const text = Buffer.from(`${rows.map((row) => `${row}\n`).join('')}\\.\n\n\n`);
    return Buffer.concat([Buffer.from([1]), int(dumpId), chunksOf(text, packing)]);
  };
  const objects = largeObjects.objects.flatMap(({ oid, chunks }) => [
    int(oid),
    chunksOf(Buffer.concat(chunks), packing),
  ]);
  return Buffer.concat([table(sales), Buffer.from([3]), int(largeObjects.dumpId), ...objects, int(0), table(returns)]);
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(blocks: Buffer, packing: Packing, size = 1000): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of plainBlocks(cut(blocks, size), packing)) parts.push(part);
  return Buffer.concat(parts);
}

/** The content of the first large object: what its chunks hold. */
function firstObjectIn(blocks: Buffer): Buffer {
  const begin = Buffer.concat([Buffer.from([3]), int(largeObjects.dumpId), int(1)]);
  const content: Buffer[] = [];
  for (let at = blocks.indexOf(begin) + begin.length; ;) {
    const length = blocks.readUInt32LE(at + 1);
    if (length === 0) return Buffer.concat(content);
    content.push(blocks.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
}

function digestsOf(...parts: Buffer[]) {
  const digests = new TableDigests();
  for (const part of parts) digests.push(Buffer.from(part));
  digests.end();
  return digests.tables;
}

for (const packing of ['gzip', 'zstd'] as const) {
  for (const size of [1, 33, 100_000])
    test(`rows and large objects packed with ${packing} come out whole, in pieces of ${size}`, async () => {
      const blocks = await unpacked(packedBlocks(packing), packing, size);
      expect(digestsOf(archiveHead(plain), blocks)).toEqual(digestsOf(buildArchive(plain)));
      expect(firstObjectIn(blocks)).toEqual(largeObjects.objects[0]?.chunks[0]);
    });

  test(`an archive packed with ${packing} that is cut within a block is refused`, async () => {
    const blocks = packedBlocks(packing);
    for (const length of [3, 50, 150, blocks.length - 1, blocks.length - 6, Math.floor(blocks.length * 0.9)])
      await expect(unpacked(blocks.subarray(0, length), packing)).rejects.toThrow(UnknownArchive);
  });
}

test('a chunk that was changed is refused', async () => {
  const blocks = packedBlocks('gzip');
  blocks[200] = (blocks[200] ?? 0) ^ 0xff;
  await expect(unpacked(blocks, 'gzip')).rejects.toThrow(UnknownArchive);
});

for (const minor of [14, 15, 16])
  test(`a head of version 1.${minor} is divided into one without rows and one with them`, () => {
    const head = archiveHead({ ...plain, minor });
    const toc = parseToc(head)!;
    const schema = parseToc(headOfSection(head, toc, 'schema'));
    const data = parseToc(headOfSection(head, toc, 'data'));
    const names = (of: typeof schema) => of?.entries.map(({ dumpId }) => dumpId);
    expect([...(names(schema) ?? []), ...(names(data) ?? [])].toSorted()).toEqual(names(toc)?.toSorted());
    expect(schema).toMatchObject({ compression: 'none', serverVersion: toc.serverVersion });
  });
