import { expect, test } from '@playwright/test';
import { sealBytes, sealStream, unsealBytes, unsealStream } from '../../../main/sealing/age.ts';
import { generateRecipient } from '../../../main/sealing/keys.ts';
import { seededBytes } from '../../support/seededRandom.ts';

/** age seals in chunks of this size, each with a tag of 16 bytes, after the header and a nonce of 16 bytes. */
const chunk = 64 * 1024;
const tag = 16;
const nonce = 16;

async function* pieces(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gathered(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

const seal = async (plain: Uint8Array, recipients: string[]) => gathered(await sealStream(pieces(plain), recipients));
const unseal = async (sealed: Uint8Array, identity: string) => gathered(await unsealStream(pieces(sealed), identity));

/** The end of the text that begins every sealed file: a line `--- ` and the header's own tag. */
function headerLength(sealed: Buffer): number {
  return sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1;
}

let machine: { identity: string; recipient: string };
let recovery: { identity: string; recipient: string };
let stranger: { identity: string; recipient: string };
test.beforeAll(async () => {
  [machine, recovery, stranger] = [await generateRecipient(), await generateRecipient(), await generateRecipient()];
});

for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 1_000_000])
  test(`${size} bytes come back as they were, with the key of the machine and with the recovery key`, async () => {
    const plain = seededBytes(size);
    const sealed = await seal(plain, [machine.recipient, recovery.recipient]);
    for (const { identity } of [machine, recovery]) expect((await unseal(sealed, identity)).equals(plain)).toBe(true);
  });

test('a sealed file is in the format age v1, with a stanza per recipient, and shows nothing of the content', async () => {
  const sealed = await seal(Buffer.alloc(1_000, 'customer '), [machine.recipient, recovery.recipient]);
  const text = sealed.toString('latin1');
  expect(text.startsWith('age-encryption.org/v1\n-> X25519 ')).toBe(true);
  expect(text.match(/^-> X25519 /gm)).toHaveLength(2);
  expect(text).not.toContain('customer');
});

test('the same bytes are never sealed to the same file twice', async () => {
  const plain = seededBytes(100);
  const [one, two] = [await seal(plain, [machine.recipient]), await seal(plain, [machine.recipient])];
  expect(one.equals(two)).toBe(false);
});

test('another key does not open it, and the failure says which ones do', async () => {
  const sealed = await seal(seededBytes(10), [machine.recipient, recovery.recipient]);
  const wrong = { code: 'KEY_WRONG', hint: expect.stringContaining('recovery key') };
  await expect(unsealStream(pieces(sealed), stranger.identity)).rejects.toMatchObject(wrong);
  await expect(unsealBytes(sealed, stranger.identity)).rejects.toMatchObject(wrong);
});

test('small documents come back as they were', async () => {
  for (const size of [0, 1, 100_000]) {
    const plain = seededBytes(size);
    const sealed = await sealBytes(plain, [machine.recipient, recovery.recipient]);
    expect(Buffer.from(await unsealBytes(sealed, recovery.identity)).equals(plain)).toBe(true);
  }
});

test('a flipped bit is refused, wherever it lies', async () => {
  const sealed = await seal(seededBytes(2 * chunk + 100), [machine.recipient]);
  const header = headerLength(sealed);
  const firstChunk = header + nonce;
  const places = {
    'the version': 18,
    'the stanza': header - 60,
    "the header's tag": header - 10,
    'the nonce': header,
    'the first byte': firstChunk,
    'the tag of the first chunk': firstChunk + chunk,
    'the second chunk': firstChunk + chunk + tag + 5,
    'the last byte': sealed.length - 1,
  };
  for (const [place, at] of Object.entries(places)) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    await expect(unseal(changed, machine.identity), place).rejects.toMatchObject({
      code: expect.stringMatching(/^(BACKUP_UNREADABLE|KEY_WRONG)$/),
    });
  }
});

test('a flipped bit in the content is BACKUP_UNREADABLE, and nothing after it is handed on', async () => {
  const plain = seededBytes(3 * chunk);
  const sealed = await seal(plain, [machine.recipient]);
  sealed[headerLength(sealed) + nonce + chunk + tag + 5]! ^= 1;
  const got: Uint8Array[] = [];
  const reading = async () => {
    for await (const part of await unsealStream(pieces(sealed), machine.identity)) got.push(Uint8Array.from(part));
  };
  await expect(reading()).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' });
  const handedOn = Buffer.concat(got);
  expect(handedOn.length).toBeLessThanOrEqual(chunk);
  expect(handedOn.equals(plain.subarray(0, handedOn.length))).toBe(true);
});

test('what was cut off is refused, also exactly between two chunks', async () => {
  const sealed = await seal(seededBytes(3 * chunk), [machine.recipient]);
  const body = headerLength(sealed) + nonce;
  const cuts = [0, 1, 30, body - nonce, body - 1, body];
  for (let at = body + chunk + tag; at < sealed.length; at += chunk + tag) cuts.push(at - 1, at, at + 1);
  expect(cuts).toHaveLength(12);
  for (const cut of cuts)
    await expect(unseal(sealed.subarray(0, cut), machine.identity), `cut at ${cut}`).rejects.toMatchObject({
      code: 'BACKUP_UNREADABLE',
    });
});

test('chunks that changed places are refused', async () => {
  const sealed = await seal(seededBytes(3 * chunk), [machine.recipient]);
  const [first, second] = [0, 1].map((i) => headerLength(sealed) + nonce + i * (chunk + tag));
  const swapped = Buffer.concat([
    sealed.subarray(0, first),
    sealed.subarray(second, second! + chunk + tag),
    sealed.subarray(first, second),
    sealed.subarray(second! + chunk + tag),
  ]);
  await expect(unseal(swapped, machine.identity)).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' });
});

test('bytes that follow the last chunk are refused', async () => {
  const sealed = await seal(seededBytes(100), [machine.recipient]);
  await expect(unseal(Buffer.concat([sealed, sealed]), machine.identity)).rejects.toMatchObject({
    code: 'BACKUP_UNREADABLE',
  });
});

test('what is no sealed file is BACKUP_UNREADABLE', async () => {
  await expect(unseal(Buffer.from('PGDMP'), machine.identity)).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' });
});

test('a source that fails while it is read fails the sealing with its own reason', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield seededBytes(10);
    throw new Error('the dump broke');
  }
  await expect(gathered(await sealStream(broken(), [machine.recipient]))).rejects.toThrow('the dump broke');
});
