import type { FailureCode } from './failure.ts';
import type { StoreKind } from './store.ts';

/** The id of a backup, a restore or a job: a ULID, which begins with its time. */
export const ulidPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export const backupKinds = ['FULL_DATABASE', 'TENANT', 'BASE', 'WAL_ARCHIVE', 'CONFIGURATION'] as const;
export type BackupKind = (typeof backupKinds)[number];

/** Backups made by other means: a custom-format archive, and the same as gzip in a Fernet token. */
export const importFormats = ['pg_dump', 'fernet-gzip'] as const;
export type ImportFormat = (typeof importFormats)[number];

export const backupStatuses = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'VERIFIED'] as const;
export type BackupStatus = (typeof backupStatuses)[number];

/**
 * `STORED` is whole and compared; `MISSING` and `DAMAGED` are what a verification found; `DELETING` and `DELETED` are no
 * longer wanted there, by retention or by hand.
 */
export const copyStates = [
  'PENDING',
  'UPLOADING',
  'STORED',
  'FAILED',
  'MISSING',
  'DAMAGED',
  'DELETING',
  'DELETED',
] as const;
export type CopyState = (typeof copyStates)[number];

/** One backup's presence in one store. */
export interface Copy {
  store: string;
  storeKind: StoreKind;
  state: CopyState;
  /** Key of the manifest, which makes the copy exist. */
  key: string;
  sizeBytes: number;
  verifiedAt: string | null;
  /** Why it is not there, or not good. */
  reason: string | null;
}

/** Whether a copy should be there: one that retention or a person has taken away is not missing. */
export function isWanted({ state }: Pick<Copy, 'state'>): boolean {
  return state !== 'DELETING' && state !== 'DELETED';
}

/** The stores, among those that there are, that have a good copy. */
export function goodCopiesOf({ copies }: Pick<Backup, 'copies'>, stores: readonly string[]): string[] {
  return copies.filter(({ state, store }) => state === 'STORED' && stores.includes(store)).map(({ store }) => store);
}

/** The stores that should have a copy: where somebody has deleted it, none is missing. */
export function wantedStores({ copies }: Pick<Backup, 'copies'>, stores: readonly string[]): string[] {
  return stores.filter((name) => copies.every((copy) => copy.store !== name || isWanted(copy)));
}

/** What a failure to read a copy says about it; null where it says something about the store or the key only. */
export function copyStateAfter(code: FailureCode): CopyState | null {
  switch (code) {
    case 'MANIFEST_MISSING':
    case 'OBJECT_MISSING':
      return 'MISSING';
    case 'COPY_DAMAGED':
    case 'BACKUP_UNREADABLE':
    case 'MANIFEST_FORGED':
    case 'MANIFEST_FOREIGN':
      return 'DAMAGED';
    default:
      return null;
  }
}

/** One backup as the catalogue knows it. Times are ISO 8601 UTC. */
export interface Backup {
  id: string;
  kind: BackupKind;
  source: string;
  tenant: string | null;
  status: BackupStatus;
  filename: string;
  /** Of what is stored, all objects together. */
  sizeBytes: number;
  /** Of the dump before compression. */
  plainBytes: number;
  /** SHA-256 of the manifest as it is stored; the manifest holds the hash of every object. */
  sha256: string | null;
  compressionRatio: number | null;
  durationSeconds: number | null;
  createdAt: string;
  verifiedAt: string | null;
  pinned: boolean;
  note: string | null;
  failure: { code: string; message: string; hint: string } | null;
  copies: Copy[];
  /** When its last copy was deleted; only then, and what is known of it stays. */
  deletedAt?: string;
}
