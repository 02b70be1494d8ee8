import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { ConfigurationEntry } from '../../shared/configuration.ts';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { decompress } from '../sealing/codec.ts';
import { unsealStream } from '../sealing/age.ts';
import { fetchNearest } from './fetchObjects.ts';
import { openNearestManifest } from './openNearestManifest.ts';
import type { RestoreTools } from './restoreTools.ts';

/** The files of a backup of configuration, each compared with the signed manifest. */
export interface OpenedConfiguration {
  manifest: Manifest;
  files: { entry: ConfigurationEntry; content: Buffer }[];
  gaps: string[];
}

/**
 * Opens a backup of configuration from the nearest good copy.
 * @param only the name of the one store that may be asked; null asks them all.
 * @throws USAGE for a backup of another kind, NO_GOOD_COPY, BACKUP_UNREADABLE, CANCELLED
 */
export async function readConfiguration(
  backupId: string,
  only: string | null,
  tools: RestoreTools,
  job: Job,
): Promise<OpenedConfiguration> {
  const reasons: Record<string, string> = {};
  job.stage('fetching');
  const manifest = await openNearestManifest(backupId, only, reasons, tools, job);
  const object = manifest.objects.find(({ role }) => role === 'config');
  if (!object || !manifest.configuration)
    throw new Failure(
      'USAGE',
      `the backup ${backupId} holds no configuration`,
      'Choose one of the kind CONFIGURATION: strongroom list --kind CONFIGURATION.',
    );
  const dir = join(tools.spoolDir, `restore-${job.id}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    const stores = tools.stores.filter(({ name }) => only === null || name === only);
    const path = await fetchNearest(object, manifest, stores, reasons, { dir, promisedBytes: 0 }, tools, job, (bytes) =>
      job.done(bytes),
    );
    const plain = decompress(await unsealStream(createReadStream(path), tools.machineKey.identity), manifest.codec);
    const contents = await unpack(plain);
    const { entries, gaps } = manifest.configuration;
    return { manifest, gaps, files: entries.map((entry) => ({ entry, content: contentOf(entry, contents) })) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function unpack(tar: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const reader = extract();
  const reading = pipeline(Readable.from(tar), reader);
  reading.catch(() => undefined); // told below, when the entries have ended
  for await (const entry of reader) contents.set(entry.header.name, await buffer(entry));
  await reading;
  return contents;
}

function contentOf({ path, sha256 }: ConfigurationEntry, contents: ReadonlyMap<string, Buffer>): Buffer {
  const content = contents.get(path);
  if (content && createHash('sha256').update(content).digest('hex') === sha256) return content;
  throw new Failure(
    'BACKUP_UNREADABLE',
    `${path} is not in this backup as its manifest says`,
    'Restore from another store (--store), or an older backup.',
  );
}
