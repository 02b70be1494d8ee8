import { rm, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { assertNever } from '../../shared/failure.ts';
import { freeBytes } from '../../shared/freeBytes.ts';
import { ArchiveStream, type ArchivePart } from '../postgres/archiveStream.ts';
import type { ArchiveToc, TocEntry } from '../postgres/archiveToc.ts';
import { CopyIn, copyDataMessage } from '../postgres/copyIn.ts';
import { copyTargetOf } from '../postgres/copyText.ts';
import { onlyTransactionTimeout } from '../postgres/restoreVerdict.ts';
import { restoringSettings } from '../postgres/sessionSettings.ts';
import { startRestore, type RunningRestore } from '../postgres/startRestore.ts';
import type { LoadedTable, LoadOrder } from './load.ts';
import { RowFilter, type RowChoice } from './rowFilter.ts';

/** Sends each table's rows, or those that are wanted, to a COPY, and the rest of the archive to pg_restore. */
export class ArchiveLoader {
  /** The tables that have got all their rows. */
  readonly tables: LoadedTable[] = [];
  private readonly archive = new ArchiveStream((entry) =>
    typeof this.choice(entry) === 'object' ? 'rows' : 'copyData',
  );
  private readonly order: LoadOrder;
  private readonly client: Client;
  private readonly signal: AbortSignal;
  private copy: CopyIn | undefined;
  private xid: string | null = null;
  private filter: RowFilter | undefined;
  private rest: RunningRestore | undefined;
  /** Chunks that may not have been sent as a whole yet, in their order: several may lie in one memory. */
  private readonly passing: { chunk: Buffer; users: number }[] = [];

  constructor(order: LoadOrder, client: Client, signal: AbortSignal) {
    this.order = order;
    this.client = client;
    this.signal = signal;
  }

  /** The chunk is the loader's from here on: it is changed and sent later, and its memory given back. */
  async push(chunk: Buffer): Promise<void> {
    const passing = { chunk, users: 1 };
    this.passing.push(passing);
    const onDone = () => {
      passing.users--;
      while (this.passing[0]?.users === 0) freeBytes(this.passing.shift()!.chunk);
    };
    for (const part of this.archive.push(chunk)) {
      if (part.kind === 'copyData') passing.users++;
      await this.take(part, onDone);
    }
    onDone();
  }

  /** Returns when the server has everything. pg_restore may complain of nothing but `SET transaction_timeout`. */
  async end(): Promise<void> {
    for (const part of this.archive.end()) await this.take(part, () => undefined);
    if (!this.rest) return;
    this.rest.stdin.end();
    this.rest.stdout.resume();
    await this.rest.finished((_, stderr) => onlyTransactionTimeout(stderr));
  }

  async close(): Promise<void> {
    this.rest?.kill();
    await rm(this.order.listPath, { force: true });
  }

  /** @param onSent is called when rows are sent that stand in the chunk itself. */
  private async take(part: ArchivePart, onSent: () => void): Promise<void> {
    switch (part.kind) {
      case 'toc':
        await this.startRest(part.toc, part.bytes);
        return;
      case 'rows': {
        this.filter ??= new RowFilter(this.choice(part.entry) as RowChoice);
        const wanted = this.filter.push(part.bytes);
        if (wanted.length === 0) return;
        this.copy ??= await this.startCopy(part.entry);
        await this.copy.write(copyDataMessage(wanted));
        return;
      }
      case 'copyData':
        if (this.choice(part.entry) === 'none') {
          onSent();
          return;
        }
        this.copy ??= await this.startCopy(part.entry);
        await this.copy.write(part.bytes, onSent);
        return;
      case 'rowsEnd':
        if (this.choice(part.entry) === 'none') return;
        this.filter = undefined;
        // Also for a table without rows: what is there already would be an error of the restore.
        this.copy ??= await this.startCopy(part.entry);
        await this.copy.end();
        this.copy = undefined;
        await this.client.query('COMMIT');
        this.tables.push({ copyTarget: copyTargetOf(part.entry.copyStatement), xid: this.xid });
        return;
      case 'other':
        if (this.rest) await send(this.rest.stdin, part.bytes);
        return;
      default:
        assertNever(part);
    }
  }

  private choice({ namespace, tag }: TocEntry): RowChoice | 'none' | undefined {
    return this.order.only?.[`${namespace}.${tag}`];
  }

  private async startRest(toc: ArchiveToc, head: Buffer): Promise<void> {
    const others = toc.entries.filter(({ desc }) => desc !== 'TABLE DATA');
    if (others.every(({ desc }) => ['ENCODING', 'STDSTRINGS', 'SEARCHPATH'].includes(desc))) return;
    const { listPath, pgRestore, psql, leaveOut, database, login } = this.order;
    await writeFile(listPath, others.map(({ dumpId }) => `${dumpId};\n`).join(''), { mode: 0o600 });
    this.rest = startRestore({
      pgRestore,
      psql,
      database,
      leaveOut,
      args: ['--section=data', '-L', listPath],
      connection: login.connection,
      passfile: login.passfile,
      settings: restoringSettings,
      signal: this.signal,
    });
    await send(this.rest.stdin, head);
  }

  private async startCopy(entry: TocEntry): Promise<CopyIn> {
    const table = `${escapeIdentifier(entry.namespace)}.${escapeIdentifier(entry.tag)}`;
    await this.client.query('BEGIN READ WRITE');
    // An extension has filled its own tables; the backup only has the rows that were added to them.
    const found = await this.client.query<{ filled: boolean; xid: string }>(
      `SELECT EXISTS (SELECT FROM ONLY ${table}) AS filled, pg_current_xact_id()::xid::text AS xid`,
    );
    const { filled, xid } = found.rows[0]!;
    this.xid = filled ? null : xid;
    if (!filled) await this.client.query(`TRUNCATE ONLY ${table}`);
    const options = [...(filled ? [] : ['FREEZE']), `ENCODING ${escapeLiteral(this.order.encoding)}`];
    return this.client.query(
      new CopyIn(entry.copyStatement.replace(/FROM stdin;\s*$/, `FROM STDIN WITH (${options.join(', ')})`)),
    );
  }
}

/** Returns when the bytes are gone: they are only valid until the next part. A dead reader tells why in its exit. */
function send(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()));
}
