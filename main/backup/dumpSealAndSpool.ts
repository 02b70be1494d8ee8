import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { ManifestObject } from '../../shared/manifest.ts';
import { toolPath } from '../postgres/clientTools.ts';
import type { Login } from '../postgres/connect.ts';
import { sessionSettings } from '../postgres/sessionSettings.ts';
import type { ToolCall } from '../postgres/runTool.ts';
import { codecExtensions } from '../sealing/codec.ts';
import { objectKey } from '../../shared/repositoryFormat.ts';
import { dumpObject } from '../streams/dump.ts';
import type { DumpedTable } from '../streams/tableDigests.ts';
import { inParallel } from '../streams/inParallel.ts';
import type { BackupTools } from './backupTools.ts';
import { lockTimeoutMs, type Snapshot } from './exportSnapshot.ts';
import type { BackupPlan } from './preflight.ts';
import { splitTables, tablePattern } from './splitTables.ts';

/** One sealed file in the spool, and what it will be called. */
export interface SpooledObject extends ManifestObject {
  path: string;
  /** The tables whose rows it holds. */
  tables: DumpedTable[];
}

interface Part {
  role: ManifestObject['role'];
  name: string;
  call: Pick<ToolCall, 'path' | 'args'>;
}

/** COPY text takes about this share of what a table takes on the disk; only for the progress bar. */
const textShare = 0.75;

/**
 * Dumps into the local store's spool: one archive with everything but the rows, one or more with the rows, and the
 * roles as SQL; all under one snapshot, at once.
 * @throws what a dump program complained of, BACKUP_INCOMPLETE, CANCELLED. Files may be left in the spool.
 */
export async function dumpSealAndSpool(
  backupId: string,
  plan: BackupPlan,
  snapshot: Snapshot,
  login: Login,
  tools: BackupTools,
  job: Job,
): Promise<SpooledObject[]> {
  const { data, rest } = dumpParts(plan, snapshot, login, tools.processors);
  const expected = snapshot.tables.reduce((sum, { bytes }) => sum + bytes, 0) * textShare;
  job.stage('dumping', { bytes: Math.round(expected), estimated: true });
  const counts = new Map<string, number>();

  const dumpPart = async (part: Part, signal: AbortSignal): Promise<SpooledObject> => {
    const path = await tools.localStore.stagingPath(`${backupId}.${part.name}.part`);
    const dumped = await dumpObject(
      {
        tool: { ...part.call, connection: login.connection, passfile: login.passfile, settings: sessionSettings },
        archive: part.role !== 'globals',
        codec: tools.codec,
        recipients: [tools.machineKey.recipient, tools.recoveryRecipient],
        outputPath: path,
      },
      {
        signal,
        onBytes: (bytes) => {
          counts.set(part.name, bytes);
          job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
          job.reached('dump-running');
        },
      },
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
  };
  const oneByOne = async (parts: Part[], signal: AbortSignal) => {
    const objects: SpooledObject[] = [];
    for (const part of parts) objects.push(await dumpPart(part, signal));
    return objects;
  };
  const dumped = await inParallel(
    [rest, ...data.map((part) => [part])].map((parts) => (signal: AbortSignal) => oneByOne(parts, signal)),
    job.signal,
  );
  job.reached('dump-sealed');
  const objects = dumped.flat();
  refuseGaps(snapshot, objects);
  return objects;
}

/** The dump programs to run. What no further stream names, the first stream of rows dumps. */
function dumpParts(
  plan: BackupPlan,
  snapshot: Snapshot,
  login: Login,
  processors: number,
): { data: Part[]; rest: Part[] } {
  const named = splitTables(snapshot.tables, processors);
  const pgDump = (args: string[]) => ({
    path: toolPath(plan.tools, 'pg_dump'),
    args: [
      '--format=custom',
      '--compress=0',
      '--no-password',
      `--encoding=${plan.encoding}`,
      `--lock-wait-timeout=${lockTimeoutMs}`,
      `--snapshot=${snapshot.id}`,
      ...args,
    ],
  });
  const data = [
    ['--section=data', ...named.flat().map((table) => `--exclude-table-data=${tablePattern(table)}`)],
    ...named.map((tables) => ['--section=data', ...tables.map((table) => `--table=${tablePattern(table)}`)]),
  ].map((args, index): Part => ({ role: 'data', name: `data-${index + 1}`, call: pgDump(args) }));
  const schema: Part = { role: 'schema', name: 'schema', call: pgDump(['--section=pre-data', '--section=post-data']) };
  const globals: Part = {
    role: 'globals',
    name: 'globals',
    call: {
      path: toolPath(plan.tools, 'pg_dumpall'),
      args: [
        '--globals-only',
        '--no-role-passwords',
        '--no-password',
        '--encoding=UTF8',
        `--database=${login.connection.database}`,
      ],
    },
  };
  return { data, rest: [schema, globals] };
}

/** @throws BACKUP_INCOMPLETE when a table of the snapshot is in no archive, or in two, or a program printed nothing. */
function refuseGaps(snapshot: Snapshot, objects: readonly SpooledObject[]): void {
  const found = objects.flatMap(({ tables }) => tables.map(({ oid }) => oid));
  const once = new Set(found);
  const forgotten = snapshot.tables.filter(({ oid, comparable }) => comparable && !once.has(oid));
  const empty = objects.find(({ plainBytes }) => plainBytes === 0);
  if (forgotten.length === 0 && once.size === found.length && !empty) return;
  throw new Failure(
    'BACKUP_INCOMPLETE',
    forgotten[0]
      ? `the dump lacks the table ${tablePattern(forgotten[0])}`
      : `the dump ${empty ? `of the ${empty.role} is empty` : 'holds a table twice'}`,
    'Take the backup again; if it happens again, report it with the details.',
    { details: { forgotten: forgotten.map(tablePattern) } },
  );
}
