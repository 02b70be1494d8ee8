import type { Client } from 'pg';
import type { Job } from '../../shared/job.ts';
import { copyInRows, copyOutRows } from './copyRows.ts';
import { list, type MergeTable } from './mergeTable.ts';

/**
 * Brings the backup's rows into temporary tables of the live session, through this machine, so that it also works across
 * servers. Nobody waits for it. @returns the bytes of the rows as text.
 */
export async function stageRows(
  live: Client,
  scratch: Client,
  tables: readonly MergeTable[],
  fromScratch: (table: MergeTable) => string,
  job: Job,
): Promise<number> {
  job.stage('comparing rows');
  let total = 0;
  for (const table of tables) {
    await makeTemporary(live, table.source, table, table.columns);
    const columns = list(table.columns, 't');
    const select = `SELECT ${columns} FROM ${fromScratch(table)} t WHERE ${table.scope?.('t') ?? 'true'}`;
    total += await copyInRows(
      live,
      `COPY ${table.source} (${list(table.columns)}) FROM STDIN`,
      copyOutRows(scratch, `COPY (${select}) TO STDOUT`),
      (bytes) => job.done(total + bytes),
    );
    await makeQuick(live, table.source, table);
  }
  return total;
}

/** An empty table of this session with these columns of the live table, and its types. */
export async function makeTemporary(
  live: Client,
  name: string,
  table: MergeTable,
  columns: readonly string[],
): Promise<void> {
  await live.query(`CREATE TEMP TABLE ${name} AS SELECT ${list(columns)} FROM ${table.live.from} WITH NO DATA`);
}

export async function makeQuick(live: Client, name: string, table: MergeTable): Promise<void> {
  await live.query(`CREATE INDEX ON ${name} (${list(table.live.key)})`);
  await live.query(`ANALYZE ${name}`);
}
