import type pg from 'pg';
import { CopyIn, copyDataMessage } from '../postgres/copyIn.ts';
import { CopyOut, joined } from '../postgres/copyOut.ts';

/** So much waits for the reader before the server has to. */
const aheadBytes = 4 * 1024 * 1024;

/** The text of the rows of a `COPY … TO STDOUT`, cut anywhere. The server waits while nobody takes them. */
export async function* copyOutRows(client: pg.Client, statement: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let wake = Promise.withResolvers<void>();
  const copy = new CopyOut(
    statement,
    joined((rows) => {
      waiting.push(Buffer.from(rows));
      bytes += rows.length;
      if (bytes > aheadBytes) copy.pause();
      wake.resolve();
    }),
  );
  const state = { ended: false };
  const done = client
    .query(copy)
    .done()
    .finally(() => {
      state.ended = true;
      wake.resolve();
    });
  done.catch(() => undefined); // looked at when every row was taken
  while (!state.ended || waiting.length > 0) {
    await wake.promise;
    wake = Promise.withResolvers<void>();
    const taken = waiting;
    waiting = [];
    bytes = 0;
    copy.resume();
    if (state.ended) wake.resolve();
    yield* taken;
  }
  await done;
}

/** Feeds rows to a `COPY … FROM STDIN`. @returns the bytes of the rows. */
export async function copyInRows(
  client: pg.Client,
  statement: string,
  rows: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<number> {
  const copy = client.query(new CopyIn(statement));
  let bytes = 0;
  for await (const piece of rows) {
    await copy.write(copyDataMessage(piece));
    bytes += piece.length;
    onBytes(bytes);
  }
  await copy.end();
  return bytes;
}
