import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import type { ConfigurationEntry, ConfigurationModel } from '../../shared/configuration.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { formatVersion, type Manifest } from '../../shared/manifest.ts';
import { objectKey } from '../../shared/repositoryFormat.ts';
import { chooseDumpTools, findClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { serverVersion } from '../postgres/inventory.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { sealManifest } from '../sealing/manifestFile.ts';
import { sealIntoFile } from '../streams/sealIntoFile.ts';
import type { BackupTools, FullBackupRequest } from './backupTools.ts';
import { commitLocally } from './commitLocally.ts';
import { findFiles, type FoundFile } from './findFiles.ts';
import { proveReadable, type Proof } from './proveReadable.ts';
import { readServer } from './readServer.ts';
import { replicate } from './replicate.ts';
import { globalsPart, spoolPart, type SpooledObject } from './spoolPart.ts';
import { undoBackup } from './undoBackup.ts';

export type ConfigurationRequest = FullBackupRequest & { model: ConfigurationModel };

/**
 * Takes one backup of configuration: chosen files, and what the server tells of its settings, access rules and roles.
 * What cannot be had (a file that may not be read, a server that does not answer) is named in the manifest, and does not
 * keep the rest from being backed up.
 * @throws USAGE for a path without a root, CONFIGURATION_EMPTY, CONFIGURATION_TOO_LARGE, STORE_…, CANCELLED. Then nothing
 *   is left but a FAILED row.
 */
export async function configurationBackup(
  request: ConfigurationRequest,
  tools: BackupTools,
  job: Job,
): Promise<Manifest> {
  const begun = performance.now();
  const { id, source, note, pinned, model } = request;
  tools.catalogue.begin({
    id,
    kind: 'CONFIGURATION',
    source: source.name,
    tenant: null,
    note,
    pinned,
    jobId: job.id,
  });
  job.reached('backup-begun');
  try {
    const takenAt = new Date();
    job.stage('reading files');
    const found = await findFiles(model, job.signal);
    const server = model.server ? await askServer(request, tools, job) : nothingAsked;
    const files = [...found.files, ...server.files];
    const gaps = [...found.gaps, ...server.gaps];
    if (files.length === 0) throw nothingFound(gaps);
    const objects = [await spoolFiles(id, files, tools), ...server.objects];
    job.reached('dump-sealed');
    const proof = await proveReadable(objects, null, tools, job);
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    const entries = files.map(entryOf);
    const manifest = buildManifest({
      request,
      takenAt,
      server,
      objects,
      configuration: { entries, gaps },
      proof,
      tools,
      durationSeconds,
    });
    const sealed = await sealManifest(manifest, tools.machineKey, manifest.recipients);
    await commitLocally(manifest, sealed, objects, tools, job); // the backup exists from here on
    tools.catalogue.record(manifest, sealed.sha256, tools.localStore);
    for (const gap of gaps) job.note(`not in this backup: ${gap}`);
    await replicate(manifest, sealed, tools, job);
    return manifest;
  } catch (error) {
    const outcome = await undoBackup(id, tools.localStore).catch(() => 'remains' as const);
    if (outcome !== 'exists') tools.catalogue.fail(id, reportFailure(error), outcome);
    throw error;
  }
}

/** What the server told, and the roles as SQL. */
interface AskedServer {
  version: Manifest['server'];
  tool: Manifest['tool'];
  files: FoundFile[];
  objects: SpooledObject[];
  gaps: string[];
}

const unknownVersion = { version: '', major: 0 };
const nothingAsked: AskedServer = {
  version: unknownVersion,
  tool: unknownVersion,
  files: [],
  objects: [],
  gaps: [],
};

/** A server that does not answer is a gap: its files may be what brings it back. */
async function askServer(request: ConfigurationRequest, tools: BackupTools, job: Job): Promise<AskedServer> {
  const { id, source, password } = request;
  job.stage('asking the server');
  const ask = async (login: Login): Promise<AskedServer> => {
    const { version, told } = await withClient(
      login,
      async (client) => ({ version: await serverVersion(client), told: await readServer(client) }),
      undefined,
      job.signal,
    );
    try {
      const chosen = chooseDumpTools(await findClientTools(source.toolsDir), version.major);
      const globals = await spoolPart(id, globalsPart({ tools: chosen }, login), login, tools, { signal: job.signal });
      return { ...told, version, tool: { version: chosen.version, major: chosen.major }, objects: [globals] };
    } catch (error) {
      job.signal.throwIfAborted();
      const gaps = [...told.gaps, `roles: ${reportFailure(error).message}`];
      return { ...told, version, tool: unknownVersion, objects: [], gaps };
    }
  };
  try {
    return await tools.withLogin(source.connection, password, ask);
  } catch (error) {
    job.signal.throwIfAborted();
    return { ...nothingAsked, gaps: [`the server: ${reportFailure(error).message}`] };
  }
}

/** One tar, so that `tar -x` brings the files back by hand. */
async function spoolFiles(id: string, files: readonly FoundFile[], tools: BackupTools): Promise<SpooledObject> {
  const { codec, localStore, machineKey, recoveryRecipient } = tools;
  const path = await localStore.stagingPath(`${id}.config.part`);
  const recipients = [machineKey.recipient, recoveryRecipient];
  const tar = pack();
  const sealing = sealIntoFile(tar as AsyncIterable<Buffer>, { codec, recipients, outputPath: path }, () => undefined);
  for (const { path: name, content, mode, modifiedAt: mtime } of files) tar.entry({ name, mode, mtime }, content);
  tar.finalize();
  const { plainBytes, storedBytes, storedSha256 } = await sealing;
  const key = objectKey(id, storedSha256, 'config', codecExtensions[codec]);
  const stored = { key, sizeBytes: storedBytes, sha256: storedSha256, plainBytes };
  return { role: 'config', ...stored, archiveVersion: null, path, tables: [] };
}

function entryOf({ path, content, mode, modifiedAt }: FoundFile): ConfigurationEntry {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, sizeBytes: content.length, sha256, mode, modifiedAt: modifiedAt.toISOString() };
}

function nothingFound(gaps: string[]): Failure {
  return new Failure(
    'CONFIGURATION_EMPTY',
    `there is nothing to back up${gaps.length > 0 ? ` (${gaps.slice(0, 3).join('; ')})` : ''}`,
    'Choose files that are there, as an account that may read them: strongroom source config NAME --path FILE.',
    { details: { gaps } },
  );
}

/** Pure: a manifest without a database. */
function buildManifest(parts: {
  request: ConfigurationRequest;
  takenAt: Date;
  server: AskedServer;
  objects: readonly SpooledObject[];
  configuration: Manifest['configuration'];
  proof: Proof;
  tools: BackupTools;
  durationSeconds: number;
}): Manifest {
  const { request, server, objects, configuration, proof, tools, durationSeconds } = parts;
  const { host, port, database } = request.source.connection;
  return {
    formatVersion,
    id: request.id,
    repositoryId: tools.repositoryId,
    machineId: tools.machineKey.machineId,
    ...tools.catalogue.chain(),
    kind: 'CONFIGURATION',
    source: { name: request.source.name, host, port, database },
    tenant: null,
    note: request.note,
    pinned: request.pinned,
    createdAt: parts.takenAt.toISOString(),
    durationSeconds,
    server: server.version,
    tool: server.tool,
    strongroomVersion: tools.strongroomVersion,
    codec: tools.codec,
    recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
    database: { ...noDatabase, name: database },
    roles: [],
    ...noInventory,
    objects: objects.map(({ path: _path, tables: _tables, ...object }) => object),
    tables: [],
    configuration,
    proof,
  };
}

const noDatabase = {
  owner: '',
  encoding: '',
  collate: '',
  ctype: '',
  localeProvider: 'c',
  locale: null,
  connectionLimit: -1,
  comment: null,
  sizeBytes: 0,
  grants: null,
  settings: [],
};
const noInventory = {
  tablespaces: [],
  extensions: [],
  materializedViews: [],
  sequences: [],
  indexes: [],
  foreignKeys: [],
  largeObjects: { count: 0, fingerprint: null },
};
