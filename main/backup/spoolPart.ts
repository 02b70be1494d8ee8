import { join } from 'node:path';
import { objectKey } from '../../shared/repositoryFormat.ts';
import type { ManifestObject } from '../../shared/manifest.ts';
import { toolPath } from '../postgres/clientTools.ts';
import type { Login } from '../postgres/connect.ts';
import type { ToolCall } from '../postgres/runTool.ts';
import { sessionSettings } from '../postgres/sessionSettings.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { dumpObject } from '../streams/dump.ts';
import type { ThreadOptions } from '../streams/runThread.ts';
import type { DumpedTable } from '../streams/tableDigests.ts';
import type { BackupTools } from './backupTools.ts';
import { lockTimeoutMs } from './exportSnapshot.ts';
import type { BackupPlan } from './preflight.ts';

/** One sealed file in the spool, and what it will be called. */
export interface SpooledObject extends ManifestObject {
  path: string;
  /** The tables whose rows it holds. */
  tables: DumpedTable[];
}

/** One run of a dump program, whose output becomes an object of the backup. */
export interface DumpPart {
  role: ManifestObject['role'];
  /** Tells the parts of a backup apart in the spool. */
  name: string;
  call: Pick<ToolCall, 'path' | 'args'>;
}

/** A run of pg_dump under an exported snapshot. */
export function dumpPart(
  role: ManifestObject['role'],
  name: string,
  plan: BackupPlan,
  snapshot: { id: string },
  args: readonly string[],
): DumpPart {
  const common = [
    '--format=custom',
    '--compress=0',
    '--no-password',
    `--encoding=${plan.encoding}`,
    `--lock-wait-timeout=${lockTimeoutMs}`,
    `--snapshot=${snapshot.id}`,
  ];
  return { role, name, call: { path: toolPath(plan.tools, 'pg_dump'), args: [...common, ...args] } };
}

/** The roles of the server as SQL, without their passwords. */
export function globalsPart(plan: Pick<BackupPlan, 'tools'>, { connection }: Login): DumpPart {
  const args = [
    '--globals-only',
    '--no-role-passwords',
    '--no-password',
    '--encoding=UTF8',
    `--database=${connection.database}`,
  ];
  return { role: 'globals', name: 'globals', call: { path: toolPath(plan.tools, 'pg_dumpall'), args } };
}

/**
 * Runs one part into a sealed file in the spool of the local store, or in the folder `dir`.
 * @throws what the dump program complained of, STORE_FULL, CANCELLED. The file may be left in the spool.
 */
export async function spoolPart(
  backupId: string,
  part: DumpPart,
  login: Login,
  tools: BackupTools,
  options: ThreadOptions,
  dir?: string,
): Promise<SpooledObject> {
  const path = dir
    ? join(dir, `${part.name}.part`)
    : await tools.localStore.stagingPath(`${backupId}.${part.name}.part`);
  const dumped = await dumpObject(
    {
      tool: {
        ...part.call,
        connection: login.connection,
        passfile: login.passfile,
        settings: { ...sessionSettings, ...login.settings },
      },
      archive: part.role !== 'globals',
      codec: tools.codec,
      recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
      outputPath: path,
    },
    options,
  );
  return {
    role: part.role,
    key: objectKey(backupId, dumped.storedSha256, part.role, codecExtensions[tools.codec]),
    sizeBytes: dumped.storedBytes,
    sha256: dumped.storedSha256,
    plainBytes: dumped.plainBytes,
    archiveVersion: dumped.archiveVersion,
    path,
    tables: dumped.tables,
  };
}
