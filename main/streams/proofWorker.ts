import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { freeing } from '../../shared/freeBytes.ts';
import { startTool } from '../postgres/runTool.ts';
import { unsealStream } from '../sealing/age.ts';
import { decompress } from '../sealing/codec.ts';
import type { ProofOrder, ProofResult } from './prove.ts';
import { TableDigests } from './tableDigests.ts';
import type { ThreadWork } from './thread.ts';

const readSize = 256 * 1024;

export const work: ThreadWork<readonly ProofOrder[], ProofResult[]> = async (orders, signal, onBytes) => {
  const results: ProofResult[] = [];
  let before = 0;
  for (const order of orders) {
    const begun = performance.now();
    const failure = await prove(order, signal, (bytes) => onBytes(before + bytes)).then(
      () => null,
      (error: unknown) => {
        if (signal.aborted) throw error;
        return reportFailure(error);
      },
    );
    before += order.sizeBytes;
    const seconds = Math.round(performance.now() - begun) / 1000;
    results.push({ failure, provenAt: new Date().toISOString(), seconds });
  }
  return results;
};

async function prove(order: ProofOrder, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
  const { size } = await stat(order.path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? missing(error) : error;
  });
  if (size !== order.sizeBytes) throw damaged(`it has ${size} bytes in the place of ${order.sizeBytes}`);
  const stored = createHash('sha256');
  let read = 0;
  async function* file(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(order.path, {
      highWaterMark: readSize,
      signal,
    }) as AsyncIterable<Buffer>) {
      stored.update(chunk);
      read += chunk.length;
      onBytes(read);
      yield chunk;
    }
    if (stored.digest('hex') !== order.sha256) throw damaged('its SHA-256 is another');
  }
  if (order.identity === null) {
    for await (const _ of freeing(file()));
    return;
  }
  let plainBytes = 0;
  const digests = order.tables ? new TableDigests() : null;
  const reader = order.pgRestore ? startTool({ path: order.pgRestore, args: ['-f', devNull], signal }) : null;
  try {
    for await (const chunk of freeing(decompress(await unsealStream(file(), order.identity), order.codec))) {
      plainBytes += chunk.length;
      digests?.push(chunk as Buffer);
      if (reader) await new Promise<void>((resolve) => reader.stdin.write(chunk, () => resolve()));
    }
    digests?.end();
    reader?.stdin.end();
    reader?.stdout.resume();
    await reader?.finished();
  } catch (error) {
    reader?.kill();
    if (signal.aborted || (error instanceof Failure && error.code === 'COPY_DAMAGED')) throw error;
    // What is wrong inside is the fault of the copy, if it is not the file that was stored.
    if ((await sha256Of(order.path, signal)) !== order.sha256) throw damaged('its SHA-256 is another');
    if (error instanceof Failure && error.code !== 'TOOL_FAILED') throw error;
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
  if (plainBytes !== order.plainBytes)
    throw unreadable(`it holds ${plainBytes} bytes in the place of ${order.plainBytes}`);
  if (digests && order.tables) compareTables(digests, order.tables);
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: readSize, signal })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function compareTables(digests: TableDigests, expected: NonNullable<ProofOrder['tables']>): void {
  const found = new Map(digests.tables.map((table) => [`${table.schema}.${table.table}`, table]));
  for (const table of expected) {
    const name = `${table.schema}.${table.table}`;
    if (found.get(name)?.sha256 !== table.sha256) throw unreadable(`the rows of ${name} are not those of the dump`);
  }
}

function damaged(reason: string): Failure {
  return new Failure(
    'COPY_DAMAGED',
    `the stored file is damaged: ${reason}`,
    'Restore from another copy, and replace this one.',
    {
      details: { reason },
    },
  );
}

function missing(cause: unknown): Failure {
  return new Failure('OBJECT_MISSING', 'a file of the backup is missing', 'Use another copy, and replace this one.', {
    cause,
  });
}

function unreadable(reason: string, cause?: unknown): Failure {
  return new Failure(
    'BACKUP_UNREADABLE',
    `the backup cannot be read back: ${reason}`,
    'Use another backup, and take a new one now.',
    {
      details: { reason },
      cause,
    },
  );
}
