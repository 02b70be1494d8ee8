import type { Codec } from '../sealing/codec.ts';
import type { ToolCall } from '../postgres/runTool.ts';
import { runThread, type ThreadOptions } from './runThread.ts';
import type { SealedFile } from './sealIntoFile.ts';
import type { DumpedTable } from './tableDigests.ts';

/** Run one dump program, and seal what it prints into a file. */
export interface DumpOrder {
  tool: Omit<ToolCall, 'signal'>;
  /** Whether the output is a custom-format archive whose rows are to be digested. */
  archive: boolean;
  codec: Codec;
  recipients: readonly string[];
  outputPath: string;
}

export interface DumpedObject extends SealedFile {
  /** Of the archive, `1.14`; null for plain SQL. */
  archiveVersion: string | null;
  tables: DumpedTable[];
}

/**
 * Runs a dump program in a thread and seals its output into a new file: compress, encrypt, hash and digest in one pass,
 * in memory that does not grow with the database. The file is durable when this returns.
 * @throws what the program complained of (SOURCE_…, PRIVILEGE_MISSING, TOOL_FAILED …), CANCELLED
 */
export function dumpObject(order: DumpOrder, options: ThreadOptions): Promise<DumpedObject> {
  return runThread('dumpWorker', order, options);
}
