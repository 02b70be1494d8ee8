/**
 * Runs all tasks at once; the first failure cancels the others, and nothing of them still runs when this returns.
 * @throws the first failure.
 */
export async function inParallel<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
): Promise<T[]> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let first: { error: unknown } | undefined;
  const results = await Promise.all(
    tasks.map((task) =>
      task(both).catch((error: unknown) => {
        first ??= { error };
        stop.abort();
        return undefined;
      }),
    ),
  );
  if (first) throw first.error;
  return results as T[];
}
