import type { ExpiryTools } from './expiryTools.ts';
import { planExpiry } from './planExpiry.ts';

/**
 * Notes for every store of which backups it needs no copy, because it would delete them at once: a store that was added
 * later, and a catalogue that was rebuilt and knows of no deletions. Else they would be sent there, and deleted again.
 */
export function forgoExpired({ ledger, stores, now }: Pick<ExpiryTools, 'ledger' | 'stores' | 'now'>): void {
  const unknown = stores.flatMap(({ name }) => ledger.unknownIn(name).map((id) => ({ id, store: name })));
  if (unknown.length === 0) return;
  const wishes = Map.groupBy(unknown, ({ id }) => id);
  const backups = ledger.backups().map((backup) => ({
    ...backup,
    copies: [
      ...backup.copies,
      ...(wishes.get(backup.id) ?? []).map(({ store }) => ({
        store,
        state: 'STORED' as const, // as if it were there: what would happen to it?
        verified: false,
        sizeBytes: 0,
        reason: null,
      })),
    ],
  }));
  const plan = planExpiry({ backups, stores, inUse: new Map(), now: now().getTime() });
  const going = new Set(plan.delete.map(({ id, store }) => `${id} ${store}`));
  for (const { id, store } of unknown) {
    const handle = stores.find(({ name }) => name === store);
    if (handle && going.has(`${id} ${store}`))
      ledger.forgo(id, handle, 'never sent here: it is too old for this store');
  }
}
