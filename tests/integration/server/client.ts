import { request, type IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import { socketPath } from '../../../shared/contract/channels.ts';
import type { RequestName } from '../../../shared/contract/contract.ts';
import type { Envelope, SocketMessage } from '../../../shared/contract/envelope.ts';

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One request as it stands: no redirects are followed, and the path is sent as it is written. */
export function get(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Uses up a one-time address. @returns the cookie that a browser sends from then on. */
export async function letIn(url: string): Promise<string> {
  const { port, pathname, search } = new URL(url);
  const { status, headers } = await get(Number(port), pathname + search);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0];
  if (status !== 303 || !cookie) throw new Error(`not let in: ${status}`);
  return cookie;
}

/** A window without a browser. */
export interface Window {
  ask(name: RequestName | string, what: unknown): Promise<Envelope>;
  send(data: string | Buffer): void;
  /** Every event so far, in order. */
  events: { event: string; value: unknown }[];
  /** With which code the console ends the socket. */
  closed: Promise<number>;
  close(): Promise<number>;
}

export interface Approach {
  cookie?: string;
  origin?: string;
  host?: string;
  path?: string;
}

/** Opens a socket as a browser does. Rejects with the HTTP status when it is refused. */
export function openWindow(port: number, approach: Approach = {}): Promise<Window> {
  const { cookie, origin = `http://127.0.0.1:${port}`, host = `127.0.0.1:${port}`, path = socketPath } = approach;
  const headers = { host, ...(origin ? { origin } : {}), ...(cookie ? { cookie } : {}) };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  const waiting = new Map<number, (answer: Envelope) => void>();
  const events: Window['events'] = [];
  let lastId = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as SocketMessage;
    if ('event' in message) events.push(message);
    else waiting.get(message.id)?.(message.answer);
  });
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, { statusCode }) => {
      reject(new Error(`refused with ${statusCode}`));
      socket.terminate();
    });
    socket.once('error', reject);
    socket.once('open', () =>
      resolve({
        ask: (name, what) =>
          new Promise((answered) => {
            const id = ++lastId;
            waiting.set(id, answered);
            socket.send(JSON.stringify({ id, name, ask: what }));
          }),
        send: (data) => socket.send(data),
        events,
        closed,
        close() {
          socket.close();
          return closed;
        },
      }),
    );
  });
}
