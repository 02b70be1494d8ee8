import { reportFailure } from '../../shared/failure.ts';
import type { Connection, PasswordPurpose, Source } from '../../shared/source.ts';
import type { RowFinding } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { findRestoreRisks, findStreamRisks } from '../postgres/loginRisks.ts';
import { withLogin } from '../postgres/passfile.ts';
import { offeredRoles } from '../postgres/roleSql.ts';

/** A login of its own for one purpose. */
interface OwnLogin {
  connection: Connection;
  password: string;
}

/** Who streams or restores, where a password was set for it; null: the login for everything does. */
export async function ownLogin(
  console: Console,
  { name, connection }: Pick<Source, 'name' | 'connection'>,
  purpose: 'wal' | 'restore',
): Promise<OwnLogin | null> {
  const secret = `source:${name}:${purpose}`;
  const password = await console.secrets.get(secret);
  if (password === null) return null;
  const user = (await console.secrets.get(`${secret}:user`)) ?? offeredRoles[purpose];
  return { connection: { ...connection, user }, password };
}

/** Keeps the password of a login. @param user null: the role that is offered for this purpose. */
export async function keepLogin(
  console: Console,
  name: string,
  purpose: PasswordPurpose,
  { user, password }: { user: string | null; password: string },
): Promise<void> {
  const secret = `source:${name}:${purpose}`;
  if (user === null) await console.secrets.forget(`${secret}:user`);
  else await console.secrets.set(`${secret}:user`, user);
  await console.secrets.set(secret, password);
}

/** What the logins for restores and for streaming lack, where there are any; one that does not come in is among it. */
export async function ownLoginFindings(
  console: Console,
  source: Pick<Source, 'name' | 'connection'>,
  signal?: AbortSignal,
): Promise<RowFinding[]> {
  const found: RowFinding[] = [];
  for (const mode of ['wal', 'restore'] as const) {
    const own = await ownLogin(console, source, mode);
    if (!own) continue;
    const { connection, password } = own;
    const blocked = (error: unknown, relation = `login ${connection.user}`): RowFinding[] => {
      const { message, hint } = reportFailure(error);
      const told = hint.replace('NAME --for main', `${source.name} --for ${mode}`);
      return [{ mode, relation, severity: 'block', reason: `${message}. ${told}` }];
    };
    const ask = async (login: Login) => {
      if (mode === 'restore')
        return withClient(login, (client) => findRestoreRisks(client, connection.database), 'postgres');
      const lacks = await withClient(login, findStreamRisks);
      if (lacks.length > 0) return lacks;
      // pg_hba.conf has lines of its own for streaming.
      return withClient({ ...login, streaming: true }, async (client) => {
        await client.query('IDENTIFY_SYSTEM');
        return [];
      }).catch((error: unknown) => blocked(error, `streaming by ${connection.user}`));
    };
    const asked = withLogin(console.home.runDir, connection, password, ask, signal);
    found.push(...(await asked.catch((error: unknown) => blocked(error))));
  }
  return found;
}
