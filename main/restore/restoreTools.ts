import type { Connection } from '../../shared/source.ts';
import type { Store, StoreKind } from '../../shared/store.ts';
import type { Login } from '../postgres/connect.ts';
import type { MachineKey } from '../sealing/keys.ts';
import type { Catalogue } from '../state/catalogue.ts';
import type { RestoreLog } from '../state/restoreLog.ts';

export interface RestoreFullRequest {
  /** A ULID. */
  id: string;
  backupId: string;
  /** The server to restore into, and a database there to begin from. */
  server: Connection;
  password: string | null;
  /** The new database; with `swap` the live one that it replaces once it is verified. */
  into: string;
  swap: boolean;
  /** Only copies of this store; null tries the nearest first. */
  store: string | null;
  toolsDir: string | null;
}

/** A store to restore from, nearest first. */
export interface RestoreStore {
  name: string;
  kind: StoreKind;
  open(): Promise<Store>;
  /** Where an object lies as a file of this machine; null for a store that is not a folder here. */
  pathOf(key: string): string | null;
}

/** What a restore works with; put together in console.ts. */
export interface RestoreTools {
  catalogue: Catalogue;
  restoreLog: RestoreLog;
  repositoryId: string;
  machineKey: MachineKey;
  /** Public keys whose manifests count, PEM. */
  trustedKeys: readonly string[];
  stores: readonly RestoreStore[];
  /** For what is downloaded and for the schema; swept at every start. */
  spoolDir: string;
  processors: number;
  initiatedBy: string;
  withLogin<T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T>;
}
