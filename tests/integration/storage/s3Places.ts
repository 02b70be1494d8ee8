import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { Store } from '../../../shared/store.ts';
import { openStore } from '../../../main/storage/openStore.ts';
import type { S3Settings } from '../../../main/storage/storePresets.ts';
import { testS3 } from '../../support/radosgw.ts';

export interface S3Place {
  settings: S3Settings;
  secret: string;
}

/** A new bucket on the real server, with the settings that a store of this kind has. */
export async function newPlace(kind: S3Settings['kind']): Promise<S3Place> {
  const s3 = testS3();
  const bucket = `${kind}-${randomBytes(6).toString('hex')}`;
  await s3.createBucket(bucket);
  // On B2 every bucket keeps its versions.
  if (kind === 'b2')
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  const region = { r2: 'auto', b2: 'eu-central-003', s3: 'us-east-1' }[kind];
  return {
    settings: { kind, endpoint: s3.endpoint, bucket, region, prefix: '/shop/backups/', accessKeyId: s3.accessKey },
    secret: s3.secretKey,
  };
}

export async function openPlace({ settings, secret }: S3Place): Promise<Store> {
  return openStore(`my-${settings.kind}`, settings, secret);
}
