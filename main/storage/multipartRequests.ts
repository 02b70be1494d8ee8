import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Failure } from '../../shared/failure.ts';
import { hashIsKnown, sendPart, signHash, type S3Bucket } from './s3Bucket.ts';
import type { SourceFile } from './sourceFile.ts';

/** A piece of a file on its way to be a part of an object. Numbers begin with 1. */
export interface Part {
  number: number;
  offset: number;
  sizeBytes: number;
}

/** Begins an upload; `metadata` will belong to the object. */
export async function beginUpload(
  bucket: S3Bucket,
  key: string,
  metadata: Record<string, string>,
  signal?: AbortSignal,
): Promise<string> {
  const command = new CreateMultipartUploadCommand({
    Bucket: bucket.name,
    Key: bucket.fullKey(key),
    Metadata: metadata,
  });
  const { UploadId } = await bucket.ask(`beginning ${key}`, signal, (o) => bucket.client.send(command, o));
  if (!UploadId) throw incomplete(bucket, `an upload id for ${key}`);
  return UploadId;
}

/** Sends one part of the file and returns its ETag. */
export async function putPart(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  source: SourceFile,
  part: Part,
  signal?: AbortSignal,
): Promise<string> {
  const { ETag } = await sendPart(source, part.offset, part.sizeBytes, signal, (hashed, stop) => {
    const command = new UploadPartCommand({
      Bucket: bucket.name,
      Key: bucket.fullKey(key),
      UploadId: uploadId,
      PartNumber: part.number,
      Body: hashed.body,
      ContentLength: hashed.sizeBytes,
      ContentMD5: hashed.md5Base64,
    });
    command.middlewareStack.add((next) => (args) => next(signHash(args, hashed)), hashIsKnown);
    const doing = `writing part ${part.number} of ${key}`;
    return bucket.ask(doing, stop, (o) => bucket.client.send(command, o), part.sizeBytes);
  });
  if (!ETag) throw incomplete(bucket, `an ETag for part ${part.number} of ${key}`);
  return ETag;
}

/** The parts that the store has. */
export async function* listParts(bucket: S3Bucket, key: string, uploadId: string, signal?: AbortSignal) {
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({
      Bucket: bucket.name,
      Key: bucket.fullKey(key),
      UploadId: uploadId,
      PartNumberMarker: marker,
    });
    const page = await bucket.ask(`listing the parts of ${key}`, signal, (o) => bucket.client.send(command, o));
    for (const { PartNumber, ETag, Size } of page.Parts ?? []) {
      if (PartNumber === undefined || !ETag) throw incomplete(bucket, `the number and ETag of a part of ${key}`);
      yield { number: PartNumber, etag: ETag, sizeBytes: Size };
    }
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker);
}

/** The answer does not prove that the object is there: look at it afterwards. */
export async function completeUpload(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  parts: { number: number; etag: string }[],
  signal?: AbortSignal,
): Promise<void> {
  const command = new CompleteMultipartUploadCommand({
    Bucket: bucket.name,
    Key: bucket.fullKey(key),
    UploadId: uploadId,
    MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
  });
  await bucket.ask(`completing ${key}`, signal, (o) => bucket.client.send(command, o));
}

export async function abortUpload(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  signal?: AbortSignal,
): Promise<void> {
  const command = new AbortMultipartUploadCommand({
    Bucket: bucket.name,
    Key: bucket.fullKey(key),
    UploadId: uploadId,
  });
  await bucket.ask(`giving up ${key}`, signal, (o) => bucket.client.send(command, o));
}

function incomplete(bucket: S3Bucket, what: string): Failure {
  return new Failure(
    'STORE_FAILED',
    `the store "${bucket.store}" answered without ${what}`,
    'This server does not speak S3 well enough for multipart uploads: use another one.',
    { details: { store: bucket.store } },
  );
}
