import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import { sealStream, unsealStream } from '../sealing/age.ts';
import { compress, decompress } from '../sealing/codec.ts';
import { syncFile, syncFolder } from '../storage/durableFiles.ts';
import { allColumns } from './applyRows.ts';
import { copyOutRows } from './copyRows.ts';
import { kind, list, sameKey, writtenKinds, type MergeTable } from './mergeTable.ts';
import type { UndoPlace } from './mergeTools.ts';

/*
 * An undo file is one sealed, compressed stream of pieces, each with its length (4 bytes) before it. The first is this
 * header as JSON. Then, for each table, COPY text of the rows as they were before the merge, an empty piece, COPY text of
 * the rows as the merge left them, and an empty piece.
 */
interface UndoHeader {
  version: 1;
  restoreId: string;
  /** Quoted names are not kept: what is written in the live database is looked up anew. */
  tables: { name: string; columns: string[]; key: string[]; rows: number }[];
}

const lengthBytes = 4;

function undoPath({ dir }: Pick<UndoPlace, 'dir'>, restoreId: string): string {
  return join(dir, `${restoreId}.undo.age`);
}

/**
 * Keeps what undoes a merge, durably, while the transaction that made the merge is still open: the rows that it changed
 * or deleted, and those that it wrote.
 */
export async function writeUndo(
  live: pg.Client,
  restoreId: string,
  tables: readonly MergeTable[],
  changedRows: ReadonlyMap<MergeTable, number>,
  place: UndoPlace,
): Promise<void> {
  await mkdir(place.dir, { recursive: true, mode: 0o700 });
  const changed = tables.filter((table) => (changedRows.get(table) ?? 0) > 0);
  const header: UndoHeader = {
    version: 1,
    restoreId,
    tables: changed.map((table) => ({
      name: table.live.name,
      columns: allColumns(table),
      key: table.live.key,
      rows: changedRows.get(table) ?? 0,
    })),
  };
  async function* pieces(): AsyncGenerator<Buffer> {
    yield* piece(Buffer.from(JSON.stringify(header)));
    for (const table of changed) {
      const columns = allColumns(table);
      // What was written is what the backup holds, unless the backup does not know every column.
      const written = table.kept.length === 0 ? table.source : table.live.from;
      const statements = [
        `COPY (SELECT ${list(columns)} FROM ${table.before}) TO STDOUT`,
        `COPY (SELECT ${list(columns, 't')} FROM ${table.diff} d JOIN ${written} t ON ${sameKey(table, 't', 'd')}
           WHERE d.${kind} IN ${writtenKinds(table)}) TO STDOUT`,
      ];
      for (const statement of statements) {
        for await (const rows of copyOutRows(live, statement)) yield* piece(rows);
        yield* piece(Buffer.alloc(0));
      }
    }
  }
  const path = undoPath(place, restoreId);
  const part = `${path}.part`;
  const sealed = await sealStream(compress(pieces(), place.codec), place.recipients);
  await pipeline(Readable.from(sealed), createWriteStream(part, { mode: 0o600 }));
  await syncFile(part);
  await rename(part, path);
  await syncFolder(place.dir);
}

function* piece(bytes: Buffer): Generator<Buffer> {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(bytes.length);
  yield length;
  if (bytes.length > 0) yield bytes;
}

export async function removeUndo(place: Pick<UndoPlace, 'dir'>, restoreId: string): Promise<void> {
  await rm(undoPath(place, restoreId), { force: true });
  await rm(`${undoPath(place, restoreId)}.part`, { force: true });
}

/** An undo file that is being read, from its beginning to its end. */
export interface OpenUndo {
  header: UndoHeader;
  /** The rows of the next section. */
  section(): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** @throws ROLLBACK_IMPOSSIBLE where there is no such file, KEY_WRONG, BACKUP_UNREADABLE */
export async function openUndo(restoreId: string, place: UndoPlace): Promise<OpenUndo> {
  const file = createReadStream(undoPath(place, restoreId));
  await new Promise<void>((resolve, reject) => {
    file.once('open', () => resolve());
    file.once('error', (cause) =>
      reject(
        new Failure(
          'ROLLBACK_IMPOSSIBLE',
          'what would undo this merge is not kept any more',
          'Merge an earlier backup in its place.',
          { cause },
        ),
      ),
    );
  });
  const bytes = decompress(await unsealStream(file, place.identity), place.codec)[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  const take = async (count: number): Promise<Buffer> => {
    while (rest.length < count) {
      const next = await bytes.next();
      if (next.done) throw cutShort();
      rest = Buffer.concat([rest, next.value]);
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
  const nextPiece = async () => take((await take(lengthBytes)).readUInt32BE());
  const header = JSON.parse((await nextPiece()).toString('utf8')) as UndoHeader;
  return {
    header,
    async *section() {
      for (let rows = await nextPiece(); rows.length > 0; rows = await nextPiece()) yield Buffer.from(rows);
    },
    async close() {
      await bytes.return?.();
      file.destroy();
    },
  };
}

function cutShort(): Failure {
  return new Failure(
    'BACKUP_UNREADABLE',
    'the file that undoes this merge is cut short',
    'Merge an earlier backup in its place.',
  );
}
