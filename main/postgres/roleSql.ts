import { escapeIdentifier } from 'pg';
import type { RoleSql } from '../../shared/tenant.ts';

/** What the offered roles are called that have a password of their own beside the main and the tenant login. */
export const offeredRoles = { wal: 'strongroom_wal', restore: 'strongroom_restore' } as const;

/** SQL that makes a role for full backups: it sees every row and can write nothing. */
export const backupRoleSql = `CREATE ROLE strongroom_backup LOGIN BYPASSRLS CONNECTION LIMIT 12 PASSWORD 'change-me';
GRANT pg_read_all_data, pg_monitor TO strongroom_backup;
ALTER ROLE strongroom_backup SET default_transaction_read_only = on;
ALTER ROLE strongroom_backup SET lo_compat_privileges = on;
-- For backups of configuration, in the database that is backed up: the access rules (pg_hba.conf).
GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO strongroom_backup;`;

/** SQL that makes a role which reads the stream of changes. */
export const walRoleSql = `CREATE ROLE strongroom_wal LOGIN REPLICATION CONNECTION LIMIT 4 PASSWORD 'change-me';
GRANT pg_monitor TO strongroom_wal;
GRANT EXECUTE ON FUNCTION pg_create_restore_point(text), pg_switch_wal() TO strongroom_wal;`;

/**
 * The SQL of every role that Strongroom can make use of, for a superuser to run once.
 * @param database where it is run. @param policyRoles the roles that policies are for: the tenant login has to be a member
 *   of them.
 * @param major of the server.
 */
export function roleSql(database: string, policyRoles: readonly string[], major: number): RoleSql {
  const groups = policyRoles.map((role) => `\nGRANT ${escapeIdentifier(role)} TO strongroom_tenant;`).join('');
  return {
    full: backupRoleSql,
    tenant: `CREATE ROLE strongroom_tenant LOGIN NOBYPASSRLS CONNECTION LIMIT 8 PASSWORD 'change-me';
GRANT pg_read_all_data TO strongroom_tenant;
ALTER ROLE strongroom_tenant SET default_transaction_read_only = on;${groups}`,
    wal: walRoleSql,
    restore: `CREATE ROLE strongroom_restore LOGIN BYPASSRLS CREATEDB CONNECTION LIMIT 12 PASSWORD 'change-me';
GRANT pg_read_all_data, pg_write_all_data, pg_signal_backend TO strongroom_restore;
GRANT TEMPORARY ON DATABASE ${escapeIdentifier(database)} TO strongroom_restore;
${
  major >= 15
    ? 'GRANT SET ON PARAMETER session_replication_role TO strongroom_restore;'
    : '-- Before version 15 only a superuser may switch triggers off: ALTER ROLE strongroom_restore SUPERUSER;'
}
-- Outside of restores: ALTER ROLE strongroom_restore NOLOGIN;`,
  };
}
