import type { FailureReport } from '../../shared/failure.ts';

/**
 * What a thread can do: a file that is run by `runThread` exports it as `work`.
 *
 * @param signal aborts when the starter cancels. @param onBytes is to be called with the total so far.
 */
export type ThreadWork<Order, Result> = (
  order: Order,
  signal: AbortSignal,
  onBytes: (total: number) => void,
) => Promise<Result>;

/** What a thread is told: to do something, or to give up what it does and to end. */
export type ThreadOrder = { work: string; order: unknown } | 'end';

/** What a thread tells the thread that started it. After `failed` it ends, after `done` it waits for the next order. */
export type ThreadMessage =
  { kind: 'progress'; bytes: number } | { kind: 'done'; result: unknown } | { kind: 'failed'; failure: FailureReport };
