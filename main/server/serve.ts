import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { socketPath } from '../../shared/contract/channels.ts';
import { Failure } from '../../shared/failure.ts';
import { pageFile, plainPage, type PageAnswer } from '../console/page.ts';
import type { Workspace } from '../console/workspace.ts';
import { fromOwnPage, loopback, ownHost } from './address.ts';
import { Entrance } from './entrance.ts';
import { respond } from './respond.ts';
import { Sockets } from './sockets.ts';

/** Where the console is, unless something else is there already or another port is asked for. */
export const usualPort = 8432;

export interface ConsoleServer {
  port: number;
  /** Lets one browser in, once; another one after that. */
  readonly url: string;
  /** Lets nobody in any more and lets go of every window; jobs go on. */
  close(): Promise<void>;
}

/**
 * Serves the console to browsers of this machine: the page, and a socket that carries the contract.
 * @param port null: the usual one, or any that is free.
 * @throws PORT_BUSY
 */
export async function openServer(workspace: Workspace, { port }: { port: number | null }): Promise<ConsoleServer> {
  const server = createServer();
  const bound = await listen(server, port);
  const entrance = new Entrance(workspace, bound);
  const sockets = new Sockets(workspace);

  server.on('request', (request, response) => {
    answerPage(request, entrance, bound)
      .then((answer) => respond(request, response, answer))
      .catch((error: Error) => response.destroy(error));
  });
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    const host = ownHost(request, bound);
    const session = entrance.sessionOf(request.headers.cookie);
    if (!host || !fromOwnPage(request, host)) refuse(connection, '403 Forbidden');
    else if (!session) refuse(connection, '401 Unauthorized');
    else if (request.url !== socketPath) refuse(connection, '404 Not Found');
    else sockets.accept(request, connection, head, session);
  });

  return {
    port: bound,
    get url() {
      return entrance.url;
    },
    async close() {
      entrance.close();
      const closed = new Promise((resolve) => server.close(resolve));
      await sockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What a request for a page is answered: each line is one more thing that has to be in order. */
async function answerPage(request: IncomingMessage, entrance: Entrance, port: number): Promise<PageAnswer> {
  const host = ownHost(request, port);
  if (!host) return plainPage(403, 'This console answers only to its own address.', '');
  const connect = `ws://${host}`;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const refused = plainPage(405, 'This console is only looked at here.', connect);
    return { ...refused, headers: { ...refused.headers, Allow: 'GET, HEAD' } };
  }
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  // A HEAD changes nothing, so it does not use the token up either.
  const token = request.method === 'GET' ? new URLSearchParams(query).get('token') : null;
  const session = entrance.sessionOf(request.headers.cookie);
  if (token !== null) {
    const cookie = entrance.admit(token);
    if (cookie === null && !session) return plainPage(403, usedUp, connect);
    return toTheConsole(connect, cookie);
  }
  if (session) return pageFile(path, connect);
  const refused = plainPage(401, notLetIn, connect);
  // A browser keeps the cookie back when another page has led here. Asked again by our own answer, it brings it.
  if (request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-dest'] === 'document')
    return { ...refused, headers: { ...refused.headers, Refresh: '0; url=/' } };
  return refused;
}

function toTheConsole(connect: string, cookie: string | null): PageAnswer {
  const empty = plainPage(303, '', connect);
  const more: Record<string, string> = cookie === null ? {} : { 'Set-Cookie': cookie };
  return { ...empty, headers: { ...empty.headers, ...more, Location: '/' } };
}

const newAddress =
  'The next one is in the file run/console-url of the state folder, which only its owner can read. ' +
  '"strongroom serve" also prints one when it starts.';
const usedUp = `This address is wrong, or it was used already: each lets one browser in, once.\n${newAddress}`;
const notLetIn = `This browser has not been let in. Open the console with its one-time address.\n${newAddress}`;

/** Ends a connection that asked for a socket. */
function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => connection.destroy());
}

async function listen(server: Server, port: number | null): Promise<number> {
  const tryPort = (wanted: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, loopback, () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  try {
    return await tryPort(port ?? usualPort);
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    if (port === null) return tryPort(0);
    throw new Failure('PORT_BUSY', `port ${port} cannot be used`, 'Choose another one with --port, or 0 for any.', {
      cause: error,
      details: { reason: (error as Error).message },
    });
  }
}
