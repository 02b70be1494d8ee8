import { userInfo } from 'node:os';

/** Who runs Strongroom, as the operating system knows them; by number where the account has no name. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
