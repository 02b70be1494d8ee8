import { expect, test } from '@playwright/test';
import { Failure } from '../../../shared/failure.ts';
import { patientPolicy, withRetry, type RetryPolicy } from '../../../main/storage/retry.ts';

/** Waits for nothing, and notes for how long it should have. */
function noted(changes: Partial<RetryPolicy> = {}): { policy: RetryPolicy; waits: number[] } {
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  return { policy: { ...patientPolicy, random: () => 1, wait, ...changes }, waits };
}

function failure(transient: boolean): Failure {
  return new Failure('STORE_UNREACHABLE', 'the store is away', 'Wait.', { details: { store: 'x', transient } });
}

test('the upper bound of the delay doubles with each try, up to the limit', async () => {
  const { policy, waits } = noted({ tries: 6, baseMs: 100, maxMs: 500 });
  const trying = withRetry(() => Promise.reject(failure(true)), policy);
  await expect(trying).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: 'the store is away (tried 6 times)',
    hint: 'Wait.',
    details: { store: 'x', transient: false, tries: 6 },
  });
  expect(waits).toEqual([100, 200, 400, 500, 500]);
});

test('the delay is spread over the whole range', async () => {
  const { policy, waits } = noted({ tries: 3, baseMs: 100, random: () => 0.25 });
  await expect(withRetry(() => Promise.reject(failure(true)), policy)).rejects.toThrow();
  expect(waits).toEqual([25, 50]);
});

test('what cannot change is not tried again', async () => {
  const { policy, waits } = noted();
  for (const error of [failure(false), new TypeError('a bug')])
    await expect(withRetry(() => Promise.reject(error), policy)).rejects.toBe(error);
  expect(waits).toEqual([]);
});

test('a success after failures is a success', async () => {
  const { policy, waits } = noted();
  let calls = 0;
  const result = await withRetry(async () => {
    if (++calls < 4) throw failure(true);
    return 'done';
  }, policy);
  expect(result).toBe('done');
  expect(waits).toHaveLength(3);
});

test('progress starts the count anew', async () => {
  const { policy } = noted({ tries: 2 });
  let calls = 0;
  const result = await withRetry(async (progressed) => {
    if (++calls > 10) return calls;
    progressed();
    throw failure(true);
  }, policy);
  expect(result).toBe(11);
});

test('no try begins after the total time', async () => {
  const { policy, waits } = noted({ totalMs: 250, baseMs: 100 });
  await expect(withRetry(() => Promise.reject(failure(true)), policy)).rejects.toMatchObject({ details: { tries: 3 } });
  expect(waits).toEqual([100, 200]);
});

test('a cancel interrupts the waiting, with its own reason', async () => {
  const cancel = new AbortController();
  const reason = new Error('the user had enough');
  const trying = withRetry(
    () => Promise.reject(failure(true)),
    { ...patientPolicy, random: () => 1, baseMs: 60_000, maxMs: 60_000 },
    cancel.signal,
  );
  setTimeout(() => cancel.abort(reason), 20);
  await expect(trying).rejects.toBe(reason);
});
