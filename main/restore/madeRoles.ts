import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { withClient, type Login } from '../postgres/connect.ts';

/** The comment of a role while nobody knows whether the restore that made it comes to its end. */
export function markedComment(restoreId: string, comment: string | null): string {
  return comment === null ? mark(restoreId) : `${mark(restoreId)}\n${comment}`;
}

/** It stands on the role from the transaction that makes it, so that no other role is ever taken for one of ours. */
const mark = (restoreId: string) => `strongroom: made by the restore ${restoreId}, which is not finished`;

/** Roles that a restore has made stay: they get the comments of the backup. */
export async function keepMadeRoles(restoreId: string, login: Login): Promise<void> {
  await withClient(login, async (client) => {
    for (const role of await madeRoles(client, restoreId)) await unmark(client, role);
  });
}

/** What PostgreSQL says of a role that owns something or has rights, that is in use, or that we may not drop. */
const refusals = ['2BP01', '55006', '42501'];

/**
 * Drops the roles that a restore has made, once its database is gone. One that owns something else by now, has rights on
 * it, a password or a session is kept.
 * @returns why roles were kept, a sentence for each.
 */
export async function dropMadeRoles(restoreId: string, login: Login): Promise<string[]> {
  return withClient(login, async (client) => {
    const kept: string[] = [];
    for (const role of await madeRoles(client, restoreId)) {
      const reason = (await inUse(client, role.name)) ?? (await refusal(client, role.name));
      if (reason === null) continue;
      await unmark(client, role);
      kept.push(`the role ${role.name}, which the restore had made, was kept: ${reason}`);
    }
    return kept;
  });
}

interface MadeRole {
  name: string;
  /** Marked. */
  comment: string;
}

async function madeRoles(client: Client, restoreId: string): Promise<MadeRole[]> {
  const { rows } = await client.query<MadeRole>(
    `SELECT rolname AS name, comment FROM pg_roles, shobj_description(oid, 'pg_authid') comment
     WHERE split_part(comment, E'\\n', 1) = $1 ORDER BY 1`,
    [mark(restoreId)],
  );
  return rows;
}

async function unmark(client: Client, { name, comment }: MadeRole): Promise<void> {
  const [, ...own] = comment.split('\n');
  const text = own.length === 0 ? 'NULL' : escapeLiteral(own.join('\n'));
  await client.query(`COMMENT ON ROLE ${escapeIdentifier(name)} IS ${text}`);
}

/** Passwords are seen by superusers only; for others the sessions have to tell. */
async function inUse(client: Client, name: string): Promise<string | null> {
  const session = await client.query('SELECT FROM pg_stat_activity WHERE usename = $1', [name]);
  if (session.rows.length > 0) return 'somebody is logged in with it';
  const me = await client.query<{ sees: boolean }>(`SELECT has_table_privilege('pg_authid', 'SELECT') AS sees`);
  if (!me.rows[0]!.sees) return null;
  const login = await client.query('SELECT FROM pg_authid WHERE rolname = $1 AND rolpassword IS NOT NULL', [name]);
  return login.rows.length > 0 ? 'it has a password by now' : null;
}

async function refusal(client: Client, name: string): Promise<string | null> {
  try {
    await client.query(`DROP ROLE ${escapeIdentifier(name)}`);
    return null;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (!refusals.includes(code ?? '')) throw error;
    return message;
  }
}
