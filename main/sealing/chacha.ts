import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import { chacha20poly1305 as portable } from '@noble/ciphers/chacha.js';

const name = 'chacha20-poly1305';
const tagLength = 16;

/**
 * ChaCha20-Poly1305 (RFC 8439) as the age library asks for it: OpenSSL's where the runtime has it, which is five times
 * as fast, else the portable one (Electron is built with BoringSSL and has none). The build puts it in the place of the
 * portable one; see vite.config.ts.
 */
export const chacha20poly1305: (key: Uint8Array, nonce: Uint8Array) => AuthenticatedCipher = getCiphers().includes(name)
  ? native
  : portable;

interface AuthenticatedCipher {
  /** The ciphertext with its tag of 16 bytes behind it. */
  encrypt(plain: Uint8Array): Uint8Array;
  /** @throws Error when the tag is not right. */
  decrypt(sealed: Uint8Array): Uint8Array;
}

function native(key: Uint8Array, nonce: Uint8Array): AuthenticatedCipher {
  const options = { authTagLength: tagLength };
  return {
    encrypt(plain) {
      const cipher = createCipheriv(name, key, nonce, options);
      const body = cipher.update(plain);
      cipher.final();
      return Buffer.concat([body, cipher.getAuthTag()]);
    },
    decrypt(sealed) {
      const decipher = createDecipheriv(name, key, nonce, options);
      decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
      const plain = decipher.update(sealed.subarray(0, sealed.length - tagLength));
      decipher.final();
      return plain;
    },
  };
}
