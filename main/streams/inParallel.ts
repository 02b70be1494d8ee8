/**
 * Runs all tasks at once; the first failure cancels the others, and nothing of them still runs when this returns.
 * @throws the first failure.
 */
export async function inParallel<Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  tasks: readonly [...Tasks],
  signal: AbortSignal,
): Promise<{ -readonly [Index in keyof Tasks]: Awaited<ReturnType<Tasks[Index]>> }> {
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
  return results as Awaited<ReturnType<typeof inParallel<Tasks>>>;
}
