import Database from 'better-sqlite3';
import { Failure } from '../../shared/failure.ts';
import { migrations } from './migrations.ts';
import { packManifest } from './packedManifest.ts';

export type State = Database.Database;

/** Of the files that make up a state database. */
export const stateFileSuffixes = ['', '-wal', '-shm'];

/**
 * Opens the state database and brings it to this version's shape.
 *
 * Every commit is on the disk when it returns (WAL with `synchronous=FULL`): the journals of unfinished work lie here.
 * @param check also reads the whole file for damage; an owner does, a reader need not.
 * @throws STATE_CORRUPT, STATE_NEWER
 */
export function openState(path: string, options: { check: boolean }): State {
  let state: State | undefined;
  try {
    state = new Database(path, { timeout: 5000 });
    state.pragma('journal_mode = WAL');
    state.pragma('synchronous = FULL');
    state.pragma('foreign_keys = ON');
    if (options.check && state.pragma('quick_check(1)', { simple: true }) !== 'ok') throw corrupt(path);
    migrate(state, path);
    return state;
  } catch (error) {
    state?.close();
    throw stateFailure(error, path);
  }
}

function migrate(state: State, path: string): void {
  const version = state.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length)
    throw new Failure(
      'STATE_NEWER',
      'the state folder was written by a newer Strongroom',
      'Install the newer version again, or use another state folder with --home.',
      { details: { path, version, known: migrations.length } },
    );
  if (version === migrations.length) return;
  state.function('pack_manifest', packManifest);
  state
    .transaction(() => {
      for (const migration of migrations.slice(version)) state.exec(migration);
      state.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

/** What an error of the state database means, at any time; another error comes back as it is. */
export function stateFailure(error: unknown, path: string): unknown {
  const { code } = error as { code?: unknown };
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB' ? corrupt(path, error) : error;
}

export function corrupt(path: string, cause?: unknown): Failure {
  return new Failure(
    'STATE_CORRUPT',
    'the state database is damaged or gone',
    'The backups themselves are safe in their stores; the next job sets the file aside and rebuilds it from them.',
    { details: { path }, cause },
  );
}
