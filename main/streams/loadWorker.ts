import { createReadStream } from 'node:fs';
import pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import { UnknownArchive } from '../postgres/archiveToc.ts';
import { withClient } from '../postgres/connect.ts';
import { unsealStream } from '../sealing/age.ts';
import { decompress } from '../sealing/codec.ts';
import { ArchiveLoader } from './archiveLoader.ts';
import type { LoadedObject, LoadOrder } from './load.ts';
import type { ThreadWork } from './thread.ts';

const readSize = 256 * 1024;

export const work: ThreadWork<LoadOrder, LoadedObject> = (order, signal, onBytes) =>
  withClient(
    order.login,
    async (client) => {
      // A cancel must not wait for a server that is busy.
      signal.addEventListener('abort', () => void client.end(), { once: true });
      const loader = new ArchiveLoader(order, client, signal);
      let plainBytes = 0;
      const file = createReadStream(order.path, { highWaterMark: readSize, signal }) as AsyncIterable<Buffer>;
      try {
        for await (const chunk of decompress(await unsealStream(file, order.identity), order.codec)) {
          plainBytes += chunk.length;
          await loader.push(chunk as Buffer);
          onBytes(plainBytes);
        }
        await loader.end();
        return { plainBytes, tables: loader.tables };
      } finally {
        await loader.close();
      }
    },
    order.database,
  ).catch((error: unknown) => {
    throw loadFailure(error);
  });

function loadFailure(error: unknown): unknown {
  if (error instanceof pg.DatabaseError)
    return new Failure(
      'RESTORE_FAILED',
      `the server refused rows of the backup: ${error.message}`,
      'The details say which; the live database was not touched.',
      { cause: error, details: { code: error.code, table: error.table, detail: error.detail, where: error.where } },
    );
  if (error instanceof UnknownArchive)
    return new Failure(
      'BACKUP_UNREADABLE',
      `the backup cannot be read back: ${error.message}`,
      'Use another backup, and take a new one now.',
      { cause: error },
    );
  return error;
}
