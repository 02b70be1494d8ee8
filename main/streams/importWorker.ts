import { createHash } from 'node:crypto';
import { devNull } from 'node:os';
import { Failure } from '../../shared/failure.ts';
import { headOfSection } from '../postgres/archiveHead.ts';
import { UnknownArchive } from '../postgres/archiveToc.ts';
import { plainBlocks } from '../postgres/plainArchive.ts';
import { startTool, type RunningTool } from '../postgres/runTool.ts';
import { checkFernet } from '../sealing/fernet.ts';
import { archiveBytes, rawBytes, readHead, sizeOfFile, unreadable, type ForeignFile } from './foreignFile.ts';
import type { ForeignLook, ImportOrder, SealedImport, SealOrder } from './importFile.ts';
import { sealIntoFile } from './sealIntoFile.ts';
import { TableDigests } from './tableDigests.ts';
import type { ThreadWork } from './thread.ts';

type OnBytes = (total: number) => void;

export const work: ThreadWork<ImportOrder, ForeignLook | SealedImport> = (order, signal, onBytes) =>
  order.step === 'look' ? look(order, signal, onBytes) : seal(order, signal, onBytes);

async function look({ path, key }: ForeignFile, signal: AbortSignal, onBytes: OnBytes): Promise<ForeignLook> {
  const sizeBytes = await sizeOfFile(path);
  const keys = key && { signing: Buffer.from(key.signing), encryption: Buffer.from(key.encryption) };
  const wrappedAt = keys
    ? (await checkFernet(counted(rawBytes(path, signal), onBytes), keys)).madeAt.toISOString()
    : null;
  const archive = archiveBytes(rawBytes(path, signal), keys);
  try {
    const { toc } = await readHead(archive);
    return { sizeBytes, wrappedAt, toc };
  } finally {
    await archive.return(undefined);
  }
}

async function seal(order: SealOrder, signal: AbortSignal, onBytes: OnBytes): Promise<SealedImport> {
  const { path, key, codec, recipients, schemaPath, dataPath } = order;
  const keys = key && { signing: Buffer.from(key.signing), encryption: Buffer.from(key.encryption) };
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const raw = counted(rawBytes(path, signal), (total) => {
    sizeBytes = total;
    onBytes(total);
  });
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of raw) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const reader = startTool({ path: order.pgRestore, args: ['-f', devNull], signal });
  reader.stdout.resume();
  try {
    const archive = readAlong(archiveBytes(hashed(), keys), reader);
    const { toc, head, rest } = await readHead(archive);
    const sealing = { codec, recipients };
    const schemaHead = headOfSection(head, toc, 'schema');
    const schema = await sealIntoFile(only(schemaHead), { ...sealing, outputPath: schemaPath }, () => undefined);

    const digests = new TableDigests();
    async function* data(): AsyncGenerator<Buffer> {
      const blocks = following(rest, archive);
      yield headOfSection(head, toc, 'data');
      yield* toc.compression === 'none' ? blocks : plainBlocks(blocks, toc.compression === 'zstd' ? 'zstd' : 'gzip');
    }
    async function* digested(): AsyncGenerator<Buffer> {
      for await (const chunk of data()) {
        digests.push(chunk);
        yield chunk;
      }
      digests.end();
      reader.stdin.end();
      await reader.finished();
    }
    const sealed = await sealIntoFile(digested(), { ...sealing, outputPath: dataPath }, () => undefined);
    return { sizeBytes, sha256: hash.digest('hex'), schema, data: { ...sealed, tables: digests.tables } };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof UnknownArchive) throw unreadable(error.message, error);
    if (error instanceof Failure && error.code === 'TOOL_FAILED')
      throw unreadable(`pg_restore says: ${String(error.details.stderr).trim()}`, error, error.details);
    throw error;
  } finally {
    reader.kill();
  }
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: OnBytes): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    onBytes(total);
    yield chunk;
  }
}

/** A program gets what passes by. One that has ended gets no more; how it ended is asked for later. */
async function* readAlong(source: AsyncIterable<Buffer>, reader: RunningTool): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    await new Promise<void>((resolve) => reader.stdin.write(chunk, () => resolve()));
    yield chunk;
  }
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function* following(first: Buffer, more: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* more;
}
