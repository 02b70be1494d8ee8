import { Worker } from 'node:worker_threads';
import { Failure } from '../../shared/failure.ts';
import type { ThreadMessage } from './thread.ts';

/** Entries of worker threads, by the name of their file; those of other rooms after the name of the room. */
export type ThreadName =
  | 'dumpWorker'
  | 'proofWorker'
  | 'loadWorker'
  | 'digestWorker'
  | 'importWorker'
  | 'tenantWorker'
  | 'retention/planWorker'
  | 'verify/forecastWorker';

export interface ThreadOptions {
  signal: AbortSignal;
  /** Called at most ten times a second with the bytes done so far. */
  onBytes?: (total: number) => void;
}

/** Bundled, every entry lies beside this file; else in its room. */
function entryOf(name: ThreadName): URL {
  const [file, room = 'streams'] = name.split('/').toReversed();
  const path = import.meta.url.endsWith('.ts') ? `../${room}/${file}.ts` : `./${file}.js`;
  return new URL(path, import.meta.url);
}

/**
 * Runs one order in a worker thread, so that heavy bytes never block this one.
 *
 * A cancelled thread is asked to stop, so that it can end its child processes, and is waited for.
 * @throws the thread's own Failure; CANCELLED when `signal` aborts.
 */
export function runThread<Order, Result>(name: ThreadName, order: Order, options: ThreadOptions): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(cancelled());
      return;
    }
    const worker = new Worker(entryOf(name), {
      workerData: order,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
    });
    let outcome: (() => void) | undefined;
    const cancel = () => worker.postMessage('cancel');
    options.signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: ThreadMessage<Result>) => {
      if (message.kind === 'progress') options.onBytes?.(message.bytes);
      else if (message.kind === 'done') outcome = () => resolve(message.result);
      else {
        const { code, message: sentence, hint, details } = message.failure;
        outcome = () => reject(options.signal.aborted ? cancelled() : new Failure(code, sentence, hint, { details }));
      }
    });
    worker.on('error', (error) => {
      outcome = () => reject(error);
    });
    worker.on('exit', (status) => {
      options.signal.removeEventListener('abort', cancel);
      if (outcome) outcome();
      else reject(new Error(`the ${name} thread ended with ${status} before it was done`));
    });
  });
}

function cancelled(): Failure {
  return new Failure('CANCELLED', 'cancelled', 'Nothing was left half-made; start it again when you are ready.');
}
