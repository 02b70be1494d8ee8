import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@playwright/test';
import { ArchiveStream } from '../../../main/postgres/archiveStream.ts';
import { UnknownArchive } from '../../../main/postgres/archiveToc.ts';
import { archiveHead, buildArchive, objectsBlock, tableBlock, type BuiltTable } from '../../support/archiveBuilder.ts';
import { seededRandom } from '../../support/seededRandom.ts';

/** Bytes that the stream gathers before it hands rows on. */
const gathers = 256 * 1024;

const table = (dumpId: number, rows: readonly string[]): BuiltTable => ({
  dumpId,
  oid: 16_000 + dumpId,
  schema: 'shop',
  table: `t${dumpId}`,
  columns: 'id, note',
  rows,
});

const people = table(7, ['1\tAda', '2\t\\N', '3\ttwo\\nlines', '4\t\\\\.', '5\t']);
const nobody = table(8, []);
const single = table(9, ['1\tÜmläut €']);
const largeObjects = {
  dumpId: 10,
  objects: [
    { oid: 24_576, chunks: [Buffer.from('a picture'), Buffer.alloc(20, 1)] },
    { oid: 24_577, chunks: [] },
  ],
};
const small = { minor: 14, tables: [people, nobody, single], largeObjects };

interface Reading {
  toc: string;
  /** Rows of each table that was seen to its end, by its name, with how many were counted. */
  tables: Record<string, { text: string }>;
  other: string;
}

/** Reads an archive that comes in these pieces, and copies what is only valid until the next part. */
function read(pieces: Iterable<Buffer>): Reading {
  const stream = new ArchiveStream(() => 'rows');
  const reading: Reading = { toc: '', tables: {}, other: '' };
  let text: Buffer[] = [];
  const take = (part: ReturnType<ArchiveStream['push']> extends Generator<infer Part> ? Part : never) => {
    if (part.kind === 'toc') reading.toc = part.bytes.toString('hex');
    else if (part.kind === 'other') reading.other += part.bytes.toString('hex');
    else if (part.kind === 'rows') {
      text.push(Buffer.from(part.bytes));
    } else if (part.kind === 'rowsEnd') {
      reading.tables[part.entry.tag] = { text: Buffer.concat(text).toString() };
      text = [];
    }
  };
  for (const piece of pieces) for (const part of stream.push(piece)) take(part);
  for (const part of stream.end()) take(part);
  return reading;
}

/** Reads an archive for a server's COPY, and takes the messages apart as the server does. */
function readAsCopyData(pieces: Iterable<Buffer>): { tables: Record<string, string>; other: string } {
  const stream = new ArchiveStream(() => 'copyData');
  const found = { tables: {} as Record<string, string>, other: '' };
  let messages: Buffer[] = [];
  const take = (part: ReturnType<ArchiveStream['push']> extends Generator<infer Part> ? Part : never) => {
    if (part.kind === 'copyData') messages.push(part.bytes);
    else if (part.kind === 'other') found.other += part.bytes.toString('hex');
    else if (part.kind === 'rowsEnd') {
      found.tables[part.entry.tag] = textOf(Buffer.concat(messages));
      messages = [];
    }
  };
  for (const piece of pieces) for (const part of stream.push(Buffer.from(piece))) take(part);
  for (const part of stream.end()) take(part);
  return found;
}

function textOf(messages: Buffer): string {
  let text = '';
  for (let at = 0; at < messages.length;) {
    if (messages[at] !== 'd'.charCodeAt(0)) throw new Error('this is no CopyData message');
    const length = messages.readUInt32BE(at + 1);
    text += messages.toString('utf8', at + 5, at + 1 + length);
    at += 1 + length;
  }
  return text;
}

function expectedAsCopyData(plan: Parameters<typeof buildArchive>[0]): ReturnType<typeof readAsCopyData> {
  const { tables, other } = expected(plan);
  const marked = Object.entries(tables).map(([name, { text }]) => [name, `${text}\\.\n\n\n`]);
  return { tables: Object.fromEntries(marked), other };
}

/** What there is to read, from the plan alone. */
function expected(plan: Parameters<typeof buildArchive>[0]): Reading {
  return {
    toc: archiveHead(plan).toString('hex'),
    tables: Object.fromEntries(
      plan.tables.map(({ table: tag, rows }) => [tag, { text: rows.map((row) => `${row}\n`).join('') }]),
    ),
    other: plan.largeObjects ? objectsBlock(plan.largeObjects).toString('hex') : '',
  };
}

function* piecesOf(bytes: Buffer, sizeOf: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const size = sizeOf();
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

for (const minor of [14, 15, 16])
  test(`finds the rows of every table in an archive of version 1.${minor}`, () => {
    const plan = { ...small, minor };
    expect(read([buildArchive(plan)])).toEqual(expected(plan));
  });

test('reads the same wherever the archive is cut in two', () => {
  const archive = buildArchive(small);
  const wanted = expected(small);
  const wrong: number[] = [];
  for (let at = 0; at <= archive.length; at++)
    if (!isDeepStrictEqual(read([archive.subarray(0, at), archive.subarray(at)]), wanted)) wrong.push(at);
  expect(wrong).toEqual([]);
});

test('reads the same byte by byte', () => {
  expect(read(piecesOf(buildArchive(small), () => 1))).toEqual(expected(small));
});

test('reads the same in pieces of any size', () => {
  const archive = buildArchive(small);
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    const sizes = () => 1 + Math.floor(random() * (seed + 1));
    expect(read(piecesOf(archive, sizes)), `seed ${seed}`).toEqual(expected(small));
  }
});

test('reads a table of contents that is larger than a chunk and larger than what it gathers', () => {
  const many = Array.from({ length: 4_000 }, (_, i) => table(100 + i, i % 1000 === 0 ? [`${i}\tx`] : []));
  const plan = { minor: 16, tables: many };
  expect(archiveHead(plan).length).toBeGreaterThan(gathers);
  expect(read(piecesOf(buildArchive(plan), () => 10_007))).toEqual(expected(plan));
});

test('hands on a table that is larger than what it gathers, in pieces of any size', () => {
  const rows = Array.from({ length: 9_000 }, (_, i) => `${i}\t${'x'.repeat(i % 211)}`);
  const plan = { minor: 14, tables: [table(7, rows), single], largeObjects };
  const archive = buildArchive(plan);
  for (const size of [1_009, 65_536, gathers - 1, gathers, gathers + 1, archive.length])
    expect(read(piecesOf(archive, () => size)), `pieces of ${size}`).toEqual(expected(plan));
});

test('hands on rows that are longer than what it gathers', () => {
  const lengths = [gathers - 6, gathers - 5, gathers - 1, gathers, gathers + 1, 3 * gathers, 2];
  const plan = {
    minor: 16,
    tables: [
      table(
        7,
        lengths.map((length) => 'y'.repeat(length - 1)),
      ),
      nobody,
      people,
    ],
  };
  const archive = buildArchive(plan);
  for (const size of [8_191, 65_536, archive.length])
    expect(read(piecesOf(archive, () => size)), `pieces of ${size}`).toEqual(expected(plan));
});

test('keeps the end marker apart from the rows wherever it falls in what is gathered', () => {
  for (let short = 0; short <= 12; short++) {
    const plan = { minor: 14, tables: [table(7, ['z'.repeat(gathers - short - 1), 'w'])] };
    expect(read([buildArchive(plan)]), `${short} bytes short`).toEqual(expected(plan));
  }
});

test('an archive that ends early is refused, wherever it ends', () => {
  const archive = buildArchive(small);
  const blocks = [people, nobody, single].map((one) => tableBlock(one).length);
  const headLength = archiveHead(small).length;
  // Between two blocks nothing is cut; that a table is missing there is seen by whoever knows the tables.
  const whole = [
    headLength,
    headLength + blocks[0]!,
    archive.length - blocks[2]! - blocks[1]!,
    archive.length - blocks[2]!,
  ];
  const accepted: number[] = [];
  for (let length = 0; length < archive.length; length++)
    if (!refuses(archive.subarray(0, length))) accepted.push(length);
  expect(accepted).toEqual(whole);
});

function refuses(archive: Buffer): boolean {
  try {
    read([archive]);
    return false;
  } catch (error) {
    if (error instanceof UnknownArchive) return true;
    throw error;
  }
}

test('rows that do not end as pg_dump ends them are refused', () => {
  const cut = Buffer.concat([archiveHead(small), tableBlock(people, '')]);
  expect(() => read([cut])).toThrow('the rows of t7 do not end as pg_dump ends them');
});

test('a block of an unknown type is refused', () => {
  const strange = Buffer.concat([archiveHead(small), Buffer.from([9, 0, 7, 0, 0, 0])]);
  expect(() => read([strange])).toThrow('unexpected block of type 9');
});

test('rows of a table that the table of contents does not name are refused', () => {
  const strange = Buffer.concat([archiveHead(small), tableBlock({ dumpId: 99, rows: ['1'] })]);
  expect(() => read([strange])).toThrow('unexpected block of type 1');
});

test('integers of eight bytes are refused before any rows are read', () => {
  expect(() => read([archiveHead({ ...small, intSize: 8 })])).toThrow('integers of 8 bytes are not known');
});

test('what is no archive is refused at once', () => {
  const stream = new ArchiveStream(() => 'rows');
  expect(() => [...stream.push(Buffer.from('not an archive at all'))]).toThrow(UnknownArchive);
});

test('gives the rows as CopyData messages wherever the archive is cut in two', () => {
  const archive = buildArchive(small);
  const wanted = expectedAsCopyData(small);
  const wrong: number[] = [];
  for (let at = 0; at <= archive.length; at++)
    if (!isDeepStrictEqual(readAsCopyData([archive.subarray(0, at), archive.subarray(at)]), wanted)) wrong.push(at);
  expect(wrong).toEqual([]);
});

test('gives the rows as CopyData messages byte by byte', () => {
  expect(readAsCopyData(piecesOf(buildArchive(small), () => 1))).toEqual(expectedAsCopyData(small));
});

test('an archive that ends in the middle of a row is refused also as CopyData', () => {
  const archive = buildArchive({ minor: 14, tables: [people] });
  expect(() => readAsCopyData([archive.subarray(0, archive.length - 12)])).toThrow('the archive ends too early');
});
