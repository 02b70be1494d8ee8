import type { Store, StoreKind, UploadJournal } from '../../shared/store.ts';
import type { ReadLimits } from '../../shared/integrity.ts';
import type { MachineKey } from '../sealing/keys.ts';
import type { Catalogue } from '../state/catalogue.ts';
import type { CopyLooks } from '../state/copyLooks.ts';

export interface VerifyStore {
  name: string;
  kind: StoreKind;
  open(): Promise<Store>;
  /** Where an object lies as a file of this machine; null for a store that is not a folder here. */
  pathOf(key: string): string | null;
}

export interface VerifyTools {
  catalogue: Catalogue;
  repositoryId: string;
  machineKey: MachineKey;
  trustedKeys: readonly string[];
  stores: readonly VerifyStore[];
  spoolDir: string;
}

/** What a check works with that also makes bad copies again. */
export interface IntegrityTools extends VerifyTools {
  looks: CopyLooks;
  /** Backups of which a copy is read or made again now: none of them may be deleted meanwhile. */
  reading: Set<string>;
  journalOf(store: string): UploadJournal;
  limitsOf(store: VerifyStore): ReadLimits;
}
