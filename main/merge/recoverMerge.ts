import { readdir } from 'node:fs/promises';
import { reportFailure, type Failure } from '../../shared/failure.ts';
import type { MergeTools, UndoPlace } from './mergeTools.ts';
import { removeUndo } from './undoFile.ts';
import { wasCommitted } from './wasCommitted.ts';
import type { RestoreLog } from '../state/restoreLog.ts';

type PasswordOf = (restore: { id: string; source: string }) => Promise<string | null>;
type RecoverTools = Pick<MergeTools, 'restoreLog' | 'withLogin' | 'dropScratch' | 'undo'>;

/**
 * Ends an interrupted merge: the server knows whether its transaction was committed. Either way the scratch database is
 * dropped.
 */
export async function recoverMerge(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin, dropScratch, undo }: RecoverTools,
  interrupted: Failure,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  if (!restore || !place) return;
  const marker = restoreLog.marker(id);
  await withLogin(place.connection, await passwordOf(restore), async (login) => {
    const committed = marker === null ? restore.merge?.rehearsal : await wasCommitted(marker.transaction, login);
    await dropScratch(place.scratch, login);
    if (committed) restoreLog.mergeEnded(id);
    else {
      await removeUndo(undo, id);
      restoreLog.notMerged(id, reportFailure(interrupted));
    }
  });
}

/** Ends an interrupted undo of a merge: it was committed or it was not. */
export async function recoverUndo(
  id: string,
  passwordOf: PasswordOf,
  { restoreLog, withLogin, undo }: RecoverTools,
): Promise<void> {
  const restore = restoreLog.get(id);
  const place = restoreLog.place(id);
  const marker = restoreLog.marker(id);
  if (!restore || !place || !marker) return;
  await withLogin(place.connection, await passwordOf(restore), async (login) => {
    if (await wasCommitted(marker.transaction, login)) {
      restoreLog.undone(id);
      await removeUndo(undo, id);
    } else restoreLog.undoing(id, null);
  });
}

/** Removes what undid merges that can be undone no longer. */
export async function sweepUndo(place: Pick<UndoPlace, 'dir'>, restoreLog: RestoreLog): Promise<void> {
  const files = await readdir(place.dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const now = new Date().toISOString();
  for (const file of files) {
    const id = file.split('.')[0] ?? '';
    const restore = restoreLog.get(id);
    if (restore === null || restore.status === 'IN_PROGRESS') continue;
    const until = restore.status === 'COMPLETED' ? restore.merge?.undoUntil : null;
    if (!until || until < now) await removeUndo(place, id);
  }
}
