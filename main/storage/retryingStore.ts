import type {
  Store,
  StoreCapacity,
  StoredObject,
  StoreKind,
  UnfinishedUpload,
  UploadOptions,
} from '../../shared/store.ts';
import { Tries, withRetry, type RetryPolicy } from './retry.ts';

/** What the wrapper needs beyond the contract: a listing that goes on after a key. */
export interface ResumableStore extends Store {
  list(prefix: string, signal?: AbortSignal, after?: string): AsyncIterable<StoredObject>;
}

/**
 * Tries again what failed for a passing reason, so that callers see only failures that are worth telling.
 *
 * All retrying is here and none in the stores: `upload` is called again and resumes by its journal, `read` goes on at
 * the byte and `list` at the key that the caller already has. Only tries without progress are counted.
 */
export class RetryingStore implements Store {
  readonly name: string;
  readonly kind: StoreKind;
  private readonly inner: ResumableStore;
  private readonly policy: RetryPolicy;

  constructor(inner: ResumableStore, policy: RetryPolicy) {
    this.name = inner.name;
    this.kind = inner.kind;
    this.inner = inner;
    this.policy = policy;
  }

  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return withRetry(() => this.inner.put(key, bytes, signal), this.policy, signal);
  }

  upload(key: string, path: string, options: UploadOptions): Promise<void> {
    let mostBytes = 0;
    return withRetry(
      (progressed) =>
        this.inner.upload(key, path, {
          ...options,
          onProgress: (doneBytes) => {
            // A resumed upload first reports what was there before: that is no progress.
            if (doneBytes > mostBytes) progressed();
            mostBytes = Math.max(mostBytes, doneBytes);
            options.onProgress?.(doneBytes);
          },
        }),
      this.policy,
      options.signal,
    );
  }

  get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return withRetry(() => this.inner.get(key, signal), this.policy, signal);
  }

  async read(key: string, offset = 0, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const body = await withRetry(() => this.inner.read(key, offset, signal), this.policy, signal);
    return this.readOn(body, key, offset, signal);
  }

  head(key: string, signal?: AbortSignal): Promise<StoredObject | null> {
    return withRetry(() => this.inner.head(key, signal), this.policy, signal);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    const tries = new Tries(this.policy, signal);
    let after: string | undefined;
    for (;;) {
      try {
        for await (const object of this.inner.list(prefix, signal, after)) {
          tries.progressed();
          after = object.key;
          yield object;
        }
        return;
      } catch (error) {
        await tries.afterFailure(error);
      }
    }
  }

  delete(key: string, signal?: AbortSignal): Promise<void> {
    return withRetry(() => this.inner.delete(key, signal), this.policy, signal);
  }

  purge(prefix: string, signal?: AbortSignal): Promise<void> {
    return withRetry(() => this.inner.purge(prefix, signal), this.policy, signal);
  }

  /** Read whole before anything of it is passed on: few are unfinished, and so a try can begin anew. */
  async *unfinishedUploads(prefix: string, signal?: AbortSignal): AsyncIterable<UnfinishedUpload> {
    const whole = () => Array.fromAsync(this.inner.unfinishedUploads(prefix, signal));
    yield* await withRetry(whole, this.policy, signal);
  }

  abortUpload(upload: UnfinishedUpload, signal?: AbortSignal): Promise<void> {
    return withRetry(() => this.inner.abortUpload(upload, signal), this.policy, signal);
  }

  capacity(signal?: AbortSignal): Promise<StoreCapacity> {
    return withRetry(() => this.inner.capacity(signal), this.policy, signal);
  }

  private async *readOn(
    first: AsyncIterable<Uint8Array>,
    key: string,
    offset: number,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Uint8Array> {
    const tries = new Tries(this.policy, signal);
    let body: AsyncIterable<Uint8Array> | undefined = first;
    let at = offset;
    for (;;) {
      try {
        body ??= await this.inner.read(key, at, signal);
        for await (const chunk of body) {
          tries.progressed();
          at += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        await tries.afterFailure(error);
        body = undefined;
      }
    }
  }
}
