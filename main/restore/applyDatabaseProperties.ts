import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Manifest } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import type { RestorePlan } from './preflight.ts';

/** Settings whose value is a list already, which quoting would make one item. */
const listSettings = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
]);

/** Gives the database what a dump does not carry: owner, connection limit, comment, grants and settings. */
export async function applyDatabaseProperties(
  name: string,
  { database, roles }: Manifest,
  plan: RestorePlan,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  const db = escapeIdentifier(name);
  const statements = [
    `ALTER DATABASE ${db} CONNECTION LIMIT ${database.connectionLimit}`,
    `COMMENT ON DATABASE ${db} IS ${database.comment === null ? 'NULL' : escapeLiteral(database.comment)}`,
  ];
  if (plan.keepOwners) {
    statements.push(`ALTER DATABASE ${db} OWNER TO ${escapeIdentifier(database.owner)}`);
    if (database.grants) {
      statements.push(`REVOKE ALL ON DATABASE ${db} FROM PUBLIC`);
      for (const { grantee, privilege, grantable } of database.grants)
        statements.push(
          `GRANT ${privilege} ON DATABASE ${db} TO ${grantee === null ? 'PUBLIC' : escapeIdentifier(grantee)}${grantable && grantee !== null ? ' WITH GRANT OPTION' : ''}`,
        );
    }
  }
  const known = new Set(roles.map((role) => role.name));
  for (const setting of database.settings) {
    if (setting.role !== null && (!plan.keepOwners || !known.has(setting.role))) continue;
    const of = setting.role === null ? `DATABASE ${db}` : `ROLE ${escapeIdentifier(setting.role)} IN DATABASE ${db}`;
    const value = listSettings.has(setting.name.toLowerCase()) ? setting.value || `''` : escapeLiteral(setting.value);
    statements.push(`ALTER ${of} SET ${setting.name.split('.').map(escapeIdentifier).join('.')} TO ${value}`);
  }
  await withClient(login, async (client) => {
    for (const statement of statements) {
      try {
        await client.query(statement);
      } catch (error) {
        note(`not restored: ${statement.replace(db, database.name)} (${(error as Error).message})`);
      }
    }
  });
}
