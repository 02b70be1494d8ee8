import type { Duplex } from 'node:stream';
import type { Connection, Submittable } from 'pg';
import { freeBytes } from '../../shared/freeBytes.ts';

const headerBytes = 5;
const copyDataType = 0x64;
const readyForQueryType = 0x5a;

/** Takes the text of rows as they come. The bytes are valid until each function returns. */
export interface RowTaker {
  /** A row, or the next piece of one that the network has cut. A message of the server is always a whole row. */
  piece(bytes: Buffer, from: number, until: number, endsRow: boolean): void;
  /** Every piece in these bytes was told. */
  end(bytes: Buffer): void;
}

/** Tells many rows at once, cut anywhere. */
export function joined(onRows: (bytes: Buffer) => void): RowTaker {
  let filled = 0;
  return {
    piece(bytes, from, until) {
      bytes.copyWithin(filled, from, until);
      filled += until - from;
    },
    end(bytes) {
      if (filled > 0) onRows(bytes.subarray(0, filled));
      filled = 0;
    },
  };
}

/**
 * A `COPY … TO STDOUT` that takes the rows out of the protocol's messages itself: the driver would make an object of
 * every row. To be given to `client.query`.
 *
 * While it runs it stands between the socket and the driver, and lets through what is not CopyData.
 */
export class CopyOut implements Submittable {
  private readonly text: string;
  private readonly taker: RowTaker;
  private readonly ended = Promise.withResolvers<void>();
  private connection: Connection | undefined;
  private giveBack: () => void = () => undefined;
  private header: Buffer = Buffer.alloc(0);
  /** Bytes of the current message that have not come yet. */
  private left = 0;
  private inRows = false;

  /** @param text is the COPY statement. */
  constructor(text: string, taker: RowTaker) {
    this.text = text;
    this.taker = taker;
  }

  /** Returns when every row has come. @throws what the server or the connection said. */
  done(): Promise<void> {
    return this.ended.promise;
  }

  /** Lets the server wait until `resume`; what has come already is still handed on. */
  pause(): void {
    this.connection?.stream.pause();
  }

  resume(): void {
    this.connection?.stream.resume();
  }

  // What follows is called by the driver.

  submit(connection: Connection): void {
    this.connection = connection;
    const { stream } = connection;
    const driver = stream.listeners('data') as ((bytes: Buffer) => void)[];
    const take = (chunk: Buffer) => {
      this.separate(chunk, (bytes) => {
        for (const listener of driver) listener.call(stream, bytes);
      });
      freeBytes(chunk);
    };
    replaceListeners(stream, [take]);
    this.giveBack = () => replaceListeners(stream, driver);
    connection.query(this.text);
  }

  handleError(error: Error): void {
    this.ended.reject(error);
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows, and only then may the next statement be sent.
  }

  handleReadyForQuery(): void {
    this.ended.resolve();
  }

  private separate(chunk: Buffer, pass: (bytes: Buffer) => void): void {
    let bytes = chunk;
    if (this.header.length > 0) {
      bytes = Buffer.concat([this.header, chunk]);
      this.header = Buffer.alloc(0);
    }
    const { taker } = this;
    const end = bytes.length;
    let at = 0;
    for (;;) {
      const last = Math.min(at + this.left, end);
      if (last > at) {
        if (this.inRows) taker.piece(bytes, at, last, last - at === this.left);
        else pass(Buffer.from(bytes.subarray(at, last)));
      }
      this.left -= last - at;
      at = last;
      if (at + headerBytes > end) break;
      const type = bytes[at];
      this.inRows = type === copyDataType;
      this.left =
        ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) - (headerBytes - 1);
      if (this.inRows) at += headerBytes;
      else this.left += headerBytes; // it is passed on as it is
      // It is the last message, and the driver may answer it with the next statement at once.
      if (type === readyForQueryType) this.giveBack();
    }
    if (this.left === 0) this.header = Buffer.from(bytes.subarray(at));
    taker.end(bytes);
  }
}

function replaceListeners(stream: Duplex, listeners: readonly ((bytes: Buffer) => void)[]): void {
  stream.removeAllListeners('data');
  for (const listener of listeners) stream.on('data', listener);
}
