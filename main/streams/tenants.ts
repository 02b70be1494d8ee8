import type { Login } from '../postgres/connect.ts';
import type { TableCopy } from '../postgres/tenantCopy.ts';
import type { Codec } from '../sealing/codec.ts';
import { runThread, type ThreadOptions } from './runThread.ts';
import type { SealedFile } from './sealIntoFile.ts';
import type { DumpedTable } from './tableDigests.ts';

/** Read tables once, and write the rows of each tenant into an archive of its own. */
export interface TenantsOrder {
  /** Sees every row. */
  login: Login;
  /** An exported snapshot. */
  snapshot: string;
  lockTimeoutMs: number;
  /** Header and table of contents of the archives, of pg_dump. */
  head: Uint8Array;
  /** In the order of the table of contents. */
  tables: readonly TableCopy[];
  tenants: readonly { id: string; outputPath: string }[];
  codec: Codec;
  recipients: readonly string[];
}

/** The archive of one tenant; in the order of the tenants of the order. */
export interface TenantObject extends SealedFile {
  tables: DumpedTable[];
}

/**
 * Reads the tables in a thread, each of them once, and seals the rows of each tenant into an archive that pg_restore
 * reads; memory grows with the number of tenants, not with their rows. The files are durable when this returns.
 * @throws what the server complained of (SOURCE_…, PRIVILEGE_MISSING …), STORE_FULL, CANCELLED
 */
export function dumpTenants(order: TenantsOrder, options: ThreadOptions): Promise<TenantObject[]> {
  return runThread('tenantWorker', order, options);
}
