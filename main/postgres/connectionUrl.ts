import { Failure } from '../../shared/failure.ts';
import { sslModes, type Connection, type SslMode } from '../../shared/source.ts';

/**
 * Reads `postgresql://user@host:port/db`.
 * @throws USAGE for anything else, and for a URL that carries a password: it would be in the shell's history.
 */
export function parseConnectionUrl(text: string, sslmode?: string): Connection {
  const { url, user, database } = readUrl(text);
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:') throw wrong('the URL is not a postgresql:// one');
  if (url.password !== '')
    throw new Failure(
      'USAGE',
      'a password does not belong into the URL',
      'Leave it out and give it with --password-stdin; what is on the command line can be read by others.',
    );
  if (url.hostname === '' || database === '' || user === '')
    throw wrong('the URL lacks the user, the host or the database');
  const mode = sslmode ?? url.searchParams.get('sslmode') ?? 'prefer';
  if (!sslModes.includes(mode as SslMode)) throw wrong(`the sslmode ${mode} does not exist`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    database,
    sslmode: mode as SslMode,
  };
}

function readUrl(text: string): { url: URL; user: string; database: string } {
  try {
    const url = new URL(text);
    return { url, user: decodeURIComponent(url.username), database: decodeURIComponent(url.pathname.slice(1)) };
  } catch (error) {
    throw wrong('the URL cannot be read', error);
  }
}

function wrong(sentence: string, cause?: unknown): Failure {
  return new Failure('USAGE', sentence, 'Write it as postgresql://user@host:port/database.', { cause });
}
