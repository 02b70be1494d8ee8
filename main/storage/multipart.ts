import type { UploadOptions } from '../../shared/store.ts';
import { sizeDiffers } from './objectFailures.ts';
import { abortUpload, beginUpload, completeUpload, listParts, putPart, type Part } from './multipartRequests.ts';
import type { S3Bucket } from './s3Bucket.ts';
import { isUploadGone } from './s3Errors.ts';
import type { SourceFile } from './sourceFile.ts';

const mebibyte = 1024 * 1024;
/** Files below this go in one request. */
export const multipartFromBytes = 16 * mebibyte;
/** Enough to fill an uplink in spite of the pauses between parts; each takes a few MiB of memory. */
const partsAtOnce = 3;
/** S3 allows 10,000. */
const mostParts = 9000;
/** The user metadata that says from which file an object was made. */
const sourceTag = 'strongroom-source';

/** R2 wants all parts equal but the last; a resumed upload must come to the same size, so it depends on nothing else. */
export function partSize(sizeBytes: number): number {
  return Math.max(multipartFromBytes, Math.ceil(sizeBytes / mostParts / mebibyte) * mebibyte);
}

export function planParts(sizeBytes: number, partSizeBytes: number): Part[] {
  const count = Math.ceil(sizeBytes / partSizeBytes);
  return Array.from({ length: count }, (_, index) => {
    const offset = index * partSizeBytes;
    return { number: index + 1, offset, sizeBytes: Math.min(partSizeBytes, sizeBytes - offset) };
  });
}

/**
 * Uploads a file in parts, going on where an earlier try ended; the file under a key must be the same every time.
 *
 * A failure or a cancel leaves the upload open at the store and in the journal: the next call sends only the parts that
 * the store has not confirmed. Nothing is retried here.
 * @throws Failure STORE_…; the signal's reason when cancelled.
 */
export async function uploadInParts(
  bucket: S3Bucket,
  key: string,
  source: SourceFile,
  options: UploadOptions,
): Promise<void> {
  try {
    await uploadOnce(bucket, key, source, options);
  } catch (error) {
    if (!isUploadGone(error)) throw error;
    // Either it was completed and the answer was lost, or the store has cleaned up an old unfinished upload.
    const done = await isMadeFrom(bucket, key, source, options.signal);
    options.journal.end(key);
    if (done) options.onProgress?.(source.sizeBytes);
    else await uploadOnce(bucket, key, source, options);
  }
}

async function uploadOnce(bucket: S3Bucket, key: string, source: SourceFile, options: UploadOptions): Promise<void> {
  const { journal, signal, onProgress } = options;
  const partSizeBytes = partSize(source.sizeBytes);
  const plan = planParts(source.sizeBytes, partSizeBytes);

  // 1. Go on with an unfinished upload, or begin one.
  const resumed = await resume(bucket, key, plan, partSizeBytes, options);
  const uploadId = resumed?.uploadId ?? (await beginUpload(bucket, key, { [sourceTag]: tagOf(source) }, signal));
  const etags = resumed?.etags ?? new Map<number, string>();
  if (!resumed) journal.begin(key, uploadId, partSizeBytes);

  // 2. Send what is missing.
  const missing = plan.filter((part) => !etags.has(part.number));
  let doneBytes = source.sizeBytes - missing.reduce((sum, part) => sum + part.sizeBytes, 0);
  onProgress?.(doneBytes);
  await severalAtOnce(missing, async (part) => {
    const etag = await putPart(bucket, key, uploadId, source, part, signal);
    journal.partDone(key, { number: part.number, etag });
    etags.set(part.number, etag);
    doneBytes += part.sizeBytes;
    onProgress?.(doneBytes);
  });

  // 3. Make the object of its parts.
  const parts = [...etags].map(([number, etag]) => ({ number, etag })).toSorted((a, b) => a.number - b.number);
  await completeUpload(bucket, key, uploadId, parts, signal);

  // 4. Compare; the answer to 3 is no proof, Ceph's does not even have an ETag.
  const stored = await bucket.head(key, signal);
  journal.end(key);
  if (stored?.ContentLength !== source.sizeBytes)
    throw sizeDiffers(bucket.store, key, stored?.ContentLength ?? null, source.sizeBytes);
}

/** Null when there is nothing to go on with. The store's own list of parts counts, not what the journal hopes. */
async function resume(
  bucket: S3Bucket,
  key: string,
  plan: Part[],
  partSizeBytes: number,
  { journal, signal }: UploadOptions,
): Promise<{ uploadId: string; etags: Map<number, string> } | null> {
  const open = journal.find(key);
  if (!open) return null;
  const sizes = new Map(plan.map((part) => [part.number, part.sizeBytes]));
  const etags = new Map<number, string>();
  let fits = open.partSizeBytes === partSizeBytes;
  for await (const part of listParts(bucket, key, open.uploadId, signal)) {
    if (sizes.get(part.number) !== part.sizeBytes) fits = false;
    etags.set(part.number, part.etag);
  }
  if (!fits) {
    // Another plan, or another file: parts of both must not become one object.
    await abortUpload(bucket, key, open.uploadId, signal);
    journal.end(key);
    return null;
  }
  const journalled = new Set(open.parts.map((part) => part.number));
  for (const [number, etag] of etags) if (!journalled.has(number)) journal.partDone(key, { number, etag });
  return { uploadId: open.uploadId, etags };
}

/** Whether the object was made from this very file: the same size, and the tag that `begin` gave the upload. */
async function isMadeFrom(bucket: S3Bucket, key: string, source: SourceFile, signal?: AbortSignal): Promise<boolean> {
  const stored = await bucket.head(key, signal);
  return stored?.ContentLength === source.sizeBytes && stored.Metadata?.[sourceTag] === tagOf(source);
}

function tagOf(source: SourceFile): string {
  return `${source.sizeBytes}-${source.modifiedMs}`;
}

/** After a failure no new part begins, but those on their way may finish: they count when the upload is resumed. */
async function severalAtOnce(parts: Part[], send: (part: Part) => Promise<void>): Promise<void> {
  const waiting = [...parts];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let part = waiting.shift(); part && failures.length === 0; part = waiting.shift()) {
      try {
        await send(part);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: partsAtOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
