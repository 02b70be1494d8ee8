import { Decrypter, Encrypter } from 'age-encryption';

/** Seals a small document with a passphrase, in the age format: `age --decrypt` opens it as well. */
export async function sealWithPassphrase(text: string, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(text);
}

/** Opens it again; null when the passphrase is a wrong one. @throws when the document itself is damaged */
export async function unsealWithPassphrase(sealed: Uint8Array, passphrase: string): Promise<string | null> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(sealed, 'text');
  } catch (error) {
    if (error instanceof Error && /no identity matched/.test(error.message)) return null;
    throw error;
  }
}
