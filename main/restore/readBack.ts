import type { Job } from '../../shared/job.ts';
import { encodingOf, type Manifest, type ManifestTable } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { digestTables, type TableDigest } from '../streams/digest.ts';
import type { LoadedTable } from '../streams/load.ts';
import { isAsLoaded } from './unchangedRows.ts';

/** A thread is given about this part of all bytes at a time: worth its start, and the last one is not alone for long. */
const share = 1 / 6;
/** More readers than this only wait for the server. */
const mostReaders = 4;

/**
 * Reads restored tables for the digests that the manifest has too.
 *
 * It begins while other rows are still loaded and indexes are built, which both leave a processor idle now and then (1.2
 * to 1.3 times what pg_restore takes, in the place of 1.4). What was read so early is looked at again at the end, and read
 * again if a row of it was changed, added or removed since.
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
  /** By copyTarget, the transaction that loaded a table. */
  private readonly xids = new Map<string, string>();
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

  /** Tells that these tables have all their rows: one thread reads them. What fails there is thrown by `finish`. */
  begin(loaded: readonly LoadedTable[]): void {
    for (const { copyTarget, xid } of loaded) if (xid !== null) this.xids.set(copyTarget, xid);
    this.add(this.manifest.tables.filter(({ comparable, copyTarget }) => comparable && this.xids.has(copyTarget)));
    this.read(1);
  }

  /**
   * Reads what is left of the tables with as many threads as there are processors, and what has changed since it was read.
   * @param tables those that the database has.
   * @throws RESTORE_FAILED, SOURCE_CONNECTION_LOST …, CANCELLED
   */
  async finish(tables: readonly ManifestTable[], processors: number): Promise<void> {
    const readers = Math.min(processors, mostReaders);
    const early = [...this.seen].filter((table) => !this.waiting.includes(table));
    this.onProgress = (bytes) => this.job.done(bytes);
    this.add(tables);
    this.read(readers);
    await Promise.all(this.readers);
    const changed = await this.changed(early, tables);
    for (const { copyTarget } of changed) this.digests.delete(copyTarget);
    this.waiting = changed.filter((table) => tables.includes(table));
    this.read(readers);
    await Promise.all(this.readers);
  }

  /** Ends what still reads. */
  async close(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.readers);
  }

  /** Those that are not as they were read any more. One that differs from the manifest already is told as it was. */
  private changed(early: readonly ManifestTable[], there: readonly ManifestTable[]): Promise<ManifestTable[]> {
    const equal = early.filter(({ copyTarget, sha256 }) => this.digests.get(copyTarget)?.sha256 === sha256);
    return withClient(
      this.login,
      async (client) => {
        const changed: ManifestTable[] = [];
        for (const table of equal) {
          const xid = this.xids.get(table.copyTarget)!;
          if (!there.includes(table) || !(await isAsLoaded(client, table, xid))) changed.push(table);
        }
        return changed;
      },
      this.database,
      this.job.signal,
    );
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
