import { Failure, type FailureReport } from '../../shared/failure.ts';
import type { Codec } from '../sealing/codec.ts';
import { runThread, type ThreadOptions } from './runThread.ts';

/** Read one sealed file to its end and compare it with what its manifest says. */
export interface ProofOrder {
  path: string;
  codec: Codec;
  /** Opens the file; null compares only size and hash. */
  identity: string | null;
  sizeBytes: number;
  sha256: string;
  plainBytes: number;
  /** Rows and SHA-256 by `schema.table`, for an archive of rows. */
  tables: { schema: string; table: string; rows: number; sha256: string }[] | null;
  /** Path of a pg_restore that has to be able to read it; null for what is no archive. */
  pgRestore: string | null;
}

/** What came of one proof. */
export interface ProofResult {
  failure: FailureReport | null;
  /** When it was done, and how long it took. */
  provenAt: string;
  seconds: number;
}

/**
 * Proves in a thread that a stored file can be restored: size and SHA-256 of the file, authenticated decryption, the
 * decompressor's checksum, byte count, every table's digest, and pg_restore reads it.
 * @throws COPY_DAMAGED (size or hash), KEY_WRONG, BACKUP_UNREADABLE (what is inside), CANCELLED
 */
export async function proveObject(order: ProofOrder, options: ThreadOptions): Promise<void> {
  const [result] = await proveObjects([order], options);
  const failure = result?.failure;
  if (failure) throw new Failure(failure.code, failure.message, failure.hint, { details: failure.details });
}

/** The same for many files one after another, in one thread; each has its own result. @throws CANCELLED */
export function proveObjects(orders: readonly ProofOrder[], options: ThreadOptions): Promise<ProofResult[]> {
  return runThread('proofWorker', orders, options);
}
