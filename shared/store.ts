export const storeKinds = ['local', 'r2', 'b2', 's3'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** How a store is reached; the secret access key is kept elsewhere. */
export type StoreSettings =
  | { kind: 'local'; path: string }
  | { kind: 'r2' | 'b2' | 's3'; endpoint: string; bucket: string; region: string; prefix: string; accessKeyId: string };

export interface StoredObject {
  /** Without the store's own prefix, `/` between the parts. */
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
}

export interface StoreCapacity {
  /** Bytes of our objects. */
  usedBytes: number;
  /** Of the disk; null where nobody can say (S3). */
  capacityBytes: number | null;
  freeBytes: number | null;
}

/** A multipart upload that has been begun and not been completed. */
export interface OpenUpload {
  uploadId: string;
  partSizeBytes: number;
  /** Parts that the store has confirmed. */
  parts: { number: number; etag: string }[];
}

/** An upload that the store holds parts of, whoever began it. */
export interface UnfinishedUpload {
  key: string;
  uploadId: string;
  begunAt: Date;
}

/** Where unfinished uploads are remembered, so that they resume after a crash. Every call is durable when it returns. */
export interface UploadJournal {
  find(key: string): OpenUpload | null;
  begin(key: string, uploadId: string, partSizeBytes: number): void;
  partDone(key: string, part: { number: number; etag: string }): void;
  /** Completed or abandoned. */
  end(key: string): void;
}

export interface UploadOptions {
  journal: UploadJournal;
  signal?: AbortSignal;
  /** Called with the bytes that are safely there so far, at most for every part. */
  onProgress?: (doneBytes: number) => void;
}

/**
 * The storage contract, the same for every kind.
 *
 * - An object appears whole or not at all; `put` and `upload` replace what is there.
 * - Everything is idempotent, so a caller or a wrapper may try any call again.
 * - "Missing" is `null` from `head`, `OBJECT_MISSING` from `get` and `read`, and success from `delete`.
 * - Errors are `Failure`s with a STORE_… code that names the store; transient ones have been retried already.
 */
export interface Store {
  readonly name: string;
  readonly kind: StoreKind;
  /** Stores one small object (at most 16 MiB). */
  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Stores a file of any size, and returns once its size in the store has been compared. */
  upload(key: string, path: string, options: UploadOptions): Promise<void>;
  /** Reads one small object whole (at most 64 MiB). */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Reads from `offset` (bytes) to the end. */
  read(key: string, offset?: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  head(key: string, signal?: AbortSignal): Promise<StoredObject | null>;
  /** All objects whose key begins with `prefix`, in the order of their keys, paged to the end. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>;
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /**
   * Deletes everything whose key begins with `prefix`, versions that a bucket keeps of it included, and returns once a
   * new listing has come back empty.
   */
  purge(prefix: string, signal?: AbortSignal): Promise<void>;
  /** Uploads in parts that were begun below `prefix` and neither completed nor given up; a folder has none. */
  unfinishedUploads(prefix: string, signal?: AbortSignal): AsyncIterable<UnfinishedUpload>;
  /** Gives up an upload in parts, so that its parts are no longer stored; one that is gone is given up already. */
  abortUpload(upload: UnfinishedUpload, signal?: AbortSignal): Promise<void>;
  capacity(signal?: AbortSignal): Promise<StoreCapacity>;
}
