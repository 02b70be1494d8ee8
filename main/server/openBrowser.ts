import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../console/home.ts';
import { replacePrivateFile } from './privateFile.ts';

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' };
/** Long enough for a browser that is only starting. */
const keptMs = 60_000;

/**
 * Opens the person's own browser at a one-time address. Others on this machine can read the arguments of a program, so
 * the browser is given a file that only we can read, and that leads on to the address.
 * @param onFailure told why no browser came up.
 */
export function openBrowser(url: string, home: Home, onFailure: (reason: string) => void): void {
  const opener = openers[process.platform] ?? 'xdg-open';
  const path = join(home.runDir, 'console.html');
  replacePrivateFile(
    path,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}">\n`,
  );
  const forget = () => rmSync(path, { force: true });
  setTimeout(forget, keptMs).unref();
  process.once('exit', forget);
  const child = spawn(opener, [path], { detached: true, stdio: 'ignore' });
  child.once('error', (error) => onFailure(error.message));
  child.once('exit', (status) => {
    // Windows' own opener ends with 1 when all went well.
    if (status !== 0 && process.platform !== 'win32') onFailure(`${opener} ended with ${status ?? 'a signal'}`);
  });
  child.unref();
}
