import Database from 'better-sqlite3';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';

/** Kept from the garbage collector, which would close the lock of a lease that nobody looks at any more. */
const held = new Set<Database.Database>();

export interface Lease {
  release(): void;
}

/**
 * Makes this process the one owner of a state folder.
 *
 * The lock is SQLite's lock on a file of its own: the operating system drops it with the process, however that ends,
 * so that a killed owner never has to be cleaned up after.
 * @throws OWNER_BUSY while another process is the owner.
 */
export function takeLease(home: string): Lease {
  const whoPath = join(home, 'owner.json');
  const lock = new Database(join(home, 'owner.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
    throw new Failure(
      'OWNER_BUSY',
      'another Strongroom is working with this state folder',
      'Wait until it is done. If it is the console, do it there, or close that first.',
      { details: { owner: readOwner(whoPath) } },
    );
  }
  held.add(lock);
  writeFileSync(whoPath, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }), { mode: 0o600 });
  return {
    release() {
      rmSync(whoPath, { force: true });
      lock.close();
      held.delete(lock);
    },
  };
}

function readOwner(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
