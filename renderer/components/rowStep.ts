/** Which row a key leads to; null for a key that leads nowhere. @param pageRows how many rows a page key passes. */
export function rowStep(key: string, current: number, count: number, pageRows: number): number | null {
  const last = Math.max(0, count - 1);
  const steps: Record<string, number> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + pageRows,
    PageUp: current - pageRows,
    Home: 0,
    End: last,
  };
  const next = steps[key];
  return next === undefined ? null : Math.min(last, Math.max(0, next));
}
