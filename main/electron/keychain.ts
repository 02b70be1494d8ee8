import { safeStorage } from 'electron';
import type { Keychain } from '../console/desktopKeys.ts';

/**
 * The keychain of the operating system, as Electron reaches it: Keychain on macOS, DPAPI on Windows, the secret service
 * or KWallet on Linux.
 */
export const systemKeychain: Keychain = {
  async objection() {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'this system has no keychain, or it is locked';
    // Electron would then "encrypt" with a password that everybody knows.
    if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
      return 'this desktop has no keychain that keeps a secret';
    return null;
  },
  seal: (secret) => safeStorage.encryptStringAsync(secret),
  async unseal(sealed) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed));
    return { secret: result, stale: shouldReEncrypt };
  },
};
