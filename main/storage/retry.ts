import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';

/** How long a store is given to recover. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries without any progress, the first one included. */
  tries: number;
  /** The delay before try n+1 is random between 0 and `baseMs · 2^(n-1)`, at most `maxMs` ("full jitter"). */
  baseMs: number;
  maxMs: number;
  /** No new try starts when this much time has passed since the first one or since the last progress. */
  totalMs: number;
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number;
}

/** About four seconds on average for a store that is really away, and up to five minutes for one that hangs. */
export const patientPolicy: RetryPolicy = {
  tries: 6,
  baseMs: 250,
  maxMs: 20_000,
  totalMs: 5 * 60_000,
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};

/** Whether trying again can help; whoever creates the failure says so in `details.transient`. */
function isTransient(error: unknown): error is Failure {
  return error instanceof Failure && error.details.transient === true;
}

/** Counts the tries of one call. Progress starts the count anew, so a long download survives any number of resets. */
export class Tries {
  private readonly policy: RetryPolicy;
  private readonly signal: AbortSignal | undefined;
  private failed = 0;
  private since = performance.now();

  constructor(policy: RetryPolicy, signal?: AbortSignal) {
    this.policy = policy;
    this.signal = signal;
  }

  progressed(): void {
    this.failed = 0;
    this.since = performance.now();
  }

  /**
   * Waits until it is time for the next try.
   * @throws the error itself when trying again cannot help, or the same failure with the number of tries when
   *   they are used up, or the signal's reason when cancelled.
   */
  async afterFailure(error: unknown): Promise<void> {
    this.signal?.throwIfAborted();
    if (!isTransient(error)) throw error;
    this.failed++;
    const { tries, baseMs, maxMs, totalMs, wait, random } = this.policy;
    const delayMs = random() * Math.min(maxMs, baseMs * 2 ** (this.failed - 1));
    const elapsedMs = performance.now() - this.since;
    if (this.failed >= tries || elapsedMs + delayMs > totalMs) throw givenUp(error, this.failed);
    try {
      await wait(delayMs, this.signal);
    } catch (interrupted) {
      // The timer throws an error of its own; the caller expects the reason that was given to the signal.
      this.signal?.throwIfAborted();
      throw interrupted;
    }
  }
}

/**
 * Calls `attempt` until it succeeds, fails for good or the policy is used up. `attempt` may report progress.
 * @throws what `Tries.afterFailure` throws.
 */
export async function withRetry<T>(
  attempt: (progressed: () => void) => Promise<T>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<T> {
  const tries = new Tries(policy, signal);
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt(() => tries.progressed());
    } catch (error) {
      await tries.afterFailure(error);
    }
  }
}

function givenUp(failure: Failure, tries: number): Failure {
  return new Failure(failure.code, `${failure.message} (tried ${tries} times)`, failure.hint, {
    // No longer transient for whoever is above: the trying has been done.
    details: { ...failure.details, transient: false, tries },
    cause: failure,
  });
}
