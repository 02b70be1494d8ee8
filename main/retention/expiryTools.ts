import type { ExpiryPlan, RetentionPolicy } from '../../shared/retention.ts';
import type { Store, StoreKind } from '../../shared/store.ts';
import type { RetentionLedger } from '../state/retentionLedger.ts';
import { planExpiry } from './planExpiry.ts';
import type { UnknownCopy } from './unknownCopies.ts';

/** What retention works with; `main/console/retention.ts` puts it together. */
export interface ExpiryTools {
  ledger: RetentionLedger;
  /** Fingerprint of the key of this machine, by which the stores know it. */
  machineId: string;
  /** Folders of this machine first, clouds later: in this order they are cleaned up. */
  stores: readonly ExpiryStore[];
  /** What works with a backup now, by the id of the backup. */
  inUse(): ReadonlyMap<string, string>;
  /** A plan for everything that the catalogue knows now, with everything that goes; what stays may be left out of it. */
  plan(signal: AbortSignal): Promise<ExpiryPlan>;
  /** What would go if these copies were there too, and nothing were in use. */
  planWith(assumed: readonly UnknownCopy[], signal: AbortSignal): Promise<Pick<ExpiryPlan, 'delete'>>;
  /** Removes what a failed backup has left in the local store. */
  undoRemains(id: string): Promise<'exists' | 'gone'>;
  /** The upload that goes on at the next replication, if one of this key does. */
  resumableUpload(store: string, key: string): string | null;
  now(): Date;
}

export interface ExpiryStore {
  name: string;
  kind: StoreKind;
  /** Null: set by another version and not understood. Nothing goes then. */
  policy: RetentionPolicy | null;
  open(): Promise<Store>;
}

/**
 * Plans for everything that the catalogue knows now.
 * @param of only this source, tenant and kind, which no other one has a say in.
 */
export function planNow(
  { ledger, stores, inUse, now }: Pick<ExpiryTools, 'ledger' | 'stores' | 'inUse' | 'now'>,
  of?: Parameters<RetentionLedger['backups']>[0],
): ExpiryPlan {
  return planExpiry({ backups: ledger.backups(of), stores, inUse: inUse(), now: now().getTime() });
}
