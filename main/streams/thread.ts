import { parentPort, workerData } from 'node:worker_threads';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';

/** What a thread tells the thread that started it. */
export type ThreadMessage<Result> =
  { kind: 'progress'; bytes: number } | { kind: 'done'; result: Result } | { kind: 'failed'; failure: FailureReport };

/** How often a thread may report its progress. */
const progressIntervalMs = 100;

/**
 * The inside of a worker thread: takes its one order, does the work, reports the result and ends.
 *
 * @param work gets a signal that aborts when the starter cancels, and `onBytes` to call with the total so far.
 */
export async function serveThread<Order, Result>(
  work: (order: Order, signal: AbortSignal, onBytes: (total: number) => void) => Promise<Result>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('this file is the entry of a worker thread');
  const cancel = new AbortController();
  port.on('message', () => cancel.abort());
  let reportedAt = -Infinity; // the first bytes are always told
  const onBytes = (bytes: number) => {
    const now = performance.now();
    if (now - reportedAt < progressIntervalMs) return;
    reportedAt = now;
    port.postMessage({ kind: 'progress', bytes } satisfies ThreadMessage<Result>);
  };
  try {
    const result = await work(workerData as Order, cancel.signal, onBytes);
    port.postMessage({ kind: 'done', result } satisfies ThreadMessage<Result>);
  } catch (error) {
    cancel.abort(); // nobody reads the children of this thread any more: they must not keep it waiting
    port.postMessage({ kind: 'failed', failure: reportFailure(error) } satisfies ThreadMessage<Result>);
  } finally {
    port.close();
  }
}
