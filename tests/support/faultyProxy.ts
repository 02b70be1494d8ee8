import { once } from 'node:events';
import { createServer, Agent, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with one request. */
export type Fault =
  /** An S3 error; `early` answers before the body has come. A `page` is answered instead of the XML. */
  | { kind: 'status'; status: number; code: string; message?: string; early?: boolean; page?: string }
  /** The connection is reset once so many bytes of the request's body have come. */
  | { kind: 'resetUpload'; afterBytes: number }
  /** The connection is reset once so many bytes of the answer's body have gone. */
  | { kind: 'cutDownload'; afterBytes: number }
  /** The answer ends in good order after so many bytes, without having said its length. */
  | { kind: 'shortDownload'; afterBytes: number }
  /** The server does what it was asked for, and the answer is lost. */
  | { kind: 'dropAnswer' }
  | { kind: 'delay'; ms: number }
  /** It is passed on once something else has happened. */
  | { kind: 'wait'; until: Promise<unknown> }
  /** Nothing ever comes back. */
  | { kind: 'blackhole' };

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  fault: Fault['kind'] | null;
  /** Of the answer; null until there is one. */
  status: number | null;
}

export interface FaultyProxy {
  endpoint: string;
  /** Every request so far, in the order in which they came. */
  readonly seen: SeenRequest[];
  /** Asked for every request; replace it at any time. */
  faultFor: (request: SeenRequest) => Fault | undefined;
  close(): Promise<void>;
}

/**
 * Stands between a store and the S3 server and breaks what it is told to break. Requests pass with their `Host` header
 * as it is, because the client has signed it.
 */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://proxy');
    const entry: SeenRequest = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      fault: null,
      status: null,
    };
    const fault = proxy.faultFor(entry);
    entry.fault = fault?.kind ?? null;
    proxy.seen.push(entry);
    response.on('finish', () => (entry.status = response.statusCode));
    serve(request, response, fault).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });

  async function serve(request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === 'blackhole') return;
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'wait') await fault.until;
    if (fault?.kind === 'status') return answerError(request, response, fault);
    if (fault?.kind === 'resetUpload') return resetAfter(request, fault.afterBytes);
    const answer = await ask(request, response);
    if (fault?.kind === 'dropAnswer') {
      answer.resume();
      await once(answer, 'end');
      request.socket.resetAndDestroy();
    } else if (fault?.kind === 'cutDownload' || fault?.kind === 'shortDownload') {
      await answerPart(answer, response, fault.afterBytes, fault.kind === 'cutDownload');
    } else {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    }
  }

  async function ask(request: IncomingMessage, response: ServerResponse): Promise<IncomingMessage> {
    const { hostname, port } = new URL(upstream);
    const { method, url: path, headers } = request;
    const passed = forward({ hostname, port, method, path, headers, agent });
    request.pipe(passed);
    // A client that goes away takes its request to the server with it.
    response.once('close', () => passed.destroy());
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    return answer;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    faultFor: () => undefined,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
  return proxy;
}

/** An answer as an S3 server words it. */
async function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message = 'as the test wants it', early, page }: Extract<Fault, { kind: 'status' }>,
): Promise<void> {
  if (!early) {
    request.resume();
    if (!request.complete) await once(request, 'end');
  }
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>test</RequestId></Error>`;
  response.writeHead(status, { 'content-type': page ? 'text/html' : 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : (page ?? xml));
}

async function resetAfter(request: IncomingMessage, afterBytes: number): Promise<void> {
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes >= afterBytes) break;
  }
  request.socket.resetAndDestroy();
}

async function answerPart(
  answer: IncomingMessage,
  response: ServerResponse,
  bytes: number,
  reset: boolean,
): Promise<void> {
  const { 'content-length': length, ...others } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, reset ? answer.headers : others);
  let left = bytes;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    response.write(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
    if (left === 0) break;
  }
  // What was written has to leave before the reset, or the client sees nothing of it.
  if (reset) await sleep(50).then(() => response.socket?.resetAndDestroy());
  else response.end();
  if (length === undefined) throw new Error('the answer had no length that could be cut');
}
