import type { Login } from '../postgres/connect.ts';
import { runThread, type ThreadOptions } from './runThread.ts';

/** Read tables out of a database again and digest them. */
export interface DigestOrder {
  login: Login;
  database: string;
  /** What COPY reads, `shop.sales (id, total)`. */
  copyTargets: string[];
  clientEncoding: string;
  /** In which moments are written; null is UTC. */
  timeZone: string | null;
}

export interface TableDigest {
  copyTarget: string;
  copyBytes: number;
  sha256: string;
}

/**
 * Digests what tables hold in a thread, in the way of the dump: SHA-256 of their COPY text in heap order.
 * @throws RESTORE_FAILED, SOURCE_CONNECTION_LOST …, CANCELLED
 */
export function digestTables(order: DigestOrder, options: ThreadOptions): Promise<TableDigest[]> {
  return runThread('digestWorker', order, options);
}
