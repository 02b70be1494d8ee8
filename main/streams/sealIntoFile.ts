import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Failure } from '../../shared/failure.ts';
import { freeing } from '../../shared/freeBytes.ts';
import { sealStream } from '../sealing/age.ts';
import { compress, inBlocks, type Codec } from '../sealing/codec.ts';

export interface SealedFile {
  plainBytes: number;
  storedBytes: number;
  storedSha256: string;
}

const blockSizes = { alone: 1024 * 1024, oneOfMany: 64 * 1024 };

/**
 * Compresses and seals a stream into a new file, which is durable when this returns.
 * @param onBytes is told how many bytes of the stream have passed.
 * @param as what takes less memory, and some more time, where dozens are sealed at once.
 * @throws STORE_FULL, and what the stream throws.
 */
export async function sealIntoFile(
  plain: AsyncIterable<Buffer>,
  order: { codec: Codec; recipients: readonly string[]; outputPath: string },
  onBytes: (total: number) => void,
  as: 'alone' | 'oneOfMany' = 'alone',
): Promise<SealedFile> {
  const stored = createHash('sha256');
  const blockSize = blockSizes[as];
  let plainBytes = 0;
  let storedBytes = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const block of inBlocks(plain, blockSize)) {
      plainBytes += block.length;
      onBytes(plainBytes);
      yield block;
    }
  }
  const file = await open(order.outputPath, 'wx', 0o600);
  try {
    const sealed = await sealStream(compress(measured(), order.codec, as === 'oneOfMany'), order.recipients);
    for await (const block of inBlocks(freeing(sealed), blockSize)) {
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
  return { plainBytes, storedBytes, storedSha256: stored.digest('hex') };
}

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
