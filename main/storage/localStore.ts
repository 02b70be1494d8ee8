import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Store, StoreCapacity, StoredObject, UnfinishedUpload, UploadOptions } from '../../shared/store.ts';
import {
  copyDurably,
  errorCode,
  isNotThere,
  makeFoldersBelow,
  syncFile,
  syncFolder,
  writeDurably,
} from './durableFiles.ts';
import { checkGetSize, checkKey, checkPrefix, checkPutSize, isKeyPart } from './keyRules.ts';
import { localFailure } from './localErrors.ts';
import { beyondEnd, endedEarly, sizeDiffers } from './objectFailures.ts';
import { purgeUntilEmpty } from './purge.ts';
import { pieceBytes, withSource } from './sourceFile.ts';
import { spoolName, StoreFolder } from './storeFolder.ts';

/**
 * A store in a folder: a plain disk, a NAS, a USB disk. An object is a file whose path is the key.
 *
 * Every object is written in `spool/`, forced to the disk, renamed, and its folder forced to the disk; what the store
 * has confirmed survives a power cut. The root folder is never created here, see `makeFoldersBelow`.
 */
export class LocalStore implements Store {
  readonly name: string;
  readonly kind = 'local';
  readonly root: string;
  private readonly folder: StoreFolder;

  constructor(name: string, root: string) {
    this.name = name;
    this.root = resolve(root);
    this.folder = new StoreFolder(name, this.root);
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    checkPutSize(this.name, key, bytes.length);
    await this.folder.attempt(`writing ${key}`, signal, () => this.viaSpool(key, (path) => writeDurably(path, bytes)));
  }

  /** Copies the file. It needs no journal: a copy that was interrupted is begun anew. */
  async upload(key: string, path: string, options: UploadOptions): Promise<void> {
    checkKey(key);
    const { signal, onProgress } = options;
    await withSource(path, (source) =>
      this.folder.attempt(`writing ${key}`, signal, () =>
        this.viaSpool(key, async (spooled) => {
          await copyDurably(source, spooled, onProgress, signal);
          const { size } = await stat(spooled);
          if (size !== source.sizeBytes) throw sizeDiffers(this.name, key, size, source.sizeBytes);
        }),
      ),
    );
  }

  /**
   * A path for a file that the caller writes itself and hands over with `adopt`, so that a dump is written only once.
   * The folder exists; a file that is there from an earlier try is left as it is.
   * @throws Failure STORE_… when the folder cannot be used.
   */
  async stagingPath(name: string): Promise<string> {
    checkKey(name);
    if (!isKeyPart(name)) throw new TypeError(`a staging name has no folders: ${name}`);
    await this.folder.attempt('preparing a file', undefined, () => makeFoldersBelow(this.root, [spoolName]));
    return join(this.root, spoolName, name);
  }

  /**
   * Makes a finished file from `stagingPath` the object `key`, durably; it replaces what is there.
   * @throws Failure OBJECT_MISSING when there is no such file, also when it has been adopted before.
   */
  async adopt(key: string, stagedPath: string): Promise<void> {
    checkKey(key);
    if (dirname(resolve(stagedPath)) !== join(this.root, spoolName))
      throw new TypeError(`only a file from the spool of the store "${this.name}" can be adopted: ${stagedPath}`);
    await this.folder.attempt(`adopting ${key}`, undefined, async () => {
      try {
        await syncFile(stagedPath);
      } catch (error) {
        throw await this.folder.missingOr(error, `${spoolName}/${basename(stagedPath)}`);
      }
      await this.place(stagedPath, key);
    });
  }

  /** Removes the files of `stagingPath` whose name begins with `prefix`. */
  async discardStaged(prefix: string): Promise<void> {
    await this.folder.attempt('sweeping the spool', undefined, async () => {
      const spool = join(this.root, spoolName);
      for (const { name } of await this.folder.entriesOf(spool))
        if (name.startsWith(prefix)) await rm(join(spool, name), { force: true });
    });
  }

  /** Where an object lies; whether it is there is not looked at. */
  pathOf(key: string): string {
    checkKey(key);
    return this.folder.pathOf(key);
  }

  /**
   * Removes unfinished files, all of them or those last written before `olderThan`; returns how many. Only for the time
   * when nothing is being written, or with an `olderThan` that no running work can reach.
   */
  async sweepSpool(olderThan?: Date): Promise<number> {
    return this.folder.attempt('sweeping the spool', undefined, async () => {
      const spool = join(this.root, spoolName);
      let swept = 0;
      for (const entry of await this.folder.entriesOf(spool)) {
        const path = join(spool, entry.name);
        if (olderThan && (await stat(path)).mtime >= olderThan) continue;
        await rm(path, { recursive: true });
        swept++;
      }
      return swept;
    });
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    checkKey(key);
    return this.folder.attempt(`reading ${key}`, signal, async () => {
      const { sizeBytes } = await this.folder.existing(key);
      checkGetSize(this.name, key, sizeBytes);
      try {
        return await readFile(this.folder.pathOf(key), { signal });
      } catch (error) {
        throw await this.folder.missingOr(error, key);
      }
    });
  }

  async read(key: string, offset = 0, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    checkKey(key);
    const { sizeBytes } = await this.folder.attempt(`reading ${key}`, signal, () => this.folder.existing(key));
    if (offset > sizeBytes) throw beyondEnd(this.name, key, offset, sizeBytes);
    return this.bytesOf(key, offset, sizeBytes, signal);
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | null> {
    checkKey(key);
    return this.folder.attempt(`looking for ${key}`, signal, () => this.folder.find(key));
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    checkPrefix(prefix);
    yield* this.folder.walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, signal);
  }

  /** Deletes durably, and the folders that become empty with it. */
  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    await this.folder.attempt(`deleting ${key}`, signal, async () => {
      const path = this.folder.pathOf(key);
      if (!(await this.folder.find(key))) return;
      await rm(path, { force: true });
      let folder = dirname(path);
      for (; folder !== this.root; folder = dirname(folder)) {
        try {
          await rmdir(folder);
        } catch (error) {
          if (isNotThere(error)) continue;
          // Not empty; Windows and some NAS say it in other words.
          if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error) ?? '')) break;
          throw error;
        }
      }
      await syncFolder(folder);
    });
  }

  async purge(prefix: string, signal?: AbortSignal): Promise<void> {
    checkPrefix(prefix);
    await purgeUntilEmpty(
      this.name,
      prefix,
      () => Array.fromAsync(this.list(prefix, signal), ({ key }) => key),
      (key) => this.delete(key, signal),
    );
  }

  /** A folder knows no uploads in parts; what is unfinished lies in its spool, see `sweepSpool`. */
  async *unfinishedUploads(): AsyncIterable<UnfinishedUpload> {}

  async abortUpload(): Promise<void> {}

  async capacity(signal?: AbortSignal): Promise<StoreCapacity> {
    let usedBytes = 0;
    for await (const object of this.list('', signal)) usedBytes += object.sizeBytes;
    return this.folder.attempt('measuring the disk', signal, async () => {
      const disk = await statfs(this.root);
      // bavail, not bfree: what an ordinary account may still use.
      return { usedBytes, capacityBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize };
    });
  }

  /** What an ordinary account may still use of the disk, without going through what is there. @throws STORE_… */
  async freeBytes(): Promise<number> {
    return this.folder.attempt('measuring the disk', undefined, async () => {
      const disk = await statfs(this.root);
      return disk.bavail * disk.bsize;
    });
  }

  private async viaSpool(key: string, write: (path: string) => Promise<void>): Promise<void> {
    await makeFoldersBelow(this.root, [spoolName]);
    const spooled = join(this.root, spoolName, `${randomBytes(12).toString('hex')}.part`);
    try {
      await write(spooled);
      await this.place(spooled, key);
    } catch (error) {
      // The error that counts is the first one; a file that cannot be removed now is swept later.
      await Promise.allSettled([rm(spooled, { force: true })]);
      throw error;
    }
  }

  private async place(spooled: string, key: string): Promise<void> {
    const target = this.folder.pathOf(key);
    for (let tries = 1; ; tries++) {
      await makeFoldersBelow(this.root, key.split('/').slice(0, -1));
      try {
        await rename(spooled, target);
        break;
      } catch (error) {
        // A concurrent delete may have removed the folder as empty just now.
        if (!isNotThere(error) || tries === 3) throw error;
      }
    }
    await syncFolder(dirname(target));
  }

  private async *bytesOf(
    key: string,
    offset: number,
    sizeBytes: number,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Uint8Array> {
    const doing = `reading ${key}`;
    const file = await this.folder.attempt(doing, signal, async () => {
      try {
        return await open(this.folder.pathOf(key));
      } catch (error) {
        throw await this.folder.missingOr(error, key);
      }
    });
    try {
      for (let at = offset; at < sizeBytes;) {
        const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes - at));
        const { bytesRead } = await this.folder.attempt(doing, signal, () => file.read(buffer, 0, buffer.length, at));
        if (bytesRead === 0) throw endedEarly(this.name, key, at, sizeBytes);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}

/**
 * Makes the folder of a new store, at set-up and never later.
 * @throws Failure STORE_… when it cannot be made.
 */
export async function createStoreFolder(name: string, path: string): Promise<void> {
  const root = resolve(path);
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    throw localFailure(name, root, 'making the folder', error);
  }
}
