import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PageAnswer } from '../console/page.ts';

const compress = promisify(gzip);
const worthIt = 1024;
/** By address: what never changes is compressed once. */
const compressed = new Map<string, Promise<Buffer>>();

/** Sends an answer, smaller where the browser can unpack it. */
export async function respond(request: IncomingMessage, response: ServerResponse, answer: PageAnswer): Promise<void> {
  const headers: Record<string, string | number> = { ...answer.headers };
  let { body } = answer;
  if (headers['Cache-Control']?.toString().includes('immutable') && body.length > worthIt) {
    headers.Vary = 'Accept-Encoding';
    if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      body = await compressedOnce(request.url?.split('?', 1)[0] ?? '', body);
      headers['Content-Encoding'] = 'gzip';
    }
  }
  headers['Content-Length'] = body.length;
  response.writeHead(answer.status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function compressedOnce(address: string, body: Uint8Array): Promise<Buffer> {
  const known = compressed.get(address);
  if (known) return known;
  const made = compress(body);
  compressed.set(address, made);
  return made;
}
