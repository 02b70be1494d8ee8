import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { metricsAddress, metricsHost, metricsPath } from '../../shared/contract/metrics.ts';
import { contentType } from './exposition.ts';

export interface MetricsServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves metrics to Prometheus on this machine, never to its network.
 * @param read what is told, made anew for each scrape.
 * @throws PORT_BUSY
 */
export async function openMetricsServer(port: number, read: () => Promise<string>): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    answer(request, response, port, read).catch((error: Error) => response.destroy(error));
  });
  await listen(server, port);
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  port: number,
  read: () => Promise<string>,
): Promise<void> {
  const say = (status: number, text: string, type = 'text/plain; charset=utf-8') => {
    response.writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(method === 'HEAD' ? undefined : text);
  };
  // A page of another site whose name was made to point here asks for its own name.
  if (![`${metricsHost}:${port}`, `localhost:${port}`].includes(headers.host ?? ''))
    return say(403, `These metrics are only at ${metricsAddress(port)}.\n`);
  if (url?.split('?', 1)[0] !== metricsPath) return say(404, `The metrics are at ${metricsPath}.\n`);
  if (method !== 'GET' && method !== 'HEAD') return say(405, 'These metrics are only read.\n');
  try {
    say(200, await read(), contentType);
  } catch (error) {
    say(500, `What is measured could not be read: ${reportFailure(error).message}\n`);
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        ['EADDRINUSE', 'EACCES'].includes(error.code ?? '')
          ? new Failure(
              'PORT_BUSY',
              error.code === 'EACCES'
                ? `port ${port} cannot be used by this account`
                : `port ${port} is used by another program of this machine`,
              'Choose another port for the metrics.',
              { cause: error, details: { reason: error.message } },
            )
          : error,
      ),
    );
    server.listen(port, metricsHost, resolve);
  });
}
