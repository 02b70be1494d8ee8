import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import { freeing } from '../../shared/freeBytes.ts';
import { sealStream } from '../sealing/age.ts';
import { compress, inBlocks, type Codec } from '../sealing/codec.ts';
import { errorCode } from '../storage/durableFiles.ts';

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
 * @throws STORE_FULL, STORE_FOLDER_MISSING, STORE_READ_ONLY, STORE_FAILED, and what the stream throws.
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
  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw diskFailure(order.outputPath, error);
    });
  const file = await onDisk(open(order.outputPath, 'wx', 0o600));
  try {
    const sealed = await sealStream(compress(measured(), order.codec, as === 'oneOfMany'), order.recipients);
    for await (const block of inBlocks(freeing(sealed), blockSize)) {
      stored.update(block);
      storedBytes += block.length;
      await onDisk(file.writeFile(block)); // goes on after a short write
    }
    await onDisk(file.sync());
  } finally {
    await file.close();
  }
  return { plainBytes, storedBytes, storedSha256: stored.digest('hex') };
}

/** What an error of the disk means; those of the stream are for whoever made it. */
function diskFailure(path: string, cause: unknown): Failure {
  switch (errorCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure(
        'STORE_FULL',
        'the disk of the local store ran full during the dump',
        'Make room there, or add a local store on a larger disk; the unfinished files have been removed.',
        { cause },
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure(
        'STORE_FOLDER_MISSING',
        `the folder ${dirname(path)} of the local store is not there any more`,
        'Plug in or mount its disk, then try again.',
        { cause },
      );
    case 'EROFS':
      return new Failure(
        'STORE_READ_ONLY',
        'the disk of the local store has become read-only',
        'Mount it for writing. A disk that becomes read-only by itself reports errors: look at the system log.',
        { cause },
      );
    default:
      return new Failure(
        'STORE_FAILED',
        `the local store failed while ${path} was written: ${cause instanceof Error ? cause.message : String(cause)}`,
        'Check the disk for errors before you trust it with backups.',
        { cause },
      );
  }
}
