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
}

export interface ArchiveToc {
  /** `1.14` is written by pg_dump 14 and 15, `1.15` by 16, `1.16` by 17 and 18. */
  version: string;
  serverVersion: string;
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
  if (minor >= 15) cursor.byte();
  else cursor.int(); // compression
  for (let i = 0; i < 7; i++) cursor.int(); // creation date, a struct tm
  cursor.text(); // database
  const serverVersion = cursor.text() ?? '';
  cursor.text(); // pg_dump's version
  const count = cursor.int();
  const entries: TocEntry[] = [];
  for (let i = 0; i < count; i++) {
    const dumpId = cursor.int();
    cursor.int(); // has data
    cursor.text(); // catalogue oid
    const oid = Number(cursor.text());
    const tag = cursor.text() ?? '';
    const desc = cursor.text() ?? '';
    cursor.int(); // section
    cursor.text(); // definition
    cursor.text(); // drop statement
    const copyStatement = cursor.text() ?? '';
    const namespace = cursor.text() ?? '';
    cursor.text(); // tablespace
    cursor.text(); // table access method
    if (minor >= 16) cursor.int(); // relkind
    cursor.text(); // owner
    cursor.text(); // with oids
    while (cursor.text() !== null); // dependencies
    cursor.skip(1 + offsetSize);
    entries.push({ dumpId, oid, desc, namespace, tag, copyStatement });
  }
  return { version: `${major}.${minor}`, serverVersion, entries, byteLength: cursor.at, intSize };
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
