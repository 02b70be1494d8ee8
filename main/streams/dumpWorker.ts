import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { compress, inBlocks } from '../sealing/codec.ts';
import { sealStream } from '../sealing/age.ts';
import { Failure } from '../../shared/failure.ts';
import { startTool } from '../postgres/runTool.ts';
import { serveThread } from './thread.ts';
import type { DumpedObject, DumpOrder } from './dump.ts';
import { TableDigests } from './tableDigests.ts';

const blockSize = 1024 * 1024;

/** Dump, compress, seal and hash in one pass; memory does not grow with the database. */
await serveThread<DumpOrder, DumpedObject>(async (order, signal, onBytes) => {
  const stored = createHash('sha256');
  const digests = order.archive ? new TableDigests() : null;
  let plainBytes = 0;
  let storedBytes = 0;

  async function* dump(): AsyncGenerator<Buffer> {
    const tool = startTool({ ...order.tool, signal });
    tool.stdin.end();
    try {
      for await (const chunk of tool.stdout as AsyncIterable<Buffer>) {
        digests?.push(chunk);
        yield chunk;
      }
      await tool.finished();
    } finally {
      tool.kill();
    }
    digests?.end();
  }
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const block of inBlocks(dump(), blockSize)) {
      plainBytes += block.length;
      onBytes(plainBytes);
      yield block;
    }
  }

  const file = await open(order.outputPath, 'wx', 0o600);
  try {
    const sealed = await sealStream(compress(measured(), order.codec), order.recipients);
    for await (const block of inBlocks(sealed, blockSize)) {
      stored.update(block);
      storedBytes += block.length;
      await file.writeFile(block); // goes on after a short write
    }
    await file.sync();
  } catch (error) {
    throw isFull(error) ? storeFull(error) : error;
  } finally {
    await file.close();
  }
  return {
    plainBytes,
    storedBytes,
    storedSha256: stored.digest('hex'),
    archiveVersion: digests?.version ?? null,
    tables: digests?.tables ?? [],
  };
});

function isFull(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function storeFull(cause: unknown): Failure {
  return new Failure(
    'STORE_FULL',
    'the disk of the local store ran full during the dump',
    'Make room there, or add a local store on a larger disk; the unfinished files have been removed.',
    { cause },
  );
}
