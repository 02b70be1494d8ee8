import { isWanted, type Backup, type BackupKind, type BackupStatus } from '../../../shared/backup.ts';

/** What a row of the list shows of a backup: little, because 100,000 of them may be held. */
export interface BackupRow {
  id: string;
  source: string;
  kind: BackupKind;
  tenant: string | null;
  status: BackupStatus;
  sizeBytes: number;
  durationSeconds: number | null;
  createdAt: string;
  pinned: boolean;
  cancelled: boolean;
  /** The note, or why it failed. */
  remark: string;
  /** Stores with a good copy. */
  goodIn: readonly string[];
  /** Stores from which its copy was taken away, by retention or by hand. */
  goneFrom: number;
  deleted: boolean;
}

const interned = new Map<string, readonly string[]>();

/** @returns the row of a backup; lists of stores that are the same are held once. */
export function rowOf(backup: Backup): BackupRow {
  const { id, source, kind, tenant, status, sizeBytes, durationSeconds, createdAt, pinned, note, failure, copies } =
    backup;
  const stores = copies.filter(({ state }) => state === 'STORED').map(({ store }) => store);
  const key = stores.join('\n');
  const goodIn = interned.get(key) ?? stores;
  interned.set(key, goodIn);
  const cancelled = failure?.code === 'CANCELLED';
  const remark = status === 'FAILED' && !cancelled ? (failure?.message ?? '') : (note ?? '');
  const goneFrom = copies.filter((copy) => !isWanted(copy)).length;
  const deleted = backup.deletedAt !== undefined;
  const shown = { id, source, kind, tenant, status, sizeBytes, durationSeconds, createdAt, pinned, cancelled };
  return { ...shown, remark, goodIn, goneFrom, deleted };
}

/** Only what exists can be verified. */
export function canVerify({ status, deleted }: Pick<BackupRow, 'status' | 'deleted'>): boolean {
  return !deleted && (status === 'COMPLETED' || status === 'VERIFIED');
}
