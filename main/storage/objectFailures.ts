import { Failure } from '../../shared/failure.ts';

/** The same words for the same thing, whatever the kind of the store. */
export function objectMissing(store: string, key: string, cause?: unknown): Failure {
  return new Failure(
    'OBJECT_MISSING',
    `the store "${store}" has no object ${key}`,
    'Look for another copy, and check who deletes files from this store.',
    { details: { store, key }, cause },
  );
}

/** A body ended before its announced end. Transient: the rest can be read again. */
export function endedEarly(store: string, key: string, gotBytes: number, wantedBytes: number): Failure {
  return new Failure(
    'STORE_FAILED',
    `the store "${store}" ended ${key} after ${gotBytes} of ${wantedBytes} bytes`,
    'Try again; when it happens again, check the connection and the disk behind this store.',
    { details: { store, key, gotBytes, wantedBytes, transient: true } },
  );
}

export function beyondEnd(store: string, key: string, offset: number, sizeBytes: number): Failure {
  return new Failure(
    'STORE_FAILED',
    `${key} in the store "${store}" has ${sizeBytes} bytes, and byte ${offset} was asked for`,
    'The object was replaced by a shorter one meanwhile: start again.',
    { details: { store, key, offset, sizeBytes } },
  );
}

/** What was stored is not as long as what was sent. */
export function sizeDiffers(store: string, key: string, storedBytes: number | null, sentBytes: number): Failure {
  return new Failure(
    'STORE_FAILED',
    `the store "${store}" holds ${storedBytes ?? 'no'} bytes of ${key} after ${sentBytes} were sent`,
    'Do not rely on this copy; try again, and check the store when it happens again.',
    { details: { store, key, storedBytes, sentBytes } },
  );
}
