import { Worker } from 'node:worker_threads';
import { Failure } from '../../shared/failure.ts';
import type { ThreadMessage, ThreadOrder } from './thread.ts';

/** What a thread can do, by the name of its file; those of other rooms after the name of the room. */
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

/** A thread that has nothing to do ends after this time: its memory goes with it. */
const idleMs = 1_000;

/** To start a thread costs the processor as much as to dump a small table: those that wait are asked first. */
const idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];

/** Bytes that pass through leave nothing behind; whoever makes a million objects and keeps them has each moved less often. */
const youngMb = { passing: 1, keeping: 32 };
const keeping: ReadonlySet<ThreadName> = new Set(['retention/planWorker']);

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
    const worker = keeping.has(name) ? startThread(youngMb.keeping) : takeThread();
    let outcome = () => reject(new Error(`the ${name} thread ended before it was done`));
    const end = () => worker.postMessage('end' satisfies ThreadOrder);
    const settle = () => {
      options.signal.removeEventListener('abort', end);
      worker.off('message', onMessage).off('error', onError).off('exit', settle);
      outcome();
    };
    const onError = (error: unknown) => {
      outcome = () => reject(error);
    };
    const onMessage = (message: ThreadMessage) => {
      if (message.kind === 'progress') options.onBytes?.(message.bytes);
      else if (message.kind === 'done') {
        outcome = () => resolve(message.result as Result);
        if (keeping.has(name)) end();
        else if (!options.signal.aborted) {
          settle();
          keepThread(worker);
        }
      } else {
        const { code, message: sentence, hint, details } = message.failure;
        outcome = () => reject(options.signal.aborted ? cancelled() : new Failure(code, sentence, hint, { details }));
      }
    };
    options.signal.addEventListener('abort', end, { once: true });
    worker.on('message', onMessage).on('error', onError).on('exit', settle);
    worker.postMessage({ work: fileOf(name).href, order } satisfies ThreadOrder);
  });
}

function takeThread(): Worker {
  const waiting = idle.pop();
  if (waiting) {
    clearTimeout(waiting.timer);
    waiting.worker.ref();
    return waiting.worker;
  }
  const worker = startThread(youngMb.passing);
  worker.on('error', () => leave(worker)); // who waits for it hears of it too
  worker.on('exit', () => leave(worker));
  return worker;
}

function startThread(maxYoungGenerationSizeMb: number): Worker {
  return new Worker(fileOf('threadWorker'), { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb } });
}

/** The thread waits for its next order, but the program does not wait for it. */
function keepThread(worker: Worker): void {
  worker.unref();
  const timer = setTimeout(() => {
    leave(worker);
    worker.postMessage('end' satisfies ThreadOrder);
  }, idleMs);
  idle.push({ worker, timer: timer.unref() });
}

function leave(worker: Worker): void {
  const at = idle.findIndex((waiting) => waiting.worker === worker);
  if (at !== -1) idle.splice(at, 1);
}

/** Bundled, all of them lie beside this file; else each in its room. */
function fileOf(name: ThreadName | 'threadWorker'): URL {
  const [file, room = 'streams'] = name.split('/').toReversed();
  const path = import.meta.url.endsWith('.ts') ? `../${room}/${file}.ts` : `./${file}.js`;
  return new URL(path, import.meta.url);
}

function cancelled(): Failure {
  return new Failure('CANCELLED', 'cancelled', 'Nothing was left half-made; start it again when you are ready.');
}
