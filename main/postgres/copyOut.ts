import type { Duplex } from 'node:stream';
import type { Connection, Submittable } from 'pg';
import { freeBytes } from '../../shared/freeBytes.ts';

const headerBytes = 5;
const copyDataType = 0x64;
const readyForQueryType = 0x5a;

/**
 * A `COPY … TO STDOUT` that takes the rows out of the protocol's messages itself: the driver would make an object of
 * every row. To be given to `client.query`.
 *
 * While it runs it stands between the socket and the driver, and lets through what is not CopyData.
 */
export class CopyOut implements Submittable {
  private readonly text: string;
  private readonly onRows: (bytes: Buffer) => void;
  private readonly ended = Promise.withResolvers<void>();
  private connection: Connection | undefined;
  private giveBack: () => void = () => undefined;
  private header: Buffer = Buffer.alloc(0);
  /** Bytes of the current message that have not come yet. */
  private left = 0;
  private inRows = false;

  /**
   * @param text is the COPY statement.
   * @param onRows gets the text of the rows, cut anywhere; valid until it returns.
   */
  constructor(text: string, onRows: (bytes: Buffer) => void) {
    this.text = text;
    this.onRows = onRows;
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
      const rows = this.separate(chunk, (bytes) => {
        for (const listener of driver) listener.call(stream, bytes);
      });
      if (rows.length > 0) this.onRows(rows);
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

  /** Gathers the rows at the beginning of the chunk, and returns them there. */
  private separate(chunk: Buffer, pass: (bytes: Buffer) => void): Buffer {
    let bytes = chunk;
    if (this.header.length > 0) {
      bytes = Buffer.concat([this.header, chunk]);
      this.header = Buffer.alloc(0);
    }
    const end = bytes.length;
    let filled = 0;
    let at = 0;
    for (;;) {
      const last = Math.min(at + this.left, end);
      if (this.inRows) {
        bytes.copyWithin(filled, at, last);
        filled += last - at;
      } else if (last > at) pass(Buffer.from(bytes.subarray(at, last)));
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
    return bytes.subarray(0, filled);
  }
}

function replaceListeners(stream: Duplex, listeners: readonly ((bytes: Buffer) => void)[]): void {
  stream.removeAllListeners('data');
  for (const listener of listeners) stream.on('data', listener);
}
