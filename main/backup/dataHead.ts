import { Failure } from '../../shared/failure.ts';
import { parseToc, type ArchiveToc } from '../postgres/archiveToc.ts';
import type { Login } from '../postgres/connect.ts';
import { startTool } from '../postgres/runTool.ts';
import { sessionSettings } from '../postgres/sessionSettings.ts';
import { dumpPart } from './spoolPart.ts';
import type { BackupPlan } from './preflight.ts';

/** Header and table of contents of an archive of rows. */
export interface DataHead {
  bytes: Buffer;
  toc: ArchiveToc;
}

/**
 * Lets pg_dump begin an archive of all rows but large objects, and stops it when its table of contents is there: what
 * belongs into an archive, in which order and how it is read, pg_dump knows best.
 * @throws what pg_dump complained of, UnknownArchive, CANCELLED
 */
export async function readDataHead(
  plan: BackupPlan,
  snapshot: { id: string },
  login: Login,
  signal: AbortSignal,
): Promise<DataHead> {
  const { call } = dumpPart('data', 'data', plan, snapshot, ['--section=data', '--no-blobs']);
  const { connection, passfile, settings } = login;
  const tool = startTool({ ...call, connection, passfile, settings: { ...sessionSettings, ...settings }, signal });
  tool.stdin.end();
  let bytes: Buffer = Buffer.alloc(0);
  let nextTry = 0;
  try {
    for await (const chunk of tool.stdout as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < nextTry) continue;
      const toc = parseToc(bytes);
      if (!toc) {
        nextTry = bytes.length * 1.25;
        continue;
      }
      await tool.stopped();
      return { bytes: bytes.subarray(0, toc.byteLength), toc };
    }
    await tool.finished();
  } finally {
    tool.kill();
  }
  const toc = parseToc(bytes);
  if (toc) return { bytes: bytes.subarray(0, toc.byteLength), toc };
  throw new Failure('TOOL_FAILED', 'pg_dump printed no table of contents', 'Take the backup again.');
}
