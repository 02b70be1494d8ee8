import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../shared/failure.ts';

/**
 * Where this machine's key rests: a port. Outside Electron it is a file that only its owner can read; Electron brings
 * the keychain of the operating system.
 */
export interface KeyStore {
  /** @throws KEY_MISSING */
  load(): Promise<string>;
  save(secret: string): Promise<void>;
}

/** Where the desktop app keeps the key of a home that it has made: sealed, beside where the plain one would be. */
export function sealedKeyPaths(machineKeyPath: string): { keychain: string; passphrase: string } {
  const folder = dirname(machineKeyPath);
  return { keychain: join(folder, 'machine.keychain'), passphrase: join(folder, 'machine.age') };
}

/** A key in a file with mode 0600. */
export function keyFile(path: string): KeyStore {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        const sealed = Object.values(sealedKeyPaths(path)).find((other) => existsSync(other));
        if (sealed && (error as NodeJS.ErrnoException).code === 'ENOENT')
          throw new Failure(
            'KEY_MISSING',
            'the key of this machine was sealed by the desktop app, and only the desktop app can open it',
            'Do this in the desktop app, signed in as the person who set it up; what only reads the catalogue works here as well.',
            { cause: error, details: { path: sealed } },
          );
        throw new Failure(
          'KEY_MISSING',
          'the key of this machine is missing',
          'Put the key file back from a copy, or recover with the recovery key from the recovery kit.',
          { cause: error, details: { path } },
        );
      }
    },
    save: (secret) => writePrivateFile(path, secret),
  };
}

/** Replaces a file whole, readable for its owner only, and durable when this returns. */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(part, 0o600);
  await rename(part, path);
  if (process.platform === 'win32') return; // a folder cannot be opened there; NTFS journals the rename
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
