import { freeing } from '../../shared/freeBytes.ts';
import { startTool } from '../postgres/runTool.ts';
import { sealIntoFile } from './sealIntoFile.ts';
import type { ThreadWork } from './thread.ts';
import type { DumpedObject, DumpOrder } from './dump.ts';
import { TableDigests } from './tableDigests.ts';

/** Dump, compress, seal and hash in one pass; memory does not grow with the database. */
export const work: ThreadWork<DumpOrder, DumpedObject> = async (order, signal, onBytes) => {
  const digests = order.archive ? new TableDigests() : null;

  async function* dump(): AsyncGenerator<Buffer> {
    const tool = startTool({ ...order.tool, signal });
    tool.stdin.end();
    try {
      for await (const chunk of freeing(tool.stdout as AsyncIterable<Buffer>)) {
        digests?.push(chunk);
        yield chunk;
      }
      await tool.finished();
    } finally {
      tool.kill();
    }
    digests?.end();
  }
  const sealed = await sealIntoFile(dump(), order, onBytes);
  return { ...sealed, archiveVersion: digests?.version ?? null, tables: digests?.tables ?? [] };
};
