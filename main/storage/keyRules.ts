import { Failure } from '../../shared/failure.ts';

/** `put` refuses more than this: such an object belongs in a file and `upload`. */
const putLimitBytes = 16 * 1024 * 1024;
/** `get` refuses more than this, because it holds the object in memory. */
const getLimitBytes = 64 * 1024 * 1024;
/** S3 allows 1,024 bytes, of which the store's own prefix needs some. */
const keyLimit = 900;

const allowedPart = /^[A-Za-z0-9._-]+$/;

/** Whether this can be one part of a key, and so a file or folder name of ours. Windows drops a dot at the end. */
export function isKeyPart(part: string): boolean {
  return allowedPart.test(part) && !part.endsWith('.');
}

/** Whether `checkKey` lets this through; what else is in a bucket or folder is not ours. */
export function isKey(key: string): boolean {
  const parts = key.split('/');
  return parts.every(isKeyPart) && parts[0] !== 'spool' && key.length <= keyLimit;
}

/**
 * Lets through only keys that mean the same in a bucket and in a folder of any operating system: parts of
 * `A-Z a-z 0-9 . _ -` with `/` between them, never `.` or `..`, and not below `spool/`, which a folder needs for itself.
 * @throws Failure INTERNAL for any other key, because every key is made by this program.
 */
export function checkKey(key: string): void {
  if (!isKey(key)) throw refused('key', key);
}

/**
 * A prefix is the beginning of an allowed key, or empty.
 * @throws Failure INTERNAL otherwise.
 */
export function checkPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop() ?? '';
  const wellFormed = parts.every(isKeyPart) && (last === '' || allowedPart.test(last));
  if (!wellFormed || last === '..' || prefix.length > keyLimit) throw refused('prefix', prefix);
}

/** @throws Failure INTERNAL when the bytes are too many for `put`. */
export function checkPutSize(store: string, key: string, sizeBytes: number): void {
  if (sizeBytes <= putLimitBytes) return;
  throw new Failure(
    'INTERNAL',
    `an object of ${sizeBytes} bytes is too large to be put into the store "${store}" in one piece`,
    'This is a fault of Strongroom itself: please report it with the details.',
    { details: { store, key, sizeBytes } },
  );
}

/** @throws Failure STORE_FAILED when an object is too large for `get`; what we `get` is never that large. */
export function checkGetSize(store: string, key: string, sizeBytes: number): void {
  if (sizeBytes <= getLimitBytes) return;
  throw new Failure(
    'STORE_FAILED',
    `the object ${key} in the store "${store}" is ${sizeBytes} bytes, far more than Strongroom wrote there`,
    'Something else wrote into this store: look at the object, and give Strongroom a place of its own.',
    { details: { store, key, sizeBytes } },
  );
}

function refused(what: 'key' | 'prefix', value: string): Failure {
  return new Failure(
    'INTERNAL',
    `the ${what} ${JSON.stringify(value.slice(0, 100))} is not allowed in a store`,
    'This is a fault of Strongroom itself: please report it with the details.',
    { details: { [what]: value.slice(0, 1000) } },
  );
}
