/** One entry of a pg_dump archive's table of contents. */
export interface TocEntry {
  dumpId: number;
  /** pg_class.oid (or another catalogue's) of the object; 0 where it has none. */
  oid: number;
  /** `TABLE DATA`, `SEQUENCE SET`, `BLOBS`, `INDEX` … */
  desc: string;
  namespace: string;
  tag: string;
  /** `COPY shop.sales (id, total) FROM stdin;` of a table's rows, quoted by pg_dump; else empty. */
  copyStatement: string;
  /** The SQL that makes it; empty for data. */
  definition: string;
  /** 1 none, 2 before the data, 3 data, 4 after the data. */
  section: number;
  /** A role; empty for what nobody owns. */
  owner: string;
  /** Where the entry lies in the head, and where in it the place of its data in the file is written. */
  from: number;
  placeAt: number;
  until: number;
}

export type ArchiveCompression = 'none' | 'gzip' | 'lz4' | 'zstd';

export interface ArchiveToc {
  /** `1.14` is written by pg_dump 14 and 15, `1.15` by 16, `1.16` by 17 and 18. */
  version: string;
  serverVersion: string;
  dumpVersion: string;
  database: string;
  /** When it was begun, by the clock and in the time zone of the machine that made it: year, month, day, hours … */
  madeAt: readonly [number, number, number, number, number, number];
  compression: ArchiveCompression;
  /** Where the compression and the number of entries are written in the head. */
  compressionAt: readonly [from: number, until: number];
  countAt: readonly [from: number, until: number];
  entries: TocEntry[];
  /** Length of magic, header and table of contents; the data blocks begin here. */
  byteLength: number;
  /** Bytes of an integer without its sign byte: 4 on every known build. */
  intSize: number;
}

/** The archive is of a version whose layout we do not know, or no archive at all. */
export class UnknownArchive extends Error {}

class OutOfBytes extends Error {}

class Cursor {
  at = 0;
  private intSize = 4;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new OutOfBytes();
    return this.bytes[this.at++]!;
  }

  skip(count: number): void {
    if (this.at + count > this.bytes.length) throw new OutOfBytes();
    this.at += count;
  }

  /** WriteInt in pg_backup_archiver.c: a sign byte, then the value, low byte first. */
  int(): number {
    const sign = this.byte();
    let value = 0;
    for (let i = 0; i < this.intSize; i++) value += this.byte() * 2 ** (8 * i);
    return sign ? -value : value;
  }

  text(): string | null {
    const length = this.int();
    if (length < 0) return null;
    this.skip(length);
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  setIntSize(size: number): void {
    this.intSize = size;
  }
}

const algorithms: readonly (ArchiveCompression | undefined)[] = ['none', 'gzip', 'lz4', 'zstd'];

function readToc(cursor: Cursor): ArchiveToc {
  if (String.fromCharCode(...Array.from({ length: 5 }, () => cursor.byte())) !== 'PGDMP')
    throw new UnknownArchive('not a pg_dump archive');
  const major = cursor.byte();
  const minor = cursor.byte();
  cursor.byte();
  if (major !== 1 || minor < 14 || minor > 16)
    throw new UnknownArchive(`archive version ${major}.${minor} is not known`);
  const intSize = cursor.byte();
  cursor.setIntSize(intSize);
  const offsetSize = cursor.byte();
  if (cursor.byte() !== 1) throw new UnknownArchive('the archive is not in the custom format');
  const compressionFrom = cursor.at;
  const compression = minor >= 15 ? algorithms[cursor.byte()] : cursor.int() === 0 ? 'none' : 'gzip';
  const compressionAt = [compressionFrom, cursor.at] as const;
  if (!compression) throw new UnknownArchive('its compression is not known');
  const [seconds, minutes, hours, day, month, years] = Array.from({ length: 7 }, () => cursor.int()) as number[]; // a struct tm
  const madeAt = [years! + 1900, month! + 1, day!, hours!, minutes!, seconds!] as const;
  const database = cursor.text() ?? '';
  const serverVersion = cursor.text() ?? '';
  const dumpVersion = cursor.text() ?? '';
  const countFrom = cursor.at;
  const count = cursor.int();
  const countAt = [countFrom, cursor.at] as const;
  const entries: TocEntry[] = [];
  for (let i = 0; i < count; i++) {
    const from = cursor.at;
    const dumpId = cursor.int();
    cursor.int(); // has data
    cursor.text(); // catalogue oid
    const oid = Number(cursor.text());
    const tag = cursor.text() ?? '';
    const desc = cursor.text() ?? '';
    const section = cursor.int();
    const definition = cursor.text() ?? '';
    cursor.text(); // drop statement
    const copyStatement = cursor.text() ?? '';
    const namespace = cursor.text() ?? '';
    cursor.text(); // tablespace
    cursor.text(); // table access method
    if (minor >= 16) cursor.int(); // relkind
    const owner = cursor.text() ?? '';
    cursor.text(); // with oids
    while (cursor.text() !== null); // dependencies
    const placeAt = cursor.at;
    cursor.skip(1 + offsetSize);
    const place = { from, placeAt, until: cursor.at };
    entries.push({ dumpId, oid, desc, namespace, tag, copyStatement, definition, section, owner, ...place });
  }
  const made = { serverVersion, dumpVersion, database, madeAt, compression, compressionAt, countAt };
  return { version: `${major}.${minor}`, ...made, entries, byteLength: cursor.at, intSize };
}

/**
 * Reads the head of a custom-format archive (ReadHead and ReadToc in pg_backup_archiver.c).
 * @returns null when `bytes` end before the table of contents does.
 * @throws UnknownArchive
 */
export function parseToc(bytes: Buffer): ArchiveToc | null {
  try {
    return readToc(new Cursor(bytes));
  } catch (error) {
    if (error instanceof OutOfBytes) return null;
    throw error;
  }
}
