import { storeSeenSchema } from '../../shared/storeSeen.ts';
import type { Console } from './console.ts';

/**
 * What stores were never given, because they were away or full, or came later: the stores by the id of the backup. Only
 * of stores that answered when they were last looked at, and as much as fits there; the first local one is not among
 * them.
 */
export function overdueCopies({ settings, looks, catalogue }: Console): Map<string, string[]> {
  const stores = settings.stores();
  const primary = stores.find(({ settings: { kind } }) => kind === 'local')?.name;
  const overdue = new Map<string, string[]>();
  for (const { name } of stores) {
    const look = looks.get('store', name);
    if (name === primary || look?.failure) continue;
    let leftBytes = storeSeenSchema.safeParse(look?.seen).data?.freeBytes ?? Infinity;
    for (const { id, sizeBytes } of catalogue.neverCopiedTo(name)) {
      if (sizeBytes > leftBytes) continue;
      leftBytes -= sizeBytes;
      overdue.set(id, [...(overdue.get(id) ?? []), name]);
    }
  }
  return overdue;
}

export function hasOverdueCopies(console: Console): boolean {
  return overdueCopies(console).size > 0;
}
