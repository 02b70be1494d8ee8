import type { Client } from 'pg';
import type { RowFinding } from '../../shared/tenant.ts';

/** What the role that restores lacks, asked as this role. @param database into which merges go, if it is there. */
export async function findRestoreRisks(client: Client, database: string): Promise<RowFinding[]> {
  const { rows } = await client.query<{
    name: string;
    creates: boolean;
    bypasses: boolean;
    writes: boolean;
    replica: boolean;
    temporary: boolean;
  }>(
    `SELECT rolname AS name, rolsuper OR rolcreatedb AS creates, rolsuper OR rolbypassrls AS bypasses,
       rolsuper OR (pg_has_role(current_user, 'pg_read_all_data', 'USAGE') AND pg_has_role(current_user, 'pg_write_all_data', 'USAGE')) AS writes,
       ${await mayBeReplica(client)} AS replica,
       coalesce((SELECT has_database_privilege(oid, 'TEMPORARY') FROM pg_database WHERE datname = $1), true) AS temporary
     FROM pg_roles WHERE rolname = current_user`,
    [database],
  );
  const { name, creates, bypasses, writes, replica, temporary } = rows[0]!;
  const found = (severity: RowFinding['severity'], reason: string): RowFinding => ({
    mode: 'restore',
    relation: `login ${name}`,
    severity,
    reason,
  });
  return [
    ...(creates ? [] : [found('block', 'it may not create databases: ALTER ROLE … CREATEDB')]),
    ...(bypasses ? [] : [found('block', 'row-level security would hide rows from a merge: ALTER ROLE … BYPASSRLS')]),
    ...(writes
      ? []
      : [found('block', 'it may not read and write every table: GRANT pg_read_all_data, pg_write_all_data')]),
    ...(temporary
      ? []
      : [found('block', 'it may not make temporary tables for a merge: GRANT TEMPORARY ON DATABASE …')]),
    ...(replica
      ? []
      : [
          found(
            'warn',
            'it may not set session_replication_role: it merges only tables that it owns, or whose triggers and keys allow it',
          ),
        ]),
  ];
}

/** Before version 15 only a superuser may. */
async function mayBeReplica(client: Client): Promise<string> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  return rows[0]!.version >= 150000
    ? `has_parameter_privilege(current_user, 'session_replication_role', 'SET')`
    : 'rolsuper';
}

/** What keeps the changes of the server from being streamed to the connected role, as far as settings tell. */
export async function findStreamRisks(client: Client): Promise<RowFinding[]> {
  const { rows } = await client.query<{
    name: string;
    replicates: boolean;
    level: string;
    senders: number;
    slots: number;
  }>(
    `SELECT rolname AS name, rolsuper OR rolreplication AS replicates, current_setting('wal_level') AS level,
       current_setting('max_wal_senders')::int AS senders, current_setting('max_replication_slots')::int AS slots
     FROM pg_roles WHERE rolname = current_user`,
  );
  const { name, replicates, level, senders, slots } = rows[0]!;
  const blocked = (relation: string, reason: string): RowFinding => ({
    mode: 'wal',
    relation,
    severity: 'block',
    reason,
  });
  return [
    ...(replicates ? [] : [blocked(`login ${name}`, 'it may not stream changes: ALTER ROLE … REPLICATION')]),
    ...(level === 'minimal'
      ? [blocked('server', 'wal_level is minimal: set it to replica in postgresql.conf and restart the server')]
      : []),
    ...(senders === 0 ? [blocked('server', 'max_wal_senders is 0: set it to 10 and restart the server')] : []),
    ...(slots === 0 ? [blocked('server', 'max_replication_slots is 0: set it to 10 and restart the server')] : []),
  ];
}
