import type { PublishedKeys } from '../../shared/repositoryFormat.ts';
import type { Connection, Source } from '../../shared/source.ts';
import type { Store, StoreKind, UploadJournal } from '../../shared/store.ts';
import type { Login } from '../postgres/connect.ts';
import type { Codec } from '../sealing/codec.ts';
import type { MachineKey } from '../sealing/keys.ts';
import type { Catalogue } from '../state/catalogue.ts';
import type { LocalStore } from '../storage/localStore.ts';

/** A store that is opened when it is needed, because opening may already fail. */
export interface StoreHandle {
  name: string;
  kind: StoreKind;
  open(): Promise<Store>;
  /** What is left on its disk, in bytes; null where nobody can say, and where it is away: opening it tells why. */
  freeBytes(): Promise<number | null>;
}

export interface FullBackupRequest {
  /** A ULID. */
  id: string;
  source: Source;
  password: string | null;
  note: string | null;
  pinned: boolean;
}

/** What a backup works with; put together in console.ts. */
export interface BackupTools {
  catalogue: Catalogue;
  repositoryId: string;
  machineKey: MachineKey;
  publishedKeys: PublishedKeys;
  recoveryRecipient: string;
  codec: Codec;
  /** How many things may compute at once. */
  processors: number;
  strongroomVersion: string;
  /** Where the backup comes to exist. */
  localStore: LocalStore;
  /** Where it is copied to. */
  otherStores: readonly StoreHandle[];
  journalOf(store: string): UploadJournal;
  /** For what is shared by several backups of one run; emptied at the next start. */
  spoolDir: string;
  withLogin<T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T>;
}
