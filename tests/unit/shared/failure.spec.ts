import { expect, test } from '@playwright/test';
import { assertNever, Failure, failureExits, reportFailure } from '../../../shared/failure.ts';

test('a failure reports its code, sentence, hint and details, and nothing else', () => {
  const failure = new Failure('STORE_FULL', 'the disk is full', 'Make room.', {
    details: { freeBytes: 0 },
    cause: new Error('ENOSPC, with a password in it'),
  });
  expect(reportFailure(failure)).toEqual({
    code: 'STORE_FULL',
    message: 'the disk is full',
    hint: 'Make room.',
    details: { freeBytes: 0 },
  });
  expect((failure.cause as Error).message).toContain('ENOSPC');
});

test('a failure without details has empty ones', () => {
  expect(reportFailure(new Failure('USAGE', 'no', 'Yes.')).details).toEqual({});
});

test('what was aborted is CANCELLED', () => {
  for (const error of [AbortSignal.abort().reason, Object.assign(new Error('aborted'), { name: 'AbortError' })])
    expect(reportFailure(error)).toMatchObject({ code: 'CANCELLED', message: 'cancelled' });
});

test('an error that nobody expected is INTERNAL, with the stack for whoever mends it', () => {
  expect(reportFailure(new TypeError('x is not a function'))).toMatchObject({
    code: 'INTERNAL',
    message: 'x is not a function',
    details: { stack: expect.stringContaining('failure.spec.ts') },
  });
});

test('anything else that was thrown is INTERNAL too', () => {
  expect(reportFailure('a string')).toMatchObject({ code: 'INTERNAL', message: 'a string', details: {} });
  expect(reportFailure(undefined)).toMatchObject({ code: 'INTERNAL', message: 'undefined' });
});

test('every code has one of the exit statuses that scripts know', () => {
  expect(new Set(Object.values(failureExits))).toEqual(new Set([1, 2, 3, 4, 5, 6, 130]));
  expect(Object.keys(failureExits).every((code) => /^[A-Z]+(_[A-Z]+)*$/.test(code))).toBe(true);
});

for (const [code, exit] of [
  ['CANCELLED', 130],
  ['USAGE', 2],
  ['BACKUP_NOT_FOUND', 4],
  ['STORE_NOT_FOUND', 4],
  ['OWNER_BUSY', 5],
  ['RESTORE_MISMATCH', 6],
  ['BACKUP_UNREADABLE', 6],
  ['ROW_SECURITY_FILTERS', 3],
  ['SOURCE_UNREACHABLE', 1],
] as const)
  test(`${code} ends the program with ${exit}`, () => {
    expect(failureExits[code]).toBe(exit);
  });

test('a value that a union does not have is an error that shows it', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('unexpected value {"kind":"new"}');
});
