import type { Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { rolePurposes, type RolePurpose, type RoleSql } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import { withClient } from '../postgres/connect.ts';
import { serverVersion } from '../postgres/inventory.ts';
import { withLogin } from '../postgres/passfile.ts';
import { backupRoleSql, roleSql, walRoleSql } from '../postgres/roleSql.ts';
import { policyRoles } from '../postgres/tenantRisks.ts';
import { namedSource } from './sources.ts';

/** SQL for a superuser to run once. */
export interface RolesAnswer {
  /** Where it is to be run; null: in any database of the server. */
  database: string | null;
  /** All of it, in one piece. */
  sql: string;
  /** The same, role by role. */
  roles: Partial<RoleSql>;
}

/**
 * The SQL of roles that can be made without asking a database.
 * @throws USAGE for one whose SQL depends on it
 */
export function commonRole(wanted: RolePurpose | 'all'): RolesAnswer {
  const common: Partial<RoleSql> = { full: backupRoleSql, wal: walRoleSql };
  const sql = wanted === 'all' ? undefined : common[wanted];
  if (sql === undefined || wanted === 'all')
    throw new Failure(
      'USAGE',
      'for which source was not said: the SQL depends on its policies, its version and its name',
      `Name it: strongroom source role SOURCE --for ${wanted}`,
    );
  return { database: null, sql, roles: { [wanted]: sql } };
}

/** The SQL of the roles that this source can make use of, asked from its database. @throws SOURCE_… */
export async function rolesOfSource(console: Console, name: string, wanted: RolePurpose | 'all'): Promise<RolesAnswer> {
  const { connection } = namedSource(console, name);
  const { database } = connection;
  const all = await withLogin(console.home.runDir, connection, await console.password(name, 'main'), (login) =>
    withClient(login, (client) => askRoleSql(client, database)),
  );
  const purposes = wanted === 'all' ? rolePurposes : [wanted];
  return {
    database,
    sql: purposes.map((purpose) => all[purpose]).join('\n\n'),
    roles: Object.fromEntries(purposes.map((purpose) => [purpose, all[purpose]])),
  };
}

/** The SQL of every role, as the version of the server and the policies of its database want it. */
export async function askRoleSql(client: Client, database: string): Promise<RoleSql> {
  const { major } = await serverVersion(client);
  return roleSql(database, await policyRoles(client), major);
}
