import type { ArchiveToc } from '../postgres/archiveToc.ts';
import type { Codec } from '../sealing/codec.ts';
import type { ForeignFile } from './foreignFile.ts';
import { runThread, type ThreadOptions } from './runThread.ts';
import type { SealedFile } from './sealIntoFile.ts';
import type { DumpedTable } from './tableDigests.ts';

export type ImportOrder = ({ step: 'look' } & ForeignFile) | ({ step: 'seal' } & SealOrder);

/** What a look at the file finds, before anything is written. */
export interface ForeignLook {
  sizeBytes: number;
  /** When it was wrapped, by its Fernet token; ISO 8601. */
  wrappedAt: string | null;
  toc: ArchiveToc;
}

export interface SealOrder extends ForeignFile {
  /** Has to be able to read the archive to its end. */
  pgRestore: string;
  codec: Codec;
  recipients: readonly string[];
  schemaPath: string;
  dataPath: string;
}

export interface SealedImport {
  sizeBytes: number;
  sha256: string;
  schema: SealedFile;
  data: SealedFile & { tables: DumpedTable[] };
}

/**
 * Looks at a foreign backup in a thread: of a Fernet token the whole is checked, then the head of the archive is read.
 * @throws IMPORT_KEY_WRONG, IMPORT_UNREADABLE, IMPORT_REFUSED, CANCELLED
 */
export function lookAtFile(file: ForeignFile, options: ThreadOptions): Promise<ForeignLook> {
  return runThread('importWorker', { step: 'look', ...file } satisfies ImportOrder, options);
}

/**
 * Divides a foreign archive in a thread into one without rows and one with them, as our own dumps are, without its
 * compression, and seals both. The rows are digested and pg_restore reads the original to its end meanwhile; no SQL of it
 * is run, and nothing of it lies on a disk in plain.
 * @throws IMPORT_UNREADABLE, STORE_FULL, TOOL_TOO_OLD, CANCELLED
 */
export function sealForeignFile(order: SealOrder, options: ThreadOptions): Promise<SealedImport> {
  return runThread('importWorker', { step: 'seal', ...order } satisfies ImportOrder, options);
}
