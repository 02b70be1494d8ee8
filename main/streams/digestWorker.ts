import { createHash } from 'node:crypto';
import { sessionSettings } from '../postgres/sessionSettings.ts';
import { startTool } from '../postgres/runTool.ts';
import type { DigestOrder, TableDigest } from './digest.ts';
import { serveThread } from './thread.ts';

/**
 * Stands between two tables. COPY text can never hold it: every backslash of the data is doubled or begins an escape,
 * and none of them is `\.`; a line feed of the data is written as `\n`.
 */
const mark = Buffer.from('\n\\.\n');

await serveThread<DigestOrder, TableDigest[]>(async (order, signal, onBytes) => {
  const { copyTargets } = order;
  const psql = startTool({
    path: order.psql,
    args: ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', order.database, '-f', '-'],
    connection: order.login.connection,
    passfile: order.login.passfile,
    settings: { ...sessionSettings, client_encoding: order.clientEncoding },
    signal,
  });
  for (const target of copyTargets) psql.stdin.write(`COPY ${target} TO STDOUT;\n\\qecho '\\n\\\\.'\n`);
  psql.stdin.end();

  const digests: TableDigest[] = [];
  let hash = createHash('sha256');
  let copyBytes = 0;
  let total = 0;
  const take = (bytes: Buffer) => {
    hash.update(bytes);
    copyBytes += bytes.length;
  };
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of psql.stdout as AsyncIterable<Buffer>) {
    total += chunk.length;
    onBytes(total);
    let bytes = held.length ? Buffer.concat([held, chunk]) : chunk;
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark)) {
      take(bytes.subarray(0, at));
      digests.push({ copyTarget: copyTargets[digests.length]!, copyBytes, sha256: hash.digest('hex') });
      hash = createHash('sha256');
      copyBytes = 0;
      bytes = bytes.subarray(at + mark.length);
    }
    // the mark may be cut by the end of the chunk
    const keep = Math.min(mark.length - 1, bytes.length);
    take(bytes.subarray(0, bytes.length - keep));
    held = Buffer.from(bytes.subarray(bytes.length - keep));
  }
  await psql.finished();
  return digests;
});
