import { DeleteObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Backup } from '../../../shared/backup.ts';
import type { FailureReport } from '../../../shared/failure.ts';
import type { Cluster } from '../../support/cluster.ts';
import { testS3 } from '../../support/radosgw.ts';
import { halfMade, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, succeed } from '../../support/strongroom.ts';

/** All that the catalogue lists, newest first. */
export async function listed({ cli }: Pick<ShopConsole, 'cli'>): Promise<Backup[]> {
  return (await succeed<{ backups: Backup[] }>(cli, 'list')).backups;
}

/** Asks for a backup that has to fail so, and looks that it left nothing but a FAILED row that says why. */
export async function expectFailedBackup(
  shopConsole: ShopConsole,
  expected: { code: FailureReport['code']; status: number },
  source = 'shop',
): Promise<Awaited<ReturnType<typeof refused>>> {
  const failure = await refused(shopConsole.cli, 'backup', 'full', source);
  expect(failure).toMatchObject(expected);
  expect(failure.hint).not.toBe('');
  expect(halfMade(shopConsole)).toEqual([]);
  const [newest] = await listed(shopConsole);
  expect(newest).toMatchObject({ source, status: 'FAILED', copies: [], failure: { code: expected.code } });
  return failure;
}

/** Keeps every dump of a database from coming to its end. */
export interface Gate {
  /** Resolves when a dump stands before it. */
  reached(): Promise<void>;
  open(): Promise<void>;
}

/**
 * Makes dumps of a database wait just before their end: pg_dump has written all rows and wants to read a sequence that
 * a transaction is about to drop. So a test can do what it wants "in the middle of the dump", without any luck.
 */
export async function holdDumpBack(cluster: Cluster, database: string): Promise<Gate> {
  await cluster.psql(database, 'CREATE SEQUENCE gate;');
  const client = new pg.Client({ connectionString: cluster.url(database) });
  client.on('error', () => undefined); // a test may kill the server under it
  await client.connect();
  await client.query('BEGIN; DROP SEQUENCE gate');
  return {
    async reached() {
      // Ours also asks pg_sequences, beside the dump.
      const waiting = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query !~ 'pg_sequences';`;
      while ((await cluster.psql(database, waiting)) === '0') await sleep(20);
    },
    open: () => client.end(),
  };
}

export async function newBucket(): Promise<string> {
  const bucket = `backup-${randomBytes(6).toString('hex')}`;
  await testS3().createBucket(bucket);
  return bucket;
}

/** All keys; of fewer than a thousand objects. */
export async function keysIn(bucket: string): Promise<string[]> {
  const { Contents } = await testS3().client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return (Contents ?? []).map(({ Key }) => Key ?? '');
}

/** Uploads that were begun and neither completed nor given up. */
export async function openUploadsIn(bucket: string): Promise<string[]> {
  const { Uploads } = await testS3().client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return (Uploads ?? []).map(({ Key }) => Key ?? '');
}

export async function emptyBucket(bucket: string): Promise<void> {
  for (const key of await keysIn(bucket))
    await testS3().client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** SQL for a table of so many megabytes that cannot be compressed. */
export const noise = (megabytes: number) => `CREATE EXTENSION pgcrypto;
  CREATE TABLE noise AS SELECT gen_random_bytes(1000) AS bytes FROM generate_series(1, ${megabytes * 1000});`;
