import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Failure } from '../../shared/failure.ts';
import { sealWithPassphrase, unsealWithPassphrase } from '../sealing/passphrase.ts';
import { keyFile, sealedKeyPaths, writePrivateFile, type KeyStore } from '../secrets/keyStore.ts';
import type { Home } from './home.ts';

/** The keychain of the operating system: a port. */
export interface Keychain {
  /** Why it must not be trusted with a key; null when it may. */
  objection(): Promise<string | null>;
  seal(secret: string): Promise<Uint8Array>;
  /** `stale`: its own key has changed since, so that the secret should be sealed again. */
  unseal(sealed: Uint8Array): Promise<{ secret: string; stale: boolean }>;
}

/** Asks the person for a passphrase; null when none was given. A port. */
export type AskPassphrase = (occasion: 'choose' | 'enter' | 'wrong') => Promise<string | null>;

/**
 * Where the machine key of a home rests when the desktop app opens it.
 *
 * A home that has its key in a file, because the command line made it, keeps it there: both must be able to open it.
 * The key of a new home goes into the keychain, or, where that cannot be trusted, under a passphrase.
 */
export function desktopKeys(home: Home, keychain: Keychain, askPassphrase: AskPassphrase): KeyStore {
  const file = keyFile(home.machineKeyPath);
  const paths = sealedKeyPaths(home.machineKeyPath);
  /** What was just put under a passphrase: nobody is asked for it twice in one sitting. */
  let known: string | null = null;
  return {
    async load() {
      if (existsSync(home.machineKeyPath)) return file.load();
      if (existsSync(paths.keychain)) return loadFromKeychain(paths.keychain, keychain);
      if (existsSync(paths.passphrase)) return (known ??= await loadWithPassphrase(paths.passphrase, askPassphrase));
      return file.load(); // says that it is missing
    },
    async save(secret) {
      const objection = await keychain.objection();
      if (objection === null) {
        await saveInKeychain(paths.keychain, secret, keychain);
        return;
      }
      const passphrase = await askPassphrase('choose');
      if (passphrase === null)
        throw new Failure(
          'KEYCHAIN_UNSAFE',
          objection,
          'Choose a passphrase instead; Strongroom asks for it at each start.',
        );
      await writePrivateFile(paths.passphrase, await sealWithPassphrase(secret, passphrase));
      known = secret;
    },
  };
}

async function loadFromKeychain(path: string, keychain: Keychain): Promise<string> {
  const opened = await openKeychain(await readFile(path), keychain);
  if (opened.stale) await saveInKeychain(path, opened.secret, keychain);
  return opened.secret;
}

async function openKeychain(sealed: Uint8Array, keychain: Keychain): Promise<{ secret: string; stale: boolean }> {
  try {
    return await keychain.unseal(sealed);
  } catch (error) {
    throw new Failure(
      'KEY_MISSING',
      'the keychain of this system does not give out the key of this machine',
      'Unlock it, signed in as the person who set Strongroom up, and start again; else recover with the recovery key from the recovery kit.',
      { cause: error },
    );
  }
}

/** Written only after it was read back: a key that cannot be opened again would make every backup of it unreadable. */
async function saveInKeychain(path: string, secret: string, keychain: Keychain): Promise<void> {
  const sealed = await keychain.seal(secret);
  if ((await openKeychain(sealed, keychain)).secret !== secret)
    throw new Failure(
      'KEYCHAIN_UNSAFE',
      'the keychain of this system gives back something else than was put in',
      'Repair the keychain, then try again; nothing was changed.',
    );
  await writePrivateFile(path, sealed);
}

async function loadWithPassphrase(path: string, askPassphrase: AskPassphrase): Promise<string> {
  const sealed = await readFile(path);
  for (let occasion: 'enter' | 'wrong' = 'enter'; ; occasion = 'wrong') {
    const passphrase = await askPassphrase(occasion);
    if (passphrase === null)
      throw new Failure(
        'CANCELLED',
        'the passphrase was not given, so the key of this machine stays shut',
        'Start Strongroom again when you have it; without it, recover with the recovery key from the recovery kit.',
      );
    const secret = await unsealWithPassphrase(sealed, passphrase);
    if (secret !== null) return secret;
  }
}
