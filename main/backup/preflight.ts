import type { Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { archiveEncoding } from '../../shared/manifest.ts';
import type { Source } from '../../shared/source.ts';
import { chooseDumpTools, findClientTools, type ClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { serverVersion, type ServerVersion } from '../postgres/inventory.ts';
import { backupRoleSql } from '../postgres/roleSql.ts';
import { findObstacles } from '../postgres/rowSecurity.ts';
import type { BackupTools } from './backupTools.ts';
import { lockTimeoutMs } from './exportSnapshot.ts';

export interface BackupPlan {
  server: ServerVersion;
  tools: ClientTools;
  /** Of the archives. */
  encoding: string;
}

/** Dumps of shops come out at a quarter to a third of what the tables take on the disk. */
const expectedShare = 0.4;

/**
 * Refuses what could not be restored, before anything is written.
 * @throws SOURCE_…, TOOL_MISSING, TOOL_TOO_OLD, PRIVILEGE_MISSING, ROW_SECURITY_FILTERS, STORE_…, DISK_TOO_SMALL
 */
export async function preflight(
  source: Source,
  login: Login,
  { localStore }: BackupTools,
  signal: AbortSignal,
): Promise<BackupPlan> {
  const look = async (client: Client) => {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`); // measuring a table waits for its lock
    const asked = await client.query<{ sizeBytes: number; encoding: string }>(
      `SELECT coalesce(sum(pg_table_size(oid)), 0)::float8 AS "sizeBytes", current_setting('server_encoding') AS encoding
       FROM pg_class WHERE relkind = 'r'`,
    );
    return {
      server: await serverVersion(client),
      obstacles: await findObstacles(client),
      facts: asked.rows[0]!,
    };
  };
  const { server, obstacles, facts } = await withClient(login, look, undefined, signal);
  const tools = chooseDumpTools(await findClientTools(source.toolsDir), server.major);
  if (obstacles.filtered.length > 0)
    throw new Failure(
      'ROW_SECURITY_FILTERS',
      `row-level security hides rows of ${obstacles.filtered.length} tables from the role ${login.connection.user}`,
      `Back up as a role with BYPASSRLS. As a superuser, once:\n${backupRoleSql}`,
      { details: { relations: obstacles.filtered } },
    );
  if (obstacles.unreadable.length > 0)
    throw new Failure(
      'PRIVILEGE_MISSING',
      `the role ${login.connection.user} may not read ${obstacles.unreadable
        .map(({ relation }) => relation)
        .slice(0, 3)
        .join(', ')}${obstacles.unreadable.length > 3 ? ' …' : ''}`,
      `Grant it pg_read_all_data, or back up as a role made for it. As a superuser, once:\n${backupRoleSql}`,
      { details: { relations: obstacles.unreadable } },
    );
  const expectedBytes = Math.round(facts.sizeBytes * expectedShare);
  const { freeBytes } = await localStore.capacity();
  if (freeBytes !== null && freeBytes < expectedBytes)
    throw new Failure(
      'DISK_TOO_SMALL',
      `the store ${localStore.name} has too little room for this backup`,
      'Make room there, or add a local store on a larger disk.',
      { details: { freeBytes, expectedBytes } },
    );
  return { server, tools, encoding: archiveEncoding(facts.encoding) };
}
