import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Login } from '../postgres/connect.ts';
import { inParallel } from '../streams/inParallel.ts';
import type { BackupTools } from './backupTools.ts';
import type { Snapshot } from './exportSnapshot.ts';
import type { BackupPlan } from './preflight.ts';
import { dumpPart, globalsPart, spoolPart, type DumpPart, type SpooledObject } from './spoolPart.ts';
import { splitTables, tablePattern } from './splitTables.ts';

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

  const spool = (part: DumpPart, signal: AbortSignal): Promise<SpooledObject> =>
    spoolPart(backupId, part, login, tools, {
      signal,
      onBytes: (bytes) => {
        counts.set(part.name, bytes);
        job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
        job.reached('dump-running');
      },
    });
  const oneByOne = async (parts: DumpPart[], signal: AbortSignal) => {
    const objects: SpooledObject[] = [];
    for (const part of parts) objects.push(await spool(part, signal));
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
): { data: DumpPart[]; rest: DumpPart[] } {
  const named = splitTables(snapshot.tables, processors);
  const data = [
    ['--section=data', ...named.flat().map((table) => `--exclude-table-data=${tablePattern(table)}`)],
    ...named.map((tables) => ['--section=data', ...tables.map((table) => `--table=${tablePattern(table)}`)]),
  ].map((args, index) => dumpPart('data', `data-${index + 1}`, plan, snapshot, args));
  const schema = dumpPart('schema', 'schema', plan, snapshot, ['--section=pre-data', '--section=post-data']);
  return { data, rest: [schema, globalsPart(plan, login)] };
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
