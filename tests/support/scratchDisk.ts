import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small disk of its own, in memory, that can be full, read-only or unplugged. */
export interface ScratchDisk {
  path: string;
  makeReadOnly(): Promise<void>;
  /** Also when files on it are open; nothing happens the second time. */
  unplug(): Promise<void>;
}

/** Mounts a disk of so many MiB on an existing folder; null, with the reason, where that is not allowed. */
export async function mountScratchDisk(
  path: string,
  mebibytes: number,
): Promise<{ disk: ScratchDisk } | { disk: null; reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { disk: null, reason: 'only root on Linux can mount a small disk' };
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'strongroom-scratch', path]);
  } catch (error) {
    return { disk: null, reason: `this machine cannot mount a small disk: ${String(error)}` };
  }
  let isPlugged = true;
  const disk: ScratchDisk = {
    path,
    makeReadOnly: async () => {
      await run('mount', ['-o', 'remount,ro', path]);
    },
    unplug: async () => {
      if (isPlugged) await run('umount', ['--lazy', path]);
      isPlugged = false;
    },
  };
  return { disk };
}
