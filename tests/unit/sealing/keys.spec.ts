import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import {
  generateMachineKey,
  generateRecipient,
  parseMachineKey,
  signatureIsGood,
  signBytes,
  type MachineKey,
} from '../../../main/sealing/keys.ts';

const message = Buffer.from('a sealed manifest');

let key: MachineKey;
let other: MachineKey;
test.beforeAll(async () => {
  [key, other] = [await generateMachineKey(), await generateMachineKey()];
});

test('a recipient is of the kind that the age of every distribution knows', async () => {
  const { identity, recipient } = await generateRecipient();
  expect(identity).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
  expect(recipient).toMatch(/^age1[0-9a-z]{58}$/);
});

test('no two keys are alike', () => {
  for (const field of ['identity', 'recipient', 'signingKey', 'signingPublicKey', 'machineId'] as const)
    expect(key[field]).not.toBe(other[field]);
});

test('a machine is named after its public signing key', () => {
  expect(key.machineId).toBe(createHash('sha256').update(key.signingPublicKey).digest('hex').slice(0, 16));
});

test('a key comes back from its file as it was', () => {
  expect(parseMachineKey(JSON.stringify(key))).toEqual(key);
});

const damages: Record<string, (key: MachineKey) => string> = {
  'an empty file': () => '',
  'a file that is cut off': (whole) => JSON.stringify(whole).slice(0, -20),
  'a file with something else in it': () => '{"hello": "world"}',
  'a damaged signing key': (whole) => JSON.stringify({ ...whole, signingKey: whole.signingKey.slice(40) }),
  'another kind of identity': (whole) => JSON.stringify({ ...whole, identity: 'AGE-PLUGIN-YUBIKEY-1' }),
};
for (const [damage, text] of Object.entries(damages))
  test(`${damage} is KEY_WRONG, and the hint tells of the recovery key`, () => {
    expect(() => parseMachineKey(text(key))).toThrow(
      expect.objectContaining({ code: 'KEY_WRONG', hint: expect.stringContaining('recovery key') }),
    );
  });

test('a signature is good for the bytes and the key that it was made with', () => {
  const signature = signBytes(message, key);
  expect(signature).toHaveLength(64);
  expect(signatureIsGood(message, signature, key.signingPublicKey)).toBe(true);
});

test('a signature is not good for other bytes, by another key, changed or cut off', () => {
  const signature = signBytes(message, key);
  const changed = Buffer.from(signature);
  changed[5]! ^= 1;
  expect(signatureIsGood(Buffer.from('another manifest'), signature, key.signingPublicKey)).toBe(false);
  expect(signatureIsGood(message, signature, other.signingPublicKey)).toBe(false);
  for (const wrong of [changed, signature.subarray(1), Buffer.alloc(0), Buffer.alloc(64)])
    expect(signatureIsGood(message, wrong, key.signingPublicKey)).toBe(false);
});
