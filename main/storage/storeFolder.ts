import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { StoredObject } from '../../shared/store.ts';
import { isNotThere } from './durableFiles.ts';
import { isKeyPart } from './keyRules.ts';
import { folderMissing, localFailure } from './localErrors.ts';
import { objectMissing } from './objectFailures.ts';

/** Unfinished files live here, below the root: on the same file system, so that a rename is all it takes to finish. */
export const spoolName = 'spool';

/**
 * The folder of a store as it is found: what is in it, and what its errors mean. An object that is not there is told
 * apart from a disk that is not there, because the first may lead to "delete it from the catalogue".
 */
export class StoreFolder {
  private readonly name: string;
  private readonly root: string;

  constructor(name: string, root: string) {
    this.name = name;
    this.root = root;
  }

  pathOf(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  /** Runs `work` once it is sure that the root is there, and turns what the file system says into a Failure. */
  async attempt<T>(doing: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    try {
      await this.checkRoot();
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Failure) throw error;
      if (isNotThere(error)) await this.checkRoot();
      throw localFailure(this.name, this.root, doing, error);
    }
  }

  /** A file that is not there is a missing object only while the disk is there. */
  async missingOr(error: unknown, key: string): Promise<unknown> {
    if (!isNotThere(error)) return error;
    await this.checkRoot();
    return objectMissing(this.name, key, error);
  }

  async find(key: string): Promise<StoredObject | null> {
    try {
      const found = await stat(this.pathOf(key));
      return found.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : null;
    } catch (error) {
      if (!isNotThere(error)) throw error;
      await this.checkRoot();
      return null;
    }
  }

  async existing(key: string): Promise<StoredObject> {
    const found = await this.find(key);
    if (!found) throw objectMissing(this.name, key);
    return found;
  }

  /** Depth first, with every folder sorted as if its name ended in `/`: that is the order of the whole keys. */
  async *walk(folder: string, prefix: string, signal: AbortSignal | undefined): AsyncIterable<StoredObject> {
    const entries = await this.attempt('listing', signal, () => this.entriesOf(join(this.root, folder)));
    const keys = entries
      .filter((entry) => isKeyPart(entry.name) && !(folder === '' && entry.name === spoolName))
      .filter((entry) => entry.isDirectory() || entry.isFile())
      .map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : ''))
      .toSorted((a, b) => (a < b ? -1 : 1));
    for (const key of keys) {
      if (key.endsWith('/')) {
        if (key.startsWith(prefix) || prefix.startsWith(key)) yield* this.walk(key, prefix, signal);
      } else if (key.startsWith(prefix)) {
        const found = await this.attempt('listing', signal, () => this.find(key));
        // Null when it was deleted since the folder was read.
        if (found) yield found;
      }
    }
  }

  /** Empty when the folder is not there, as long as the root is. */
  async entriesOf(folder: string) {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (!isNotThere(error)) throw error;
      await this.checkRoot();
      return [];
    }
  }

  private async checkRoot(): Promise<void> {
    try {
      if ((await stat(this.root)).isDirectory()) return;
    } catch (error) {
      if (!isNotThere(error)) throw error;
    }
    throw folderMissing(this.name, this.root);
  }
}
