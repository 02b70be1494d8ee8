import { DeleteObjectCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { UnfinishedUpload } from '../../shared/store.ts';
import { isKey } from './keyRules.ts';
import type { S3Bucket } from './s3Bucket.ts';
import { isNotFound } from './s3Errors.ts';

/** One version of an object, or a delete marker. */
export interface Version {
  /** Without the store's own prefix. */
  key: string;
  /** Undefined where a bucket keeps no versions. */
  versionId: string | undefined;
}

/** Versions and delete markers of everything whose key begins with `prefix`, in the order of the keys. */
export async function* versionsBelow(bucket: S3Bucket, prefix: string, signal?: AbortSignal): AsyncIterable<Version> {
  let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (from) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: bucket.name,
      Prefix: bucket.fullKey(prefix),
      ...from,
    });
    const page = await bucket.ask(`listing the versions of ${prefix}`, signal, (options) =>
      bucket.client.send(command, options),
    );
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].toSorted((a, b) =>
      (a.Key ?? '') < (b.Key ?? '') ? -1 : Number(a.Key !== b.Key),
    );
    for (const { Key, VersionId } of found) {
      const key = bucket.ownKey(Key ?? '');
      if (key !== null && VersionId) yield { key, versionId: VersionId };
    }
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
}

/** Deletes one version, or the object where the bucket keeps no versions. What is gone is deleted. */
export async function deleteVersion(
  bucket: S3Bucket,
  { key, versionId }: Version,
  signal?: AbortSignal,
): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: bucket.fullKey(key), VersionId: versionId });
  await bucket.ask(`deleting ${key}`, signal, async (options) => {
    try {
      await bucket.client.send(command, options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}

/** Uploads in parts that nobody has completed or given up. */
export async function* uploadsBelow(
  bucket: S3Bucket,
  prefix: string,
  signal?: AbortSignal,
): AsyncIterable<UnfinishedUpload> {
  let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (from) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: bucket.name,
      Prefix: bucket.fullKey(prefix),
      ...from,
    });
    const page = await bucket.ask('listing unfinished uploads', signal, (options) =>
      bucket.client.send(command, options),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const key = bucket.ownKey(Key ?? '');
      if (key !== null && isKey(key) && UploadId && Initiated) yield { key, uploadId: UploadId, begunAt: Initiated };
    }
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
  }
}
