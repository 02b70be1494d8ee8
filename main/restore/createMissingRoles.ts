import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Manifest, ManifestRole } from '../../shared/manifest.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { markedComment } from './madeRoles.ts';
import type { RestorePlan } from './preflight.ts';
import { runNoted, type NotedStatement } from './runNoted.ts';
import { settingStatement } from './settingStatement.ts';

type Membership = NonNullable<ManifestRole['memberships']>[number];

/**
 * Makes the roles of the backup that the server lacks, with their settings and memberships and without passwords, and
 * marks them as made by this restore until `keepMadeRoles` or `dropMadeRoles`. Roles that exist are not changed, but for
 * becoming members of roles that were made. What the server refuses is noted.
 */
export async function createMissingRoles(
  restoreId: string,
  manifest: Manifest,
  plan: RestorePlan,
  login: Login,
  note: (sentence: string) => void,
): Promise<void> {
  if (plan.missingRoles.length === 0 || !plan.makesRoles) return;
  const missing = manifest.roles.filter(({ name }) => plan.missingRoles.includes(name));
  await withClient(login, async (client) => {
    await client.query('BEGIN');
    for (const role of missing) {
      const name = escapeIdentifier(role.name);
      await client.query(`CREATE ROLE ${name} ${attributes(role, plan.superuser)}`);
      await client.query(`COMMENT ON ROLE ${name} IS ${escapeLiteral(markedComment(restoreId, role.comment ?? null))}`);
    }
    await client.query('COMMIT');
    const statements = missing.flatMap(({ name, settings = [] }) =>
      settings.map((setting) => settingStatement(`ROLE ${escapeIdentifier(name)}`, setting)),
    );
    await runNoted(client, statements, note);
    tellGranted(await runNoted(client, grants(manifest.roles, plan), note), plan, note);
  });
  note(`made the roles ${plan.missingRoles.join(', ')}, without passwords: set them before the applications log in`);
  if (!plan.superuser)
    for (const role of missing) {
      const lacking = powers(role).flatMap(([has, word]) => (has ? [word] : []));
      if (lacking.length > 0)
        note(`${role.name} was made without ${lacking.join(', ')}, which a superuser has to give`);
    }
}

/** What only a superuser may always give. */
function powers(role: ManifestRole): [boolean, string][] {
  return [
    [role.superuser, 'SUPERUSER'],
    [role.createRole, 'CREATEROLE'],
    [role.createDb, 'CREATEDB'],
    [role.replication, 'REPLICATION'],
    [role.bypassRls, 'BYPASSRLS'],
  ];
}

function attributes(role: ManifestRole, bySuperuser: boolean): string {
  const flags: [boolean, string][] = [
    [role.inherit, 'INHERIT'],
    [role.login, 'LOGIN'],
    ...(bySuperuser ? powers(role) : []),
  ];
  const words = flags.map(([on, word]) => (on ? word : `NO${word}`));
  if (role.validUntil) words.push(`VALID UNTIL ${escapeLiteral(role.validUntil)}`);
  return `${words.join(' ')} CONNECTION LIMIT ${role.connectionLimit}`;
}

interface Grant extends NotedStatement {
  member: string;
  role: string;
  /** Whether the server knows no such options. */
  losesOptions: boolean;
}

/** The memberships of roles that were made, and those in them of roles that existed. */
function grants(roles: readonly ManifestRole[], plan: RestorePlan): Grant[] {
  const made = new Set(plan.missingRoles);
  return roles.flatMap((member) => {
    const all = member.memberships ?? member.memberOf.map((role) => ({ role, admin: false, inherit: null, set: null }));
    const ours = all.filter(({ role }) => made.has(member.name) || made.has(role));
    return ours.map((membership) => grant(member, membership, plan.server.major));
  });
}

/** Until PostgreSQL 15 a membership has no options but that of its administration. */
function grant(member: ManifestRole, { role, admin, inherit, set }: Membership, major: number): Grant {
  const granted = `GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(member.name)}`;
  const knowsOptions = major >= 16;
  const losesOptions = !knowsOptions && (set === false || (inherit !== null && inherit !== member.inherit));
  let sql = admin ? `${granted} WITH ADMIN OPTION` : granted;
  if (knowsOptions && inherit !== null && set !== null) {
    const options = Object.entries({ ADMIN: admin, INHERIT: inherit, SET: set });
    sql = `${granted} WITH ${options.map(([name, on]) => `${name} ${on ? 'TRUE' : 'FALSE'}`).join(', ')}`;
  }
  return { sql, told: sql, member: member.name, role, losesOptions };
}

/** What a person should know of memberships that were given. */
function tellGranted(granted: readonly Grant[], plan: RestorePlan, note: (sentence: string) => void): void {
  const joined = Map.groupBy(granted, ({ member }) => member);
  for (const [member, memberships] of joined)
    if (!plan.missingRoles.includes(member))
      note(`${member}, which existed, was made a member of ${memberships.map(({ role }) => role).join(', ')}`);
  for (const { member, role, losesOptions } of granted)
    if (losesOptions) note(`the membership of ${member} in ${role} lost its options, which this server does not know`);
}
