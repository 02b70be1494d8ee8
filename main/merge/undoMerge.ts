import { escapeIdentifier, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { formatCount } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { Restore } from '../../shared/restore.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { blocked } from './blockers.ts';
import { checkForeignKeys } from './checkForeignKeys.ts';
import { copyInRows } from './copyRows.ts';
import { describeTables, listForeignKeys } from './describeTables.ts';
import { beginMerge, sessionBlockers } from './mergeSession.ts';
import { kind, list, rowText, sameKey, temporaryNames, type MergeTable } from './mergeTable.ts';
import type { MergeTools } from './mergeTools.ts';
import { makeQuick, makeTemporary } from './stageRows.ts';
import { openUndo, removeUndo, type OpenUndo } from './undoFile.ts';
import { wasCommitted } from './wasCommitted.ts';
import { lockTables, writeRows } from './writeRows.ts';

/** A table of which the rows before and after the merge are staged. */
interface UndoneTable extends MergeTable {
  after: string;
}

/**
 * Undoes a merge in one transaction: rows that it changed or deleted are as before, rows that it put back are gone.
 * @param evenIfChanged also where somebody has changed such a row since; what was changed is lost.
 * @throws ROLLBACK_IMPOSSIBLE naming the tables where rows were changed since; LOCK_TIMEOUT. Then nothing is undone.
 */
export async function undoMerge(
  restore: Restore,
  password: string | null,
  evenIfChanged: boolean,
  tools: MergeTools,
  job: Job,
): Promise<Restore> {
  const { restoreLog, undo } = tools;
  const place = restoreLog.place(restore.id);
  const until = restore.merge?.undoUntil ?? null;
  if (!place || restore.status !== 'COMPLETED' || until === null)
    throw impossible('this merge changed nothing that could be undone, or was undone already');
  if (until < new Date().toISOString()) throw impossible(`it could be undone until ${until.slice(0, 10)}`);
  job.stage('rolling back');
  const open = await openUndo(restore.id, undo);
  try {
    await tools.withLogin(place.connection, password, async (login) => {
      try {
        await withClient(
          login,
          (live) =>
            undoRows(live, open, evenIfChanged, (transaction) => restoreLog.undoing(restore.id, transaction), job),
          restore.target,
          job.signal,
        );
      } catch (error) {
        await refuseUnlessDone(restore.id, login, tools, error);
      }
    });
  } finally {
    await open.close();
  }
  restoreLog.undone(restore.id);
  await removeUndo(undo, restore.id);
  return restoreLog.get(restore.id)!;
}

/** The connection may have been lost while the server committed: it knows whether it did. */
async function refuseUnlessDone(id: string, login: Login, { restoreLog }: MergeTools, error: unknown): Promise<void> {
  const marker = restoreLog.marker(id);
  if (marker === null) throw error;
  if (await wasCommitted(marker.transaction, login)) return;
  restoreLog.undoing(id, null);
  throw error;
}

async function undoRows(
  live: Client,
  open: OpenUndo,
  evenIfChanged: boolean,
  mark: (transaction: string) => void,
  job: Job,
): Promise<void> {
  const session = await beginMerge(live, false);
  const tables = await findTables(live, open);
  for (const table of tables) {
    for (const name of [table.source, table.after]) {
      await makeTemporary(live, name, table, table.columns);
      await copyInRows(live, `COPY ${name} (${list(table.columns)}) FROM STDIN`, open.section());
      await makeQuick(live, name, table);
    }
  }
  job.reached('undo-staged');
  const foreignKeys = await listForeignKeys(live);
  const blockers = sessionBlockers(session, tables, foreignKeys);
  if (blockers.length > 0) throw blocked(blockers);
  await lockTables(live, tables, foreignKeys);
  if (!evenIfChanged) await refuseChanged(live, tables);
  for (const table of tables) await compareWithBefore(live, table);
  try {
    await writeRows(live, session, tables, foreignKeys, job);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code === 'string' && /^(22|23|27|P0)/.test(code)) throw impossible(message ?? '', error);
    throw error;
  }
  const [orphans] = await checkForeignKeys(live, tables, foreignKeys);
  if (orphans)
    throw impossible(
      `${formatCount(orphans.count)} rows of ${orphans.table} refer to rows that the merge had put back`,
    );
  job.signal.throwIfAborted();
  const found = await live.query<{ transaction: string }>('SELECT pg_current_xact_id()::text AS transaction');
  mark(found.rows[0]!.transaction);
  job.reached('undo-marked');
  await live.query('COMMIT');
  job.reached('undo-committed');
}

async function findTables(live: Client, { header }: OpenUndo): Promise<UndoneTable[]> {
  const known = new Map((await describeTables(live)).map((table) => [table.name, table]));
  return header.tables.map(({ name, columns, key }, index) => {
    const table = known.get(name);
    const writable = table?.columns.filter(({ generated }) => !generated).map((column) => column.name) ?? [];
    if (!table || !columns.every((column) => writable.includes(column)))
      throw impossible(`the table ${name} is not what it was at the merge`);
    return {
      live: { ...table, key },
      policy: 'mirror',
      columns,
      kept: writable.filter((column) => !columns.includes(column)),
      scope: null,
      ownerless: null,
      rivals: [],
      ...temporaryNames(index),
      after: `pg_temp.after_${index}`,
    };
  });
}

/** A row was changed since when it is not what the merge left, or was entered again where the merge deleted it. */
async function refuseChanged(live: Client, tables: readonly UndoneTable[]): Promise<void> {
  const changed: { table: string; count: number }[] = [];
  for (const table of tables) {
    const { source, after, columns } = table;
    const { from, key, name } = table.live;
    const { rows } = await live.query<{ count: number }>(
      `SELECT ((SELECT count(*) FROM ${after} a LEFT JOIN ${from} t ON ${sameKey(table, 't', 'a')}
          WHERE t.${escapeIdentifier(key[0]!)} IS NULL OR ${rowText(columns, 't')} IS DISTINCT FROM ${rowText(columns, 'a')})
        + (SELECT count(*) FROM ${source} b JOIN ${from} t ON ${sameKey(table, 't', 'b')}
          WHERE NOT EXISTS (SELECT FROM ${after} a WHERE ${sameKey(table, 'a', 'b')})))::float8 AS count`,
    );
    const { count } = rows[0]!;
    if (count > 0) changed.push({ table: name, count });
  }
  if (changed.length === 0) return;
  const told = changed.map(({ table, count }) => `${formatCount(count)} of ${table}`).join(', ');
  throw new Failure(
    'ROLLBACK_IMPOSSIBLE',
    `rows of the merge were changed since: ${told}`,
    'Look at them first; with --even-if-changed they are set back all the same, and those changes are lost.',
    { details: { changed } },
  );
}

/** As a merge compares, with the rows from before in the place of a backup's. */
async function compareWithBefore(live: Client, table: UndoneTable): Promise<void> {
  const { source, after, diff, columns } = table;
  const { from, key } = table.live;
  await live.query(
    `CREATE TEMP TABLE ${diff} ON COMMIT DROP AS
     SELECT ${list(key, 's')}, CASE WHEN t.${escapeIdentifier(key[0]!)} IS NULL THEN 'i'
       WHEN ${rowText(columns, 't')} IS DISTINCT FROM ${rowText(columns, 's')} THEN 'u' ELSE 's' END AS ${kind}
     FROM ${source} s LEFT JOIN ${from} t ON ${sameKey(table, 't', 's')}
     UNION ALL
     SELECT ${list(key, 't')}, 'x' FROM ${after} a JOIN ${from} t ON ${sameKey(table, 't', 'a')}
     WHERE NOT EXISTS (SELECT FROM ${source} s WHERE ${sameKey(table, 's', 'a')})`,
  );
  await makeQuick(live, diff, table);
}

function impossible(sentence: string, cause?: unknown): Failure {
  return new Failure('ROLLBACK_IMPOSSIBLE', sentence, 'Merge an earlier backup in its place.', { cause });
}
