import { useCallback, useState } from 'react';

interface Choice {
  count: number;
  ids: () => string[];
  has: (row: { id: string }) => boolean;
  toggle: (row: { id: string }) => void;
  add: (rows: readonly { id: string }[]) => void;
  clear: () => void;
}

/** The rows that were chosen. */
export function useChoice(): Choice {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set());
  const toggle = useCallback(({ id }: { id: string }) => {
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const add = useCallback(
    (rows: readonly { id: string }[]) => setChosen((before) => before.union(new Set(rows.map(({ id }) => id)))),
    [],
  );
  const clear = useCallback(() => setChosen(new Set()), []);
  return { count: chosen.size, ids: () => [...chosen], has: ({ id }) => chosen.has(id), toggle, add, clear };
}
