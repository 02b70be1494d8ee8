import { createHash, type Hash } from 'node:crypto';
import type { DumpedTable } from './tableDigests.ts';

const blockData = 1;
/** A sign byte and four bytes. */
const intLength = 5;
/** What pg_dump writes after a table's rows (dumpTableData_copy). */
const endMarker = Buffer.from('\\.\n\n\n');

/** Blocks that wait to be sealed, of all archives of a reading: they bound its memory. */
export class BlockPool {
  private readonly blockSize: number;
  private readonly mostWaiting: number;
  private readonly onFull: (full: boolean) => void;
  private readonly spare: Buffer[] = [];
  private waiting = 0;
  private full = false;

  /** @param onFull is told when no more should be read, and when it may go on. */
  constructor(blockSize: number, mostWaiting: number, onFull: (full: boolean) => void) {
    this.blockSize = blockSize;
    this.mostWaiting = mostWaiting;
    this.onFull = onFull;
  }

  take(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(this.blockSize);
  }

  waits(): void {
    this.waiting++;
    if (this.full || this.waiting < this.mostWaiting) return;
    this.full = true;
    this.onFull(true);
  }

  giveBack(block: Buffer): void {
    this.spare.push(block);
    this.waiting--;
    if (!this.full || this.waiting > this.mostWaiting / 2) return;
    this.full = false;
    this.onFull(false);
  }
}

/**
 * A custom-format archive of rows that is written piece by piece, as pg_dump writes it into a pipe (pg_backup_custom.c):
 * its head, then for each table a block of chunks. `bytes()` is the archive.
 */
export class TenantArchive {
  readonly tables: DumpedTable[] = [];
  private readonly head: Buffer;
  private readonly pool: BlockPool;
  private readonly ready: { block: Buffer; filled: number }[] = [];
  private block: Buffer;
  private filled = 0;
  /** Where the length of the chunk that is being written belongs. */
  private chunkAt = 0;
  private hash: Hash = createHash('sha256');
  private copyBytes = 0;
  private rows = 0;
  private ended = false;
  private failure: { error: unknown } | undefined;
  private wake: () => void = () => undefined;

  /** @param head its header and table of contents. */
  constructor(head: Buffer, pool: BlockPool) {
    this.head = head;
    this.pool = pool;
    this.block = pool.take();
  }

  beginTable(dumpId: number): void {
    this.room(1 + intLength + intLength);
    this.block[this.filled++] = blockData;
    this.int(dumpId);
    this.openChunk();
    this.hash = createHash('sha256');
    this.copyBytes = 0;
    this.rows = 0;
  }

  /** Rows of the table, cut anywhere. @param ended how many rows end in these bytes. */
  append(bytes: Buffer, from: number, until: number, ended: number): void {
    this.rows += ended;
    this.copyBytes += until - from;
    for (let at = from; at < until;) {
      if (this.filled === this.block.length) {
        this.closeChunk();
        this.handOn();
        this.openChunk();
      }
      const count = Math.min(until - at, this.block.length - this.filled);
      bytes.copy(this.block, this.filled, at, at + count);
      this.filled += count;
      at += count;
    }
  }

  endTable(table: Omit<DumpedTable, 'rows' | 'copyBytes' | 'sha256'>): void {
    this.closeChunk();
    this.room(intLength + endMarker.length + intLength);
    this.int(endMarker.length);
    this.filled += endMarker.copy(this.block, this.filled);
    this.int(0);
    const { rows, copyBytes } = this;
    this.tables.push({ ...table, rows, copyBytes, sha256: this.hash.digest('hex') });
  }

  end(): void {
    this.handOn();
    this.ended = true;
    this.wake();
  }

  /** Ends `bytes()` with this error. */
  fail(error: unknown): void {
    this.failure = { error };
    this.wake();
  }

  /** The whole archive; each piece is valid until the next one is asked for. */
  async *bytes(): AsyncGenerator<Buffer> {
    yield this.head;
    for (;;) {
      if (this.failure) throw this.failure.error;
      const next = this.ready.shift();
      if (next) {
        yield next.block.subarray(0, next.filled);
        this.pool.giveBack(next.block);
      } else if (this.ended) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }

  private room(count: number): void {
    if (this.block.length - this.filled < count) this.handOn();
  }

  private handOn(): void {
    this.ready.push({ block: this.block, filled: this.filled });
    this.block = this.pool.take();
    this.filled = 0;
    this.pool.waits();
    this.wake();
  }

  private openChunk(): void {
    this.chunkAt = this.filled;
    this.filled += intLength;
  }

  private closeChunk(): void {
    const rows = this.block.subarray(this.chunkAt + intLength, this.filled);
    if (rows.length === 0)
      this.filled = this.chunkAt; // a chunk without bytes would end the table
    else {
      this.hash.update(rows);
      this.block[this.chunkAt] = 0;
      this.block.writeUInt32LE(rows.length, this.chunkAt + 1);
    }
  }

  /** WriteInt in pg_backup_archiver.c, of what is not negative. */
  private int(value: number): void {
    this.block[this.filled] = 0;
    this.filled = this.block.writeUInt32LE(value, this.filled + 1);
  }
}
