import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Manifest } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import type { RestorePlan } from './preflight.ts';
import { runNoted, type NotedStatement } from './runNoted.ts';
import { settingStatement } from './settingStatement.ts';

/**
 * Gives the database its settings, before anything is restored into it: functions, and with them materialized views and
 * indexes, may depend on them.
 */
export async function applyDatabaseSettings(
  name: string,
  { database, roles }: Manifest,
  plan: RestorePlan,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  const db = escapeIdentifier(name);
  const known = new Set(roles.map((role) => role.name));
  const statements: NotedStatement[] = [];
  for (const setting of database.settings) {
    if (setting.role !== null && (!plan.keepOwners || !known.has(setting.role))) continue;
    const of = setting.role === null ? `DATABASE ${db}` : `ROLE ${escapeIdentifier(setting.role)} IN DATABASE ${db}`;
    statements.push(settingStatement(of, setting));
  }
  await runAll(statements, db, database.name, login, note);
}

/** Gives the restored database what else a dump does not carry: connection limit, comment, owner and grants. */
export async function applyDatabaseProperties(
  name: string,
  { database }: Manifest,
  plan: RestorePlan,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  const db = escapeIdentifier(name);
  const statements = [
    `COMMENT ON DATABASE ${db} IS ${database.comment === null ? 'NULL' : escapeLiteral(database.comment)}`,
    `ALTER DATABASE ${db} CONNECTION LIMIT ${database.connectionLimit}`,
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
  const noted = statements.map((sql) => ({ sql, told: sql }));
  await runAll(noted, db, database.name, login, note);
}

/** @param db the quoted name that the database has now; a note calls it by its original one. */
async function runAll(
  statements: readonly NotedStatement[],
  db: string,
  originalName: string,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  const named = statements.map((statement) => ({ ...statement, told: statement.told.replace(db, originalName) }));
  await withClient(login, (client) => runNoted(client, named, note));
}
