import type { ExpiryTools } from './expiryTools.ts';
import { unknownCopies } from './unknownCopies.ts';

/**
 * Notes for every store of which backups it needs no copy, because it would delete them at once: a store that was added
 * later, and a catalogue that was rebuilt and knows of no deletions. Else they would be sent there, and deleted again.
 * @throws CANCELLED
 */
export async function forgoExpired(
  { ledger, stores, planWith }: Pick<ExpiryTools, 'ledger' | 'stores' | 'planWith'>,
  signal: AbortSignal,
): Promise<void> {
  const unknown = unknownCopies(ledger, stores);
  if (unknown.length === 0) return;
  const plan = await planWith(unknown, signal);
  const going = new Set(plan.delete.map(({ id, store }) => `${id} ${store}`));
  for (const { id, store } of unknown) {
    const handle = stores.find(({ name }) => name === store);
    if (handle && going.has(`${id} ${store}`))
      ledger.forgo(id, handle, 'never sent here: it is too old for this store');
  }
}
