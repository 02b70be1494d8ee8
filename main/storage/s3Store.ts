import { ListObjectsV2Command, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { Failure } from '../../shared/failure.ts';
import type { StoreCapacity, StoredObject, UnfinishedUpload, UploadOptions } from '../../shared/store.ts';
import { checkGetSize, checkKey, checkPrefix, checkPutSize, isKey } from './keyRules.ts';
import { multipartFromBytes, uploadInParts } from './multipart.ts';
import { abortUpload } from './multipartRequests.ts';
import { beyondEnd, endedEarly, objectMissing, sizeDiffers } from './objectFailures.ts';
import type { ResumableStore } from './retryingStore.ts';
import { patientTimeouts, S3Bucket, sendPart, type S3Timeouts } from './s3Bucket.ts';
import { purgeUntilEmpty } from './purge.ts';
import { isInvalidRange, isUploadGone, s3Failure } from './s3Errors.ts';
import { deleteVersion, uploadsBelow, versionsBelow, type Version } from './s3Removal.ts';
import { digestBytes, withSource, type SourceFile } from './sourceFile.ts';
import type { S3Settings } from './storePresets.ts';

/**
 * A store in a bucket of Cloudflare R2, Backblaze B2 or any other S3 server.
 *
 * Nothing is retried here: failures say in `details.transient` whether that can help, and `RetryingStore` does it.
 */
export class S3Store implements ResumableStore {
  readonly name: string;
  readonly kind: S3Settings['kind'];
  private readonly bucket: S3Bucket;

  /** @throws Failure USAGE when the endpoint is no web address. */
  constructor(name: string, settings: S3Settings, secret: string, timeouts: S3Timeouts = patientTimeouts) {
    this.name = name;
    this.kind = settings.kind;
    this.bucket = new S3Bucket(name, settings, secret, timeouts);
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    checkPutSize(this.name, key, bytes.length);
    const digests = await digestBytes(bytes);
    await this.bucket.put(key, { ...digests, body: bytes, sizeBytes: bytes.length }, signal);
  }

  /** From 16 MiB in parts: then a failure or a cancel leaves the upload open, and the next call goes on with it. */
  async upload(key: string, path: string, options: UploadOptions): Promise<void> {
    checkKey(key);
    await withSource(path, (source) =>
      source.sizeBytes < multipartFromBytes
        ? this.uploadWhole(key, source, options)
        : uploadInParts(this.bucket, key, source, options),
    );
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    checkKey(key);
    const { body, sizeBytes } = await this.open(key, 0, signal);
    if (!body) return new Uint8Array();
    try {
      checkGetSize(this.name, key, sizeBytes);
    } catch (error) {
      body.destroy();
      throw error;
    }
    const bytes = Buffer.allocUnsafe(sizeBytes);
    let at = 0;
    for await (const chunk of this.whole(body, key, sizeBytes, signal)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  async read(key: string, offset = 0, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    checkKey(key);
    const { body, sizeBytes } = await this.open(key, offset, signal);
    return body ? this.whole(body, key, sizeBytes, signal) : Readable.from([]);
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | null> {
    checkKey(key);
    const found = await this.bucket.head(key, signal);
    if (!found) return null;
    const { ContentLength, LastModified } = found;
    if (ContentLength === undefined || !LastModified) throw this.unclear(`the size and time of ${key}`);
    return { key, sizeBytes: ContentLength, modifiedAt: LastModified };
  }

  /** Only objects after the key `after`, when it is given. Objects with names that are not ours are passed over. */
  async *list(prefix: string, signal?: AbortSignal, after?: string): AsyncIterable<StoredObject> {
    checkPrefix(prefix);
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket.name,
        Prefix: this.bucket.fullKey(prefix),
        StartAfter: after === undefined ? undefined : this.bucket.fullKey(after),
        ContinuationToken: token,
      });
      const page = await this.bucket.ask('listing', signal, (options) => this.bucket.client.send(command, options));
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        const key = this.bucket.ownKey(Key ?? '');
        if (key === null || !isKey(key)) continue;
        if (Size === undefined || !LastModified) throw this.unclear(`the size and time of ${key}`);
        yield { key, sizeBytes: Size, modifiedAt: LastModified };
      }
      token = page.NextContinuationToken;
      // A listing that ends too early would look like objects that are gone.
      if (page.IsTruncated && !token) throw this.unclear('the rest of a listing');
    } while (token);
  }

  /** On B2 every version goes: there, a plain delete only hides an object, which is still stored and paid for. */
  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    if (this.kind !== 'b2') return deleteVersion(this.bucket, { key, versionId: undefined }, signal);
    const versions: Version[] = [];
    for await (const version of versionsBelow(this.bucket, key, signal)) {
      // The key itself comes before all longer ones.
      if (version.key !== key) break;
      versions.push(version);
    }
    for (const version of versions) await deleteVersion(this.bucket, version, signal);
  }

  /** On B2 what is hidden goes as well: versions that a listing of the objects does not show. */
  async purge(prefix: string, signal?: AbortSignal): Promise<void> {
    checkPrefix(prefix);
    await purgeUntilEmpty(
      this.name,
      prefix,
      () => this.everythingBelow(prefix, signal),
      (version) => deleteVersion(this.bucket, version, signal),
    );
  }

  async *unfinishedUploads(prefix: string, signal?: AbortSignal): AsyncIterable<UnfinishedUpload> {
    checkPrefix(prefix);
    yield* uploadsBelow(this.bucket, prefix, signal);
  }

  async abortUpload({ key, uploadId }: UnfinishedUpload, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    try {
      await abortUpload(this.bucket, key, uploadId, signal);
    } catch (error) {
      if (!isUploadGone(error)) throw error;
    }
  }

  async capacity(signal?: AbortSignal): Promise<StoreCapacity> {
    let usedBytes = 0;
    for await (const object of this.list('', signal)) usedBytes += object.sizeBytes;
    return { usedBytes, capacityBytes: null, freeBytes: null };
  }

  private async everythingBelow(prefix: string, signal?: AbortSignal): Promise<Version[]> {
    if (this.kind === 'b2') return Array.fromAsync(versionsBelow(this.bucket, prefix, signal));
    return Array.fromAsync(this.list(prefix, signal), ({ key }) => ({ key, versionId: undefined }));
  }

  private async uploadWhole(key: string, source: SourceFile, { signal, onProgress }: UploadOptions): Promise<void> {
    await sendPart(source, 0, source.sizeBytes, signal, (hashed, stop) => this.bucket.put(key, hashed, stop));
    const stored = await this.bucket.head(key, signal);
    if (stored?.ContentLength !== source.sizeBytes)
      throw sizeDiffers(this.name, key, stored?.ContentLength ?? null, source.sizeBytes);
    onProgress?.(source.sizeBytes);
  }

  /** The body from `offset` and its announced size; no body when there is nothing from there on. */
  private async open(
    key: string,
    offset: number,
    signal?: AbortSignal,
  ): Promise<{ body?: Readable; sizeBytes: number }> {
    let found: GetObjectCommandOutput | null;
    try {
      found = await this.bucket.open(key, offset, signal);
    } catch (error) {
      if (!(error instanceof Failure) || !isInvalidRange(error.cause)) throw error;
      // S3 refuses a range that begins at the very end; for us it is the empty rest.
      const sizeBytes = (await this.head(key, signal))?.sizeBytes;
      if (sizeBytes === offset) return { sizeBytes: 0 };
      throw sizeBytes === undefined ? objectMissing(this.name, key) : beyondEnd(this.name, key, offset, sizeBytes);
    }
    if (!found) throw objectMissing(this.name, key);
    const { Body: body, ContentLength: sizeBytes, ContentRange } = found;
    if (!(body instanceof Readable)) throw this.unclear(`the bytes of ${key}`);
    if (sizeBytes === undefined || (offset > 0 && !ContentRange?.startsWith(`bytes ${offset}-`))) {
      body.destroy();
      throw this.unclear(`which bytes of ${key} these are`);
    }
    return { body, sizeBytes };
  }

  /** Passes the body on, and fails unless it is as long as it was announced. */
  private async *whole(
    body: Readable,
    key: string,
    sizeBytes: number,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Uint8Array> {
    let got = 0;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        signal?.throwIfAborted();
        got += chunk.length;
        // More than announced must not reach the caller either.
        if (got > sizeBytes) break;
        yield chunk;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(this.name, `reading ${key}`, error);
    }
    if (got !== sizeBytes) throw endedEarly(this.name, key, got, sizeBytes);
  }

  private unclear(what: string): Failure {
    return new Failure(
      'STORE_FAILED',
      `the store "${this.name}" did not say ${what}`,
      'Something between this machine and the store changes its answers, or the server does not speak S3 well.',
      { details: { store: this.name } },
    );
  }
}
