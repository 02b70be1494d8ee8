import { ReadableStream as NodeStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { Failure } from '../../shared/failure.ts';

/**
 * Encrypts a stream in the age v1 format (age-encryption.org/v1) for every recipient (`age1…`).
 * Through this library because Electron's node:crypto has no ChaCha20-Poly1305.
 */
export async function sealStream(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(webStream(source));
}

/**
 * Decrypts and authenticates a stream; a piece is handed on only when its own tag was right, and the last one
 * only when the stream is complete.
 * @throws KEY_WRONG when `identity` is none of the recipients; BACKUP_UNREADABLE, also while reading, when bytes were changed or are missing.
 */
export async function unsealStream(
  source: AsyncIterable<Uint8Array>,
  identity: string,
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return named(await decrypter.decrypt(webStream(source)));
  } catch (error) {
    throw sealFailure(error);
  }
}

/** Encrypts a small document. */
export async function sealBytes(bytes: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  return gathered(await sealStream(pieces(bytes), recipients));
}

/** Decrypts a small document. @throws KEY_WRONG, BACKUP_UNREADABLE */
export async function unsealBytes(bytes: Uint8Array, identity: string): Promise<Uint8Array> {
  return gathered(await unsealStream(pieces(bytes), identity));
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** The library's own way to do this loads all of `fetch`, which takes a short command a third of its time. */
async function gathered(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

async function* named(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw sealFailure(error);
  }
}

function sealFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/no identity matched/.test(message))
    return new Failure(
      'KEY_WRONG',
      'this key does not open the backup',
      'Use the key of the machine that made the backup, or the recovery key from the recovery kit.',
      { cause: error },
    );
  return new Failure(
    'BACKUP_UNREADABLE',
    'the sealed bytes were changed or are incomplete',
    'Use another copy of this backup; `strongroom verify` tells which copies are good.',
    { cause: error, details: { reason: message } },
  );
}

/** The library speaks of the web's streams, of which Node's are. */
function webStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return NodeStream.from(source) as unknown as ReadableStream<Uint8Array>;
}
