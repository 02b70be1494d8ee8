import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Connection, Submittable } from 'pg';

/** So that the server has work while the next piece is unsealed. */
const writeAheadBytes = 1024 * 1024;
/** The CopyDone message. */
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

const copyDataType = 0x64;
const headerBytes = 5;

/** Rows, or a piece of some, as a CopyData message; the bytes are copied. */
export function copyDataMessage(rows: Buffer): Buffer {
  const message = Buffer.allocUnsafe(headerBytes + rows.length);
  message[0] = copyDataType;
  message.writeUInt32BE(rows.length + headerBytes - 1, 1);
  rows.copy(message, headerBytes);
  return message;
}

/**
 * A `COPY … FROM STDIN` that is fed with CopyData messages as they are, so that millions of rows go from an archive to
 * the server without one of them being copied. To be given to `client.query`.
 */
export class CopyIn implements Submittable {
  private readonly text: string;
  private connection: Connection | undefined;
  private readonly done = Promise.withResolvers<void>();
  private readonly ready = Promise.withResolvers<Duplex>();

  /** @param text is the COPY statement. */
  constructor(text: string) {
    this.text = text;
    this.done.promise.catch(() => undefined); // looked at by `end`, and by a `write` that waits
    this.ready.promise.catch(() => undefined); // looked at by `write` and `end`
  }

  /**
   * Sends bytes of CopyData messages, which may begin and end anywhere in one.
   * @param onSent is called when the bytes may change again, also when they could not be sent.
   * @throws what the server or the connection said.
   */
  async write(bytes: Buffer, onSent?: () => void): Promise<void> {
    const stream = await this.ready.promise;
    stream.write(bytes, onSent);
    if (stream.writableLength > writeAheadBytes) await Promise.race([once(stream, 'drain'), this.done.promise]);
  }

  /** Returns when the server has taken every row. @throws what the server or the connection said. */
  async end(): Promise<void> {
    const stream = await this.ready.promise;
    stream.write(copyDone);
    await this.done.promise;
  }

  // What follows is called by the driver.

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(this.text);
  }

  handleCopyInResponse(): void {
    this.ready.resolve(this.connection!.stream);
  }

  handleError(error: Error): void {
    this.ready.reject(error);
    this.done.reject(error);
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows, and only then may the next statement be sent.
  }

  handleReadyForQuery(): void {
    this.done.resolve();
  }
}
