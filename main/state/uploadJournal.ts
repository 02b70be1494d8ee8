import type { OpenUpload, UploadJournal } from '../../shared/store.ts';
import type { State } from './openState.ts';

/** Remembers the unfinished uploads to one store. */
export function uploadJournal(state: State, store: string): UploadJournal {
  return {
    find(key) {
      const upload = state
        .prepare(
          `SELECT upload_id AS uploadId, part_size_bytes AS partSizeBytes FROM uploads WHERE store = ? AND object_key = ?`,
        )
        .get(store, key) as Omit<OpenUpload, 'parts'> | undefined;
      if (!upload) return null;
      const parts = state
        .prepare('SELECT number, etag FROM upload_parts WHERE store = ? AND object_key = ? ORDER BY number')
        .all(store, key) as OpenUpload['parts'];
      return { ...upload, parts };
    },
    begin(key, uploadId, partSizeBytes) {
      state.transaction(() => {
        state.prepare('DELETE FROM uploads WHERE store = ? AND object_key = ?').run(store, key);
        state
          .prepare(
            'INSERT INTO uploads (store, object_key, upload_id, part_size_bytes, begun_at) VALUES (?, ?, ?, ?, ?)',
          )
          .run(store, key, uploadId, partSizeBytes, new Date().toISOString());
      })();
    },
    partDone(key, part) {
      state
        .prepare('INSERT OR REPLACE INTO upload_parts (store, object_key, number, etag) VALUES (?, ?, ?, ?)')
        .run(store, key, part.number, part.etag);
    },
    end(key) {
      state.prepare('DELETE FROM uploads WHERE store = ? AND object_key = ?').run(store, key);
    },
  };
}
