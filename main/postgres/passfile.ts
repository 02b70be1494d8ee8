import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../shared/source.ts';
import type { Login } from './connect.ts';

const pattern = /^passfile-[0-9a-f-]+$/;

/**
 * Runs `work` with a password file that only this user can read and that is gone afterwards.
 * A password on the command line or in the environment could be read by others.
 * @param dir where the file lies meanwhile. @param signal ends the sessions of this login, see `Login`.
 */
export async function withLogin<T>(
  dir: string,
  connection: Connection,
  password: string | null,
  work: (login: Login) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (password === null) return work({ connection, password, passfile: undefined, signal });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const passfile = join(dir, `passfile-${randomUUID()}`);
  // libpq: a backslash takes the meaning from a colon or a backslash
  const escaped = password.replace(/[\\:]/g, '\\$&');
  await writeFile(passfile, `*:*:*:*:${escaped}\n`, { mode: 0o600, flag: 'wx' });
  try {
    return await work({ connection, password, passfile, signal });
  } finally {
    await rm(passfile, { force: true });
  }
}

/** Removes the password files of a process that was killed. */
export async function sweepPassfiles(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => [] as string[]);
  for (const name of names) if (pattern.test(name)) await rm(join(dir, name), { force: true });
}
