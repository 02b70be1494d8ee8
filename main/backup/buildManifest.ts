import { formatVersion, type Manifest } from '../../shared/manifest.ts';
import type { BackupTools, FullBackupRequest } from './backupTools.ts';
import type { SpooledObject } from './spoolPart.ts';
import type { DatabaseFacts } from './exportSnapshot.ts';
import type { BackupPlan } from './preflight.ts';
import type { Proof } from './proveReadable.ts';

/** Puts together what a restore has to know and has to find again. */
export function buildManifest(parts: {
  /** Of a tenant, where one is named; else of the whole database. */
  request: FullBackupRequest & { tenant?: string };
  plan: BackupPlan;
  /** The moment of the snapshot. */
  takenAt: Date;
  facts: DatabaseFacts;
  /** The tables of the snapshot that a restore can be compared with, by their oid. */
  comparable: ReadonlySet<number>;
  objects: readonly SpooledObject[];
  proof: Proof;
  tools: BackupTools;
  durationSeconds: number;
}): Manifest {
  const { request, plan, facts, objects, proof, tools } = parts;
  const { host, port, database } = request.source.connection;
  return {
    formatVersion,
    id: request.id,
    repositoryId: tools.repositoryId,
    machineId: tools.machineKey.machineId,
    ...tools.catalogue.chain(),
    kind: request.tenant === undefined ? 'FULL_DATABASE' : 'TENANT',
    source: { name: request.source.name, host, port, database },
    tenant: request.tenant ?? null,
    note: request.note,
    pinned: request.pinned,
    createdAt: parts.takenAt.toISOString(),
    durationSeconds: parts.durationSeconds,
    server: plan.server,
    tool: { version: plan.tools.version, major: plan.tools.major },
    strongroomVersion: tools.strongroomVersion,
    codec: tools.codec,
    recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
    database: facts.database,
    roles: facts.roles,
    ...facts.inventory,
    objects: objects.map(({ path: _path, tables: _tables, ...object }) => object),
    tables: objects.flatMap(({ tables }, object) =>
      tables.map(({ oid, ...table }) => ({ ...table, object, comparable: parts.comparable.has(oid) })),
    ),
    proof,
  };
}
