import { escapeIdentifier } from 'pg';
import type { Manifest, ManifestRole } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import type { RestorePlan } from './preflight.ts';
import { runNoted } from './runNoted.ts';
import { settingStatement } from './settingStatement.ts';

/**
 * Makes the roles of the backup that the server lacks, with their settings and without passwords; roles that exist are
 * never changed. A setting that the server refuses is noted.
 */
export async function createMissingRoles(
  manifest: Manifest,
  plan: RestorePlan,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  if (plan.missingRoles.length === 0 || !plan.keepOwners) return;
  const missing = manifest.roles.filter(({ name }) => plan.missingRoles.includes(name));
  await withClient(login, async (client) => {
    await client.query('BEGIN');
    for (const role of missing) await client.query(`CREATE ROLE ${escapeIdentifier(role.name)} ${attributes(role)}`);
    for (const role of missing)
      for (const group of role.memberOf)
        await client.query(`GRANT ${escapeIdentifier(group)} TO ${escapeIdentifier(role.name)}`);
    await client.query('COMMIT');
    const statements = missing.flatMap(({ name, settings = [] }) =>
      settings.map((setting) => settingStatement(`ROLE ${escapeIdentifier(name)}`, setting)),
    );
    await runNoted(client, statements, note);
  });
  note(`made the roles ${plan.missingRoles.join(', ')}, without passwords: set them before the applications log in`);
}

function attributes(role: ManifestRole): string {
  const flags: [boolean, string][] = [
    [role.superuser, 'SUPERUSER'],
    [role.inherit, 'INHERIT'],
    [role.createRole, 'CREATEROLE'],
    [role.createDb, 'CREATEDB'],
    [role.login, 'LOGIN'],
    [role.replication, 'REPLICATION'],
    [role.bypassRls, 'BYPASSRLS'],
  ];
  const words = flags.map(([on, word]) => (on ? word : `NO${word}`));
  return `${words.join(' ')} CONNECTION LIMIT ${role.connectionLimit}`;
}
