import { parseToc, UnknownArchive, type ArchiveToc, type TocEntry } from './archiveToc.ts';

/** What an archive turns out to hold, in the order in which it is found. */
export type ArchivePart =
  | { kind: 'toc'; toc: ArchiveToc; bytes: Buffer }
  /** A piece of one table's rows, as COPY text without the archive's framing. Valid until the next part. */
  | { kind: 'rows'; entry: TocEntry; bytes: Buffer }
  /** The same as CopyData messages, for a server's COPY; cut anywhere, pg_dump's end marker included. Is the caller's. */
  | { kind: 'copyData'; entry: TocEntry; bytes: Buffer }
  /** All rows of this table have been seen. */
  | { kind: 'rowsEnd'; entry: TocEntry }
  /** Data that is no table's rows (large objects), with its framing. Valid until the next part. */
  | { kind: 'other'; bytes: Buffer };

const blockData = 1;
const blockBlobs = 3;
const rowsBufferSize = 256 * 1024;
/** What pg_dump writes after a table's rows (dumpTableData_copy). */
const endMarker = Buffer.from('\\.\n\n\n');
const copyDataType = 0x64;

/**
 * Takes a custom-format archive (`pg_dump -Fc -Z0`, written to a pipe) apart while it passes by.
 *
 * The framing of pg_backup_custom.c: a block is a type byte, the dump id and chunks of
 * `length, bytes` up to a length of zero; a large-object block holds `oid, chunks` up to oid zero.
 * A length is a sign byte and four bytes, as long as the head of a CopyData message: so for COPY the one is written over
 * the other, in the bytes that were pushed, and the server gets what pg_restore would send it.
 */
export class ArchiveStream {
  private readonly rowsAs: (entry: TocEntry) => 'rows' | 'copyData';
  private head: Buffer = Buffer.alloc(0);
  private nextTry = 0;
  private toc: ArchiveToc | undefined;
  private readonly tables = new Map<number, TocEntry>();
  private carry: Buffer = Buffer.alloc(0);
  private state: 'block' | 'rows' | 'blobOid' | 'blobChunk' = 'block';
  private entry: TocEntry | undefined;
  /** Of the current entry. */
  private form: 'rows' | 'copyData' = 'rows';
  /** Bytes of the current chunk that have not come yet. */
  private left = 0;
  private readonly out = Buffer.allocUnsafe(rowsBufferSize);
  private filled = 0;

  /** @param rowsAs in which form a table's rows are told. */
  constructor(rowsAs: (entry: TocEntry) => 'rows' | 'copyData') {
    this.rowsAs = rowsAs;
  }

  /** @throws UnknownArchive when these bytes are no archive that we can read. */
  *push(chunk: Buffer): Generator<ArchivePart> {
    if (this.toc) {
      yield* this.blocks(chunk);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length < this.nextTry) return;
    yield* this.start();
    this.nextTry = this.head.length * 1.25;
  }

  /** @throws UnknownArchive when the archive ends in the middle. */
  *end(): Generator<ArchivePart> {
    if (!this.toc) yield* this.start();
    if (!this.toc || this.carry.length || this.left || this.state !== 'block')
      throw new UnknownArchive('the archive ends too early');
  }

  private *start(): Generator<ArchivePart> {
    const toc = parseToc(this.head);
    if (!toc) return;
    if (toc.intSize !== 4) throw new UnknownArchive(`integers of ${toc.intSize} bytes are not known`);
    this.toc = toc;
    for (const entry of toc.entries) if (entry.desc === 'TABLE DATA') this.tables.set(entry.dumpId, entry);
    yield { kind: 'toc', toc, bytes: this.head.subarray(0, toc.byteLength) };
    const rest = this.head.subarray(toc.byteLength);
    this.head = Buffer.alloc(0);
    yield* this.blocks(rest);
  }

  private *blocks(chunk: Buffer): Generator<ArchivePart> {
    const bytes = this.carry.length ? Buffer.concat([this.carry, chunk]) : chunk;
    const end = bytes.length;
    let at = 0;
    /** Start of what belongs to no table and has not been handed on yet. */
    let other = this.entry ? -1 : 0;
    for (;;) {
      if (this.entry && this.form === 'copyData') {
        const from = at;
        at = this.asCopyData(bytes, at);
        if (at > from) yield { kind: 'copyData', entry: this.entry, bytes: bytes.subarray(from, at) };
        if (at + 5 > end) break;
        yield { kind: 'rowsEnd', entry: this.entry };
        this.entry = undefined;
        this.state = 'block';
        at += 5;
        other = at;
        continue;
      }
      if (this.left > 0) {
        if (at === end) break;
        const count = Math.min(this.left, end - at);
        if (this.entry) yield* this.take(bytes, at, at + count);
        at += count;
        this.left -= count;
        continue;
      }
      if (this.state === 'rows') {
        at = this.wholeChunks(bytes, at);
        if (at + 5 > end) break;
        this.left = bytes.readUInt32LE(at + 1);
        if (this.left === 0) {
          yield* this.finishTable();
          this.state = 'block';
          other = at + 5;
        } else if (this.filled > 0 && this.filled + this.left > this.out.length) yield* this.flush();
        at += 5;
      } else if (this.state === 'block') {
        if (at + 6 > end) break;
        const type = bytes[at];
        const entry = this.tables.get(bytes.readUInt32LE(at + 2));
        if (type === blockData && entry) {
          if (at > other) yield { kind: 'other', bytes: bytes.subarray(other, at) };
          other = -1;
          this.entry = entry;
          this.form = this.rowsAs(entry);
          this.state = 'rows';
        } else if (type === blockBlobs) this.state = 'blobOid';
        else throw new UnknownArchive(`unexpected block of type ${type}`);
        at += 6;
      } else {
        if (at + 5 > end) break;
        const value = bytes.readUInt32LE(at + 1);
        if (this.state === 'blobOid') this.state = value === 0 ? 'block' : 'blobChunk';
        else if (value === 0) this.state = 'blobOid';
        else this.left = value;
        at += 5;
      }
    }
    if (!this.entry && at > other) yield { kind: 'other', bytes: bytes.subarray(other, at) };
    this.carry = at < end ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
  }

  /** The hot loop: a chunk is a row, and there are millions. Stops before one that is cut or does not fit. */
  private wholeChunks(bytes: Buffer, start: number): number {
    const { out } = this;
    let at = start;
    let filled = this.filled;
    while (at + 5 <= bytes.length) {
      const length = bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16) | (bytes[at + 4]! << 24);
      const last = at + 5 + length;
      if (length <= 0 || last > bytes.length || filled + length > out.length) break;
      bytes.copy(out, filled, at + 5, last);
      filled += length;
      at = last;
    }
    this.filled = filled;
    return at;
  }

  /** Also a hot loop. Stops before a length that is cut, and before the one that ends the table. */
  private asCopyData(bytes: Buffer, start: number): number {
    const end = bytes.length;
    let at = start + this.left;
    while (at + 5 <= end) {
      const length = bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16) | (bytes[at + 4]! << 24);
      if (length === 0) break;
      if (length < 0) throw new UnknownArchive('a row is longer than 2 GB');
      const messageLength = length + 4;
      bytes[at] = copyDataType;
      bytes[at + 1] = messageLength >>> 24;
      bytes[at + 2] = messageLength >>> 16;
      bytes[at + 3] = messageLength >>> 8;
      bytes[at + 4] = messageLength;
      at += 5 + length;
    }
    this.left = Math.max(0, at - end);
    return Math.min(at, end);
  }

  private *take(bytes: Buffer, from: number, to: number): Generator<ArchivePart> {
    for (let at = from; at < to;) {
      if (this.filled === this.out.length) yield* this.flush();
      const count = Math.min(to - at, this.out.length - this.filled);
      bytes.copy(this.out, this.filled, at, at + count);
      this.filled += count;
      at += count;
    }
  }

  /** Hands on what has gathered, but for as much as may be the end marker. */
  private *flush(): Generator<ArchivePart> {
    const count = this.filled - endMarker.length;
    if (count <= 0) return;
    yield { kind: 'rows', entry: this.entry!, bytes: this.out.subarray(0, count) };
    this.out.copyWithin(0, count, this.filled);
    this.filled = endMarker.length;
  }

  private *finishTable(): Generator<ArchivePart> {
    yield* this.flush();
    if (!this.out.subarray(0, this.filled).equals(endMarker))
      throw new UnknownArchive(`the rows of ${this.entry!.tag} do not end as pg_dump ends them`);
    this.filled = 0;
    yield { kind: 'rowsEnd', entry: this.entry! };
    this.entry = undefined;
  }
}
