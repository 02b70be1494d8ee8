import { basename } from 'node:path';
import { ulid } from 'ulid';
import type { ImportFormat } from '../../shared/backup.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { foreignWarnings, formatVersion, type Manifest } from '../../shared/manifest.ts';
import { objectKey } from '../../shared/repositoryFormat.ts';
import type { Source } from '../../shared/source.ts';
import { findClientTools, toolPath, type ClientTools } from '../postgres/clientTools.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { parseFernetKey } from '../sealing/fernet.ts';
import { sealManifest } from '../sealing/manifestFile.ts';
import type { ForeignFile } from '../streams/foreignFile.ts';
import { lookAtFile, sealForeignFile, type ForeignLook, type SealedImport } from '../streams/importFile.ts';
import type { BackupTools } from './backupTools.ts';
import { commitLocally } from './commitLocally.ts';
import type { SpooledObject } from './spoolPart.ts';
import { foreignFacts, type ForeignFacts } from './foreignFacts.ts';
import { proveReadable, type Proof } from './proveReadable.ts';
import { replicate } from './replicate.ts';
import { sourceTimeZone } from './sourceTimeZone.ts';
import { undoBackup } from './undoBackup.ts';

export interface ImportRequest {
  path: string;
  format: ImportFormat;
  /** Of the Fernet token; null for a format without one. */
  key: string | null;
  /** To which it shall belong. */
  source: Source;
  password: string | null;
}

/**
 * Takes in a backup that was made by other means: read to its end, divided and sealed as ours are, proven and replicated.
 * None of its SQL is run. It keeps its time, also in its id, so that it stands among the backups of its day.
 * @throws IMPORT_KEY_WRONG, IMPORT_UNREADABLE, IMPORT_REFUSED, TOOL_…, STORE_…, DISK_TOO_SMALL, CANCELLED. A file that is
 *   refused leaves nothing; what breaks later leaves a FAILED row.
 */
export async function importBackup(request: ImportRequest, tools: BackupTools, job: Job): Promise<Manifest> {
  const begun = performance.now();
  const file = foreignFile(request);
  const clientTools = await newestTools(request.source);
  job.stage('checking the file');
  const looked = await lookAtFile(file, { signal: job.signal, onBytes: (bytes) => job.done(bytes) });
  const facts = foreignFacts(looked.toc);
  await refuseSmallDisk(looked, tools);
  const takenAt = earliest(facts.madeAt, looked.wrappedAt);
  const id = ulid(takenAt.getTime());
  tools.catalogue.begin({
    id,
    kind: 'FULL_DATABASE',
    source: request.source.name,
    tenant: null,
    note: null,
    pinned: false,
    jobId: job.id,
  });
  job.reached('backup-begun');
  try {
    const timeZone = await sourceTimeZone(request.source, request.password, clientTools, tools, job.signal);
    const { sealed, objects } = await sealAndSpool(id, file, looked, clientTools, tools, job);
    const proof = await proveReadable(objects, { tools: clientTools }, tools, job);
    const durationSeconds = Math.round(performance.now() - begun) / 1000;
    const parts = { id, request, facts, takenAt, timeZone, sealed, objects, proof, tools, durationSeconds };
    const manifest = manifestOfImport(parts);
    const sealedManifest = await sealManifest(manifest, tools.machineKey, manifest.recipients);
    await commitLocally(manifest, sealedManifest, objects, tools, job); // the backup exists from here on
    tools.catalogue.record(manifest, sealedManifest.sha256, tools.localStore);
    for (const sentence of [...foreignWarnings(manifest), ...facts.notes]) job.note(sentence);
    await replicate(manifest, sealedManifest, tools, job);
    return manifest;
  } catch (error) {
    const outcome = await undoBackup(id, tools.localStore).catch(() => 'remains' as const);
    if (outcome !== 'exists') tools.catalogue.fail(id, reportFailure(error), outcome);
    throw error;
  }
}

function foreignFile({ path, format, key }: ImportRequest): ForeignFile {
  if (format === 'pg_dump') return { path, format, key: null };
  if (key === null)
    throw new Failure(
      'IMPORT_KEY_WRONG',
      'the key of the Fernet token was not given',
      'Pipe it in: strongroom import FILE --format fernet-gzip --source NAME --key-stdin <key.txt.',
    );
  return { path, format, key: parseFernetKey(key) };
}

/** The newest can read every archive that is not too new for all of them. */
async function newestTools({ toolsDir }: Source): Promise<ClientTools> {
  const [newest] = await findClientTools(toolsDir);
  if (newest) return newest;
  throw new Failure(
    'TOOL_MISSING',
    'no PostgreSQL client programs were found',
    'Install them (Debian: apt install postgresql-client), or name their folder with `source add … --tools DIR`.',
  );
}

/** What is sealed is about as big as what is packed already; more is only known when it is unpacked. */
async function refuseSmallDisk({ sizeBytes }: ForeignLook, { localStore }: BackupTools): Promise<void> {
  const { freeBytes } = await localStore.capacity();
  if (freeBytes === null || freeBytes >= sizeBytes) return;
  throw new Failure(
    'DISK_TOO_SMALL',
    `the store ${localStore.name} has too little room for this backup`,
    'Make room there, or add a local store on a larger disk.',
    { details: { freeBytes, expectedBytes: sizeBytes } },
  );
}

/** The clock of the machine that made it may have been in another time zone: it is no later than what came after. */
function earliest(madeAt: Date, wrappedAt: string | null): Date {
  const times = [madeAt.getTime(), Date.now(), ...(wrappedAt === null ? [] : [Date.parse(wrappedAt)])];
  return new Date(Math.max(0, Math.min(...times)));
}

async function sealAndSpool(
  id: string,
  file: ForeignFile,
  { sizeBytes, toc }: ForeignLook,
  clientTools: ClientTools,
  tools: BackupTools,
  job: Job,
): Promise<{ sealed: SealedImport; objects: SpooledObject[] }> {
  const { codec, localStore, machineKey, recoveryRecipient } = tools;
  job.stage('reading and sealing', { bytes: sizeBytes, estimated: false });
  const paths = {
    schema: await localStore.stagingPath(`${id}.schema.part`),
    data: await localStore.stagingPath(`${id}.data-1.part`),
  };
  const sealed = await sealForeignFile(
    {
      ...file,
      pgRestore: toolPath(clientTools, 'pg_restore'),
      codec,
      recipients: [machineKey.recipient, recoveryRecipient],
      schemaPath: paths.schema,
      dataPath: paths.data,
    },
    {
      signal: job.signal,
      onBytes: (bytes) => {
        job.done(bytes);
        job.reached('dump-running');
      },
    },
  );
  job.reached('dump-sealed');
  const objects = (['schema', 'data'] as const).map((role): SpooledObject => {
    const { plainBytes, storedBytes, storedSha256 } = sealed[role];
    const key = objectKey(id, storedSha256, role, codecExtensions[codec]);
    const stored = { role, key, sizeBytes: storedBytes, sha256: storedSha256, plainBytes, archiveVersion: toc.version };
    return { ...stored, path: paths[role], tables: role === 'data' ? sealed.data.tables : [] };
  });
  return { sealed, objects };
}

/** Pure: what a restore has to know, as far as the archive tells it. */
function manifestOfImport(parts: {
  id: string;
  request: ImportRequest;
  facts: ForeignFacts;
  takenAt: Date;
  timeZone: string | null;
  sealed: SealedImport;
  objects: readonly SpooledObject[];
  proof: Proof;
  tools: BackupTools;
  durationSeconds: number;
}): Manifest {
  const { id, request, facts, sealed, objects, proof, tools, durationSeconds, timeZone } = parts;
  const { host, port, database } = request.source.connection;
  const { sizeBytes, sha256 } = sealed;
  return {
    formatVersion,
    id,
    repositoryId: tools.repositoryId,
    machineId: tools.machineKey.machineId,
    ...tools.catalogue.chain(),
    kind: 'FULL_DATABASE',
    source: { name: request.source.name, host, port, database },
    tenant: null,
    note: null,
    pinned: false,
    createdAt: parts.takenAt.toISOString(),
    durationSeconds,
    server: facts.server,
    tool: facts.tool,
    strongroomVersion: tools.strongroomVersion,
    codec: tools.codec,
    recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
    database: { ...facts.database, sizeBytes: sealed.data.plainBytes }, // at least
    roles: facts.roles,
    ...facts.inventory,
    objects: objects.map(({ path: _path, tables: _tables, ...object }) => object),
    tables: objects.flatMap(({ tables }, object) =>
      tables.map(({ oid: _oid, ...table }) => ({ ...table, object, comparable: true })),
    ),
    proof,
    imported: {
      file: basename(request.path),
      format: request.format,
      importedAt: new Date().toISOString(),
      sizeBytes,
      sha256,
      encoding: facts.encoding,
      timeZone,
      rowSecurity: facts.rowSecurity,
    },
  };
}
