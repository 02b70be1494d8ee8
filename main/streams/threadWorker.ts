import { parentPort } from 'node:worker_threads';
import { reportFailure } from '../../shared/failure.ts';
import type { ThreadMessage, ThreadOrder, ThreadWork } from './thread.ts';

/** How often a thread may report its progress. */
const progressIntervalMs = 100;

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
/** Of the order that is under way. */
let current: AbortController | null = null;

port.on('message', (message: ThreadOrder) => {
  if (message !== 'end') void serve(message);
  else if (current) current.abort();
  else port.close();
});

/** Does what one order says, and tells how it goes. */
async function serve({ work, order }: Exclude<ThreadOrder, 'end'>): Promise<void> {
  const cancel = new AbortController();
  current = cancel;
  let reportedAt = -Infinity; // the first bytes are always told
  const onBytes = (bytes: number) => {
    const now = performance.now();
    if (now - reportedAt < progressIntervalMs) return;
    reportedAt = now;
    tell({ kind: 'progress', bytes });
  };
  try {
    const file = (await import(work)) as { work: ThreadWork<unknown, unknown> };
    const result = await file.work(order, cancel.signal, onBytes);
    current = null;
    tell({ kind: 'done', result });
    if (cancel.signal.aborted) port.close();
  } catch (error) {
    cancel.abort(); // nobody reads the children of this thread any more: they must not keep it waiting
    tell({ kind: 'failed', failure: reportFailure(error) });
    port.close();
  }
}

function tell(message: ThreadMessage): void {
  port.postMessage(message);
}
