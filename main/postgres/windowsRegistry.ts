import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the installers for Windows note what they have installed; each has a key of its own below. */
const installations = 'HKLM\\SOFTWARE\\PostgreSQL\\Installations';

/** The `bin` folders of the PostgreSQL installations that the registry of Windows knows, also of other disks and folders. */
export async function registeredBinFolders(): Promise<string[]> {
  const reg = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'reg.exe');
  try {
    const query = ['query', installations, '/s', '/v', 'Base Directory'];
    const { stdout } = await promisify(execFile)(reg, query, { windowsHide: true, timeout: 10_000 });
    return baseDirectories(stdout).map((dir) => `${dir}\\bin`);
  } catch {
    return []; // `reg` ends with 1 where nothing is noted: then only the usual folders are looked through
  }
}

/** What `reg query … /v "Base Directory"` has printed: a line per value, `    Base Directory    REG_SZ    C:\…`. */
export function baseDirectories(printed: string): string[] {
  return [...printed.matchAll(/^\s+Base Directory\s+REG_(?:EXPAND_)?SZ\s+(.+?)\\*\s*$/gm)].map(([, dir]) => dir!);
}
