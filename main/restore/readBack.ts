import type { Job } from '../../shared/job.ts';
import { encodingOf, type Manifest, type ManifestTable } from '../../shared/manifest.ts';
import type { Login } from '../postgres/connect.ts';
import { digestTables, type TableDigest } from '../streams/digest.ts';

/** A thread is given about this part of all bytes at a time: worth its start, and the last one is not alone for long. */
const share = 1 / 6;
/** More readers than this only wait for the server. */
const mostReaders = 4;

/**
 * Reads restored tables, each once, for the digests that the manifest has too.
 *
 * It begins while other rows are still loaded and indexes are built, which both leave a processor idle now and then:
 * neither changes a row that is there, and nobody else knows the database yet.
 */
export class ReadBack {
  private readonly manifest: Manifest;
  private readonly database: string;
  private readonly login: Login;
  private readonly job: Job;
  private readonly stop = new AbortController();
  /** In the order in which they are to be read. */
  private waiting: ManifestTable[] = [];
  private readonly seen = new Set<ManifestTable>();
  private readonly readers: Promise<void>[] = [];
  private reading = 0;
  /** By copyTarget, of what was read so far. */
  readonly digests = new Map<string, TableDigest>();
  private readonly counts = new Map<object, number>();
  private onProgress: (bytes: number) => void = () => undefined;

  constructor(manifest: Manifest, database: string, login: Login, job: Job) {
    this.manifest = manifest;
    this.database = database;
    this.login = login;
    this.job = job;
  }

  /** Tells that all rows of these tables are there: one thread reads them. What fails there is thrown by `finish`. */
  begin(copyTargets: ReadonlySet<string>): void {
    this.add(this.manifest.tables.filter((table) => table.comparable && copyTargets.has(table.copyTarget)));
    this.read(1);
  }

  /**
   * Reads what is left of the tables with as many threads as there are processors.
   * @throws RESTORE_FAILED, SOURCE_CONNECTION_LOST …, CANCELLED
   */
  async finish(tables: readonly ManifestTable[], processors: number): Promise<void> {
    this.onProgress = (bytes) => this.job.done(bytes);
    this.add(tables);
    this.read(Math.min(processors, mostReaders));
    await Promise.all(this.readers);
  }

  /** Ends what still reads. */
  async close(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.readers);
  }

  private add(tables: readonly ManifestTable[]): void {
    const fresh = tables.filter((table) => !this.seen.has(table));
    for (const table of fresh) this.seen.add(table);
    this.waiting = [...this.waiting, ...fresh].toSorted((a, b) => b.copyBytes - a.copyBytes);
  }

  private read(readers: number): void {
    while (this.reading < readers && this.waiting.length > 0) {
      const reader = this.readWaiting();
      reader.catch(() => undefined); // looked at by `finish`
      this.readers.push(reader);
    }
  }

  private async readWaiting(): Promise<void> {
    this.reading++;
    try {
      for (let group = this.next(); group.length > 0; group = this.next())
        for (const digest of await this.digest(group)) this.digests.set(digest.copyTarget, digest);
    } catch (error) {
      this.stop.abort();
      throw error;
    } finally {
      this.reading--;
    }
  }

  /** The largest table that waits, and others until a thread's share is full. */
  private next(): ManifestTable[] {
    const total = this.manifest.tables.reduce((sum, { copyBytes }) => sum + copyBytes, 0);
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || bytes < total * share))
      bytes += this.waiting[count++]!.copyBytes;
    return this.waiting.splice(0, count);
  }

  private digest(group: readonly ManifestTable[]): Promise<TableDigest[]> {
    const { manifest, database, login } = this;
    const order = {
      login,
      database,
      copyTargets: group.map(({ copyTarget }) => copyTarget),
      clientEncoding: encodingOf(manifest),
      timeZone: manifest.imported?.timeZone ?? null,
    };
    return digestTables(order, {
      signal: AbortSignal.any([this.job.signal, this.stop.signal]),
      onBytes: (bytes) => {
        this.counts.set(group, bytes);
        this.onProgress([...this.counts.values()].reduce((sum, count) => sum + count, 0));
      },
    });
  }
}
