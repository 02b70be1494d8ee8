import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Asks for encryption come before the first message, and are answered by one byte. */
const asksForEncryption = new Set([80877103, 80877104]);
const readyForQuery = 'Z'.charCodeAt(0);

export interface ServerProxy {
  port: number;
  /**
   * Called before an answer goes on: the server has done a statement (or has let a session in), and who asked for it
   * does not know that yet. Replace it at any time.
   */
  onAnswer: (database: string) => void;
  close(): Promise<void>;
}

/** Stands between a program and a PostgreSQL server, and tells whenever a statement has ended. */
export async function startServerProxy({ host, port }: { host: string; port: number }): Promise<ServerProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, host);
    const session = { database: '', encryption: false };
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (session.database === '') readStartup(chunk, session);
      upstream.write(chunk);
    });
    const answers = new Answers(() => proxy.onAnswer(session.database));
    upstream.on('data', (chunk) => {
      if (session.encryption) session.encryption = false;
      else answers.read(chunk);
      client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: ServerProxy = {
    port: (server.address() as AddressInfo).port,
    onAnswer: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** The first packet is short and comes in one piece: length, version, and pairs of words that end with a zero. */
function readStartup(packet: Buffer, session: { database: string; encryption: boolean }): void {
  session.encryption = asksForEncryption.has(packet.readUInt32BE(4));
  if (session.encryption) return;
  const words = packet.toString('utf8', 8).split('\0');
  session.database = words[words.indexOf('database') + 1] ?? '';
}

/** Finds the messages that end a statement, wherever the stream is cut. */
class Answers {
  private readonly onReady: () => void;
  private head: Buffer = Buffer.alloc(0);
  private bodyLeft = 0;

  constructor(onReady: () => void) {
    this.onReady = onReady;
  }

  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.bodyLeft > 0) {
        const passed = Math.min(this.bodyLeft, chunk.length - at);
        this.bodyLeft -= passed;
        at += passed;
        continue;
      }
      const wanted = 5 - this.head.length;
      this.head = Buffer.concat([this.head, chunk.subarray(at, at + wanted)]);
      at += wanted;
      if (this.head.length < 5) return;
      this.bodyLeft = this.head.readUInt32BE(1) - 4;
      if (this.head[0] === readyForQuery) this.onReady();
      this.head = Buffer.alloc(0);
    }
  }
}
