import type { ExpiringBackup } from '../../shared/retention.ts';
import type { RetentionLedger } from '../state/retentionLedger.ts';

/** Neither that a store has a copy of this backup is known, nor that it should have none. */
export interface UnknownCopy {
  id: string;
  store: string;
}

export function unknownCopies(ledger: RetentionLedger, stores: readonly { name: string }[]): UnknownCopy[] {
  return stores.flatMap(({ name: store }) => ledger.unknownIn(store).map((id) => ({ id, store })));
}

/** Pure: the backups as they would be with these copies. */
export function withCopies(backups: readonly ExpiringBackup[], unknown: readonly UnknownCopy[]): ExpiringBackup[] {
  const wishes = Map.groupBy(unknown, ({ id }) => id);
  return backups.map((backup) => ({
    ...backup,
    copies: [
      ...backup.copies,
      ...(wishes.get(backup.id) ?? []).map(({ store }) => ({
        store,
        state: 'STORED' as const,
        verified: false,
        sizeBytes: 0,
        reason: null,
      })),
    ],
  }));
}
