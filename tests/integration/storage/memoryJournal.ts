import type { OpenUpload, UploadJournal } from '../../../shared/store.ts';

/** A journal that forgets with the process. `entries` shows a test what is open. */
export class MemoryJournal implements UploadJournal {
  readonly entries = new Map<string, OpenUpload>();

  find(key: string): OpenUpload | null {
    return this.entries.get(key) ?? null;
  }

  begin(key: string, uploadId: string, partSizeBytes: number): void {
    this.entries.set(key, { uploadId, partSizeBytes, parts: [] });
  }

  partDone(key: string, part: { number: number; etag: string }): void {
    const open = this.entries.get(key);
    if (!open) throw new Error(`no upload of ${key} is open`);
    open.parts.push(part);
  }

  end(key: string): void {
    this.entries.delete(key);
  }
}
