import { randomBytes } from 'node:crypto';
import { chacha20poly1305 as portable } from '@noble/ciphers/chacha.js';
import { expect, test } from '@playwright/test';
import { chacha20poly1305 } from '../../../main/sealing/chacha.ts';

const sizes = [0, 1, 15, 16, 17, 4096, 65_535, 65_536];

test('the cipher of the runtime and the portable one write the same bytes', () => {
  for (const size of sizes) {
    const [key, nonce, plain] = [randomBytes(32), randomBytes(12), randomBytes(size)];
    const sealed = chacha20poly1305(key, nonce).encrypt(plain);
    expect(Buffer.from(sealed)).toEqual(Buffer.from(portable(key, nonce).encrypt(plain)));
    expect(Buffer.from(chacha20poly1305(key, nonce).decrypt(sealed))).toEqual(plain);
    expect(Buffer.from(portable(key, nonce).decrypt(sealed))).toEqual(plain);
  }
});

test('a changed byte anywhere, another key or another nonce is refused', () => {
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const sealed = chacha20poly1305(key, nonce).encrypt(randomBytes(100));
  for (const at of [0, 50, 99, 100, 115]) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => chacha20poly1305(key, nonce).decrypt(changed)).toThrow();
  }
  expect(() => chacha20poly1305(randomBytes(32), nonce).decrypt(sealed)).toThrow();
  expect(() => chacha20poly1305(key, randomBytes(12)).decrypt(sealed)).toThrow();
});

test('the vector of RFC 8439, section 2.8.2, without associated data differs only in its tag', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index));
  const nonce = Buffer.from('070000004041424344454647', 'hex');
  const plain = Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const sealed = Buffer.from(chacha20poly1305(key, nonce).encrypt(plain));
  expect(sealed.subarray(0, 16).toString('hex')).toBe('d31a8d34648e60db7b86afbc53ef7ec2');
  expect(sealed.subarray(96, 114).toString('hex')).toBe('3ff4def08e4b7a9de576d26586cec64b6116');
});
