import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { socketAskSchema, type SocketAsk, type SocketMessage } from '../../shared/contract/envelope.ts';
import type { Workspace } from '../console/workspace.ts';
import { answer } from '../requests/answer.ts';
import type { Session } from '../requests/session.ts';
import { serveFrame } from './frame.ts';

const largestMessage = 1024 * 1024;
const keepAliveMs = 30_000;
/** What may wait for a slow browser: progress is left out above the first, the socket is given up above the second. */
const muchWaiting = 256 * 1024;
const tooMuchWaiting = 16 * 1024 * 1024;

/** For a window that does not answer any more. */
const goodbyeMs = 1000;

const policyViolation = 1008;
const goingAway = 1001;

/** The sockets of all open windows: each brings requests and is told every event. */
export class Sockets {
  private readonly workspace: Workspace;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessage,
    // A page asks for much at once: what another one asks is heard between two of its requests, and not after all.
    allowSynchronousEvents: false,
  });
  /** Those that have not answered the last ping. */
  private readonly silent = new WeakSet<WebSocket>();
  private readonly stopListening: () => void;
  private readonly keepAlive: NodeJS.Timeout;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.stopListening = workspace.announcer.listen((event, value) => {
      if (event === 'access') return; // that of one window is not for all
      for (const socket of this.server.clients)
        if (event !== 'progress' || socket.bufferedAmount < muchWaiting) send(socket, { event, value });
    });
    this.keepAlive = setInterval(() => this.pingAll(), keepAliveMs);
  }

  /** Makes a socket of a connection whose request was found in order. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer, session: Session): void {
    this.server.handleUpgrade(request, connection, head, (socket) => this.serve(socket, session));
  }

  /** Says goodbye to every window; each tries by itself until there is a console again. */
  async close(): Promise<void> {
    clearInterval(this.keepAlive);
    this.stopListening();
    const { clients } = this.server;
    for (const socket of clients) socket.close(goingAway);
    for (let waited = 0; clients.size > 0 && waited < goodbyeMs; waited += 20) await sleep(20);
    for (const socket of clients) socket.terminate();
    this.server.close();
  }

  private serve(socket: WebSocket, session: Session): void {
    const context = { workspace: this.workspace, session, frame: serveFrame };
    const stopListening = session.onChange((value) => send(socket, { event: 'access', value }));
    socket.on('close', stopListening);
    socket.on('pong', () => this.silent.delete(socket));
    // The library closes the socket with the reason: a message that is too large, or that breaks the protocol.
    socket.on('error', (error) => process.emitWarning(`a window's socket was closed: ${error.message}`));
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== WebSocket.OPEN) return; // what follows a message that was refused
      const asked = isBinary ? null : parseAsk(data);
      if (!asked) {
        socket.close(policyViolation, 'this is no request');
        return;
      }
      void answer(asked.name, asked.ask, context).then((answered) => send(socket, { id: asked.id, answer: answered }));
    });
  }

  private pingAll(): void {
    for (const socket of this.server.clients) {
      if (this.silent.has(socket)) socket.terminate();
      else {
        this.silent.add(socket);
        socket.ping();
      }
    }
  }
}

function parseAsk(data: RawData): SocketAsk | null {
  try {
    return socketAskSchema.safeParse(JSON.parse(String(data))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function send(socket: WebSocket, message: SocketMessage): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > tooMuchWaiting) socket.terminate();
  else socket.send(JSON.stringify(message));
}
