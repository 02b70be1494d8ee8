import pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { Connection } from '../../shared/source.ts';
import { sessionSettings, settingOptions } from './sessionSettings.ts';
import { complaintFailure } from './toolFailure.ts';

/** How to log in. The password file is for client programs, the password for our own connections. */
export interface Login {
  connection: Connection;
  /** Null: looked up as libpq does (PGPASSFILE, .pgpass). */
  password: string | null;
  passfile: string | undefined;
  /** Run-time settings of its sessions, beside the pinned ones. */
  settings?: Readonly<Record<string, string>>;
  /** To ask for the stream of changes instead of a database. */
  streaming?: boolean;
  /** Ends its sessions, whatever they wait for, and lets none begin: for work that only looks. */
  signal?: AbortSignal;
}

const connectTimeoutMs = 15_000;

/**
 * Opens a connection with pinned session settings.
 * @throws SOURCE_UNREACHABLE, SOURCE_PASSWORD_WRONG, SOURCE_DATABASE_MISSING …; the reason of the login's signal
 */
export async function connect(
  { connection, password, settings, streaming, signal }: Login,
  database = connection.database,
): Promise<pg.Client> {
  const attempts = sslAttempts(connection.sslmode);
  for (const [index, ssl] of attempts.entries()) {
    signal?.throwIfAborted();
    const client = new pg.Client({
      host: connection.host,
      port: connection.port,
      user: connection.user,
      database,
      password: password ?? undefined,
      ssl,
      application_name: 'strongroom',
      options: settingOptions({ ...sessionSettings, ...settings }),
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      ...(streaming ? { replication: 'true' } : {}),
    });
    // A lost connection fails the query that runs or the next one; without a listener it would end the process.
    client.on('error', () => undefined);
    // `end` waits for a server that may never answer.
    const leave = () => client.connection.stream.destroy(new Error('cancelled'));
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await client.connect();
      signal?.throwIfAborted();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined); // it never came to be open
      signal?.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      if (/does not support SSL/.test(message) && index < attempts.length - 1) continue;
      throw connectionFailure(error, connection, database);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }
  throw new Error('no way of connecting was tried');
}

/**
 * Runs `work` on a connection of its own. Errors of the server become Failures.
 * @param signal in the place of that of the login: ends the connection, whatever it waits for; the reason of the signal is thrown.
 */
export async function withClient<T>(
  login: Login,
  work: (client: pg.Client) => Promise<T>,
  database?: string,
  signal = login.signal,
): Promise<T> {
  const client = await connect({ ...login, signal }, database);
  let ending: Promise<void> | undefined;
  const leave = () => {
    ending = endSession(login, client);
    void client.end().catch(() => undefined); // the work fails with the connection
  };
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Failure ? error : connectionFailure(error, login.connection, database);
  } finally {
    signal?.removeEventListener('abort', leave);
    await client.end().catch(() => undefined); // a connection that is gone need not be closed
    await ending;
  }
}

const endPatienceMs = 2_000;

/**
 * Ends a session of this login on the server, and waits for its end, but not for a server that is gone: a session that
 * only loses its client goes on waiting for a lock, and others wait behind it.
 */
export async function endSession(login: Login, session: pg.Client): Promise<void> {
  const { processID } = session as pg.Client & { processID: number | null };
  const signal = AbortSignal.timeout(endPatienceMs);
  const client = await connect({ ...login, streaming: false, signal }).catch(() => null); // no server, no session
  if (!client) return;
  const leave = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', leave, { once: true });
  const waitMs = endPatienceMs / 2;
  await client.query('SELECT pg_terminate_backend($1, $2)', [processID, waitMs]).catch(() => undefined);
  signal.removeEventListener('abort', leave);
  await client.end().catch(() => undefined);
}

/** What an error of a connection or a query means to a person; an error that is unknown comes back as it is. */
export function connectionFailure(error: unknown, connection: Connection, database = connection.database): unknown {
  const { host, port, user } = connection;
  const parts = error instanceof AggregateError ? error.errors : [error];
  const said = parts.map((part) => `${(part as { code?: string }).code ?? ''} ${(part as Error).message}`).join('; ');
  const code = (error as { code?: unknown }).code;
  if (code === '28P01' || code === '28000')
    return complaintFailure('password authentication failed', { host, port, user, said }, error);
  if (code === '3D000') return complaintFailure('database "" does not exist', { host, port, database, said }, error);
  if (code === '42501') return complaintFailure(`permission denied`, { host, port, user, said }, error);
  return complaintFailure(said, { host, port, user, database, said }, error) ?? error;
}

/** libpq's sslmode in the terms of this driver, in the order in which they are tried. */
function sslAttempts(
  mode: Connection['sslmode'],
): (false | { rejectUnauthorized: boolean; checkServerIdentity?: () => undefined })[] {
  const encrypted = { rejectUnauthorized: false };
  switch (mode) {
    case 'disable':
      return [false];
    case 'allow':
      return [false, encrypted];
    case 'prefer':
      return [encrypted, false];
    case 'require':
      return [encrypted];
    case 'verify-ca':
      return [{ rejectUnauthorized: true, checkServerIdentity: () => undefined }];
    case 'verify-full':
      return [{ rejectUnauthorized: true }];
    default:
      return mode satisfies never;
  }
}
