import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';

/*
 * Fernet (github.com/fernet/spec), of which only opening is needed:
 * base64url of  80 | time, 8 bytes | IV, 16 | AES-128-CBC with PKCS #7 | HMAC-SHA256 of all before, 32.
 * A token is a whole backup here, so it passes in pieces, twice: nothing is decrypted before the HMAC was found right.
 */

export interface FernetKey {
  signing: Buffer;
  encryption: Buffer;
}

export interface FernetFacts {
  /** When the token was made, by the clock of the machine that made it. */
  madeAt: Date;
}

const version = 0x80;
const headLength = 1 + 8 + 16;
const ivAt = 9;
const macLength = 32;
const blockLength = 16;

/** @throws IMPORT_KEY_WRONG when it is no Fernet key at all. */
export function parseFernetKey(text: string): FernetKey {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, 'base64url');
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(trimmed) || bytes.length !== 32)
    throw new Failure(
      'IMPORT_KEY_WRONG',
      'this is not a Fernet key',
      'It has 44 characters and ends with "=". The old system kept it among its settings.',
    );
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) };
}

/**
 * Reads a token to its end and checks its HMAC.
 * @throws IMPORT_KEY_WRONG, IMPORT_UNREADABLE
 */
export async function checkFernet(token: AsyncIterable<Buffer>, key: FernetKey): Promise<FernetFacts> {
  const hmac = createHmac('sha256', key.signing);
  let head: Buffer | null = null;
  let firstBlock: Buffer | null = null;
  let length = 0;
  for await (const part of partsOf(token)) {
    if (part.kind === 'mac') {
      if (!head || !firstBlock || length % blockLength !== 0) throw damaged('it was cut off');
      if (timingSafeEqual(hmac.digest(), part.bytes)) break;
      // What is decrypted here only chooses the words of the failure.
      throw looksLikeGzip(head, firstBlock, key) ? damaged('its signature is wrong') : wrongKey();
    }
    hmac.update(part.bytes);
    if (part.kind === 'head') head = part.bytes;
    else {
      if (!firstBlock || firstBlock.length < blockLength)
        firstBlock = Buffer.concat([firstBlock ?? Buffer.alloc(0), part.bytes.subarray(0, blockLength)]);
      length += part.bytes.length;
    }
  }
  return { madeAt: new Date(Number(head!.readBigUInt64BE(1)) * 1000) };
}

/**
 * Decrypts a token that was checked. It checks the HMAC again, at the end: the file may have been changed meanwhile.
 * @throws IMPORT_UNREADABLE
 */
export async function* openFernet(token: AsyncIterable<Buffer>, key: FernetKey): AsyncGenerator<Buffer> {
  const hmac = createHmac('sha256', key.signing);
  let decipher: ReturnType<typeof createDecipheriv> | undefined;
  for await (const { kind, bytes } of partsOf(token)) {
    if (kind === 'mac') {
      if (!timingSafeEqual(hmac.digest(), bytes)) throw damaged('it was changed while it was read');
      continue;
    }
    hmac.update(bytes);
    if (kind === 'head') decipher = createDecipheriv('aes-128-cbc', key.encryption, bytes.subarray(ivAt));
    else yield decipher!.update(bytes);
  }
  try {
    yield decipher!.final();
  } catch {
    throw damaged('its padding is wrong');
  }
}

type Part = { kind: 'head' | 'ciphertext' | 'mac'; bytes: Buffer };

/** The head once, the ciphertext in pieces, the HMAC last. @throws IMPORT_UNREADABLE */
async function* partsOf(token: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let held: Buffer = Buffer.alloc(0);
  let begun = false;
  for await (const piece of fromBase64url(token)) {
    held = held.length ? Buffer.concat([held, piece]) : piece;
    if (!begun && held.length > 0 && held[0] !== version) throw damaged('it does not begin as one');
    if (!begun && held.length >= headLength) {
      yield { kind: 'head', bytes: held.subarray(0, headLength) };
      held = held.subarray(headLength);
      begun = true;
    }
    if (!begun || held.length <= macLength) continue;
    yield { kind: 'ciphertext', bytes: held.subarray(0, held.length - macLength) };
    held = held.subarray(held.length - macLength);
  }
  if (!begun || held.length !== macLength) throw damaged('it is too short');
  yield { kind: 'mac', bytes: held };
}

async function* fromBase64url(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let carry = '';
  let end = '';
  let count = 0;
  for await (const chunk of source) {
    const text = chunk.toString('latin1');
    const stop = end === '' ? text.search(/[=\s]/) : 0;
    const body = stop === -1 ? text : text.slice(0, stop);
    if (stop !== -1) end += text.slice(stop);
    if (end.length > 8 || !/^[A-Za-z0-9_-]*$/.test(body)) throw damaged('it is not base64');
    count += body.length;
    carry += body;
    const whole = carry.length - (carry.length % 4);
    if (whole > 0) yield Buffer.from(carry.slice(0, whole), 'base64url');
    carry = carry.slice(whole);
  }
  if (end.trimEnd() !== '='.repeat((4 - (count % 4)) % 4) || carry.length === 1) throw damaged('it was cut off');
  if (carry !== '') yield Buffer.from(carry, 'base64url');
}

function looksLikeGzip(head: Buffer, firstBlock: Buffer, key: FernetKey): boolean {
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, head.subarray(ivAt)).setAutoPadding(false);
  return decipher
    .update(firstBlock.subarray(0, blockLength))
    .subarray(0, 3)
    .equals(Buffer.from([0x1f, 0x8b, 8]));
}

function damaged(reason: string): Failure {
  return new Failure(
    'IMPORT_UNREADABLE',
    `the file is no whole Fernet token: ${reason}`,
    'Use another copy of the file; compare its size with that of the original.',
    { details: { reason } },
  );
}

function wrongKey(): Failure {
  return new Failure(
    'IMPORT_KEY_WRONG',
    'this key does not open the file',
    'Look for the key that the old system used when it made this file; it may have been changed since.',
  );
}
