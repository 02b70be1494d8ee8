import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { MergeWish } from '../../shared/merge.ts';
import type { Connection, TenantModel } from '../../shared/source.ts';
import type { Login } from '../postgres/connect.ts';
import type { TenantRows } from '../postgres/tenantRows.ts';
import type { Codec } from '../sealing/codec.ts';
import type { RestoreLog } from '../state/restoreLog.ts';

/** Only compare; do everything and roll it back; or do it. */
export type MergeWay = 'plan' | 'rehearse' | 'merge';

export interface MergeRequest extends MergeWish {
  /** A ULID. */
  id: string;
  way: MergeWay;
  backupId: string;
  /** The server, and a database there to begin from. */
  server: Connection;
  password: string | null;
  /** The live database. */
  into: string;
  /** How the tenants of the source are told apart; null where it has none. */
  model: TenantModel | null;
  /** Only copies of this store; null tries the nearest first. */
  store: string | null;
  toolsDir: string | null;
}

/** How what a merge undoes is sealed, and where it lies. */
export interface UndoPlace {
  dir: string;
  codec: Codec;
  recipients: readonly string[];
  identity: string;
}

/** What a merge works with; put together in console.ts, which joins it with the room that restores. */
export interface MergeTools {
  restoreLog: RestoreLog;
  initiatedBy: string;
  undo: UndoPlace;
  withLogin<T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T>;
  /** The signed manifest, from the nearest store that has it. */
  manifestOf(request: MergeRequest, job: Job): Promise<Manifest>;
  /** @throws TOOL_MISSING, TOOL_TOO_OLD where no client programs here can read the backup. */
  refuseUnreadable(request: MergeRequest, manifest: Manifest): Promise<void>;
  scratchName(id: string): string;
  /**
   * Restores the backup's tables and rows into a database of this name on the same server.
   * @param wanted one tenant's rows; null: all. Rows that cannot be told are there too.
   */
  fillScratch(
    request: MergeRequest,
    manifest: Manifest,
    wanted: TenantRows | null,
    scratch: string,
    login: Login,
    job: Job,
  ): Promise<void>;
  dropScratch(name: string, login: Login): Promise<void>;
}
