import { Failure, type FailureCode } from '../../shared/failure.ts';
import { withoutTransactionTimeout } from './restoreVerdict.ts';

/** What a connection or a program complained of, by the server's or libpq's own words (in English, as LC_ALL=C makes libpq's). */
const complaints: { pattern: RegExp; code: FailureCode; message: string; hint: string }[] = [
  {
    pattern:
      /password authentication failed|no password supplied|SASL: SCRAM|pg_hba\.conf rejects|no pg_hba\.conf entry/i,
    code: 'SOURCE_PASSWORD_WRONG',
    message: 'the server refused the login: wrong user or password',
    hint: 'Set the password again with `strongroom source password NAME --for main --password-stdin`.',
  },
  {
    pattern: /database ".*" does not exist/i,
    code: 'SOURCE_DATABASE_MISSING',
    message: 'the server has no database of this name',
    hint: 'Check the name behind the last slash of the URL; names are case-sensitive.',
  },
  {
    pattern: /could not translate host name|ENOTFOUND|EAI_AGAIN/i,
    code: 'SOURCE_UNREACHABLE',
    message: 'the name of the server is not known',
    hint: 'Check the host name in the URL, and the name resolution of this machine.',
  },
  {
    pattern:
      /connection refused|could not connect|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|timeout expired|connection timeout|No route to host|the database system is (starting up|shutting down|in recovery mode|not yet accepting|not accepting)/i,
    code: 'SOURCE_UNREACHABLE',
    message: 'the server does not answer',
    hint: 'Check host and port, that PostgreSQL runs there, and that no firewall stands between.',
  },
  {
    pattern: /too many clients already|remaining connection slots|too many connections for (role|database)/i,
    code: 'SOURCE_UNREACHABLE',
    message: 'the server takes no more connections',
    hint: 'Close idle sessions there, or raise max_connections or the CONNECTION LIMIT of the role.',
  },
  {
    pattern: /is not currently accepting connections/i,
    code: 'SOURCE_UNREACHABLE',
    message: 'the database takes no connections',
    hint: 'A swap that did not end may have left it so. As a superuser: ALTER DATABASE name WITH ALLOW_CONNECTIONS true.',
  },
  {
    pattern: /does not support SSL/i,
    code: 'SOURCE_UNREACHABLE',
    message: 'the server does not offer the encryption that sslmode asks for',
    hint: 'Turn on ssl in postgresql.conf, or add the source with another --sslmode.',
  },
  {
    pattern: /server version mismatch/i,
    code: 'TOOL_TOO_OLD',
    message: 'the client programs are older than the server',
    hint: 'Install the client programs of the version of the server or a later one.',
  },
  {
    pattern: /unsupported version \([\d.]+\) in file header/i,
    code: 'TOOL_TOO_OLD',
    message: 'the client programs are too old to read this archive',
    hint: 'Install the client programs of the version that made the backup or a later one.',
  },
  {
    pattern: /affected by row-level security policy/i,
    code: 'ROW_SECURITY_FILTERS',
    message: 'row-level security would hide rows from this role',
    hint: 'Back up as a role with BYPASSRLS; `strongroom doctor` prints the SQL that makes one.',
  },
  {
    pattern: /permission denied/i,
    code: 'PRIVILEGE_MISSING',
    message: 'the role lacks a privilege',
    hint: 'Grant what the details name; `strongroom doctor` lists every relation that cannot be read.',
  },
  {
    pattern: /lock timeout|statement timeout|deadlock detected/i,
    code: 'LOCK_TIMEOUT',
    message: 'another session holds a lock for too long',
    hint: 'Try again when the migration or maintenance job that holds the lock is done.',
  },
  {
    pattern:
      /server closed the connection|terminating connection|connection to server was lost|Connection terminated|ECONNRESET|EPIPE|could not receive data from server|crash of another server process|SSL connection has been closed|Connection reset/i,
    code: 'SOURCE_CONNECTION_LOST',
    message: 'the connection to the server was lost',
    hint: 'Look into the log of the PostgreSQL server; start again when it runs.',
  },
  {
    pattern: /No space left on device|could not extend file/i,
    code: 'DISK_TOO_SMALL',
    message: 'a disk of the server is full',
    hint: 'Make room on the disk of the PostgreSQL server, then start again.',
  },
];

/** The failure that these words mean, or null. What was complained of first is the cause of the rest. */
export function complaintFailure(words: string, details: Record<string, unknown>, cause?: unknown): Failure | null {
  const [found] = complaints
    .map((complaint) => ({ ...complaint, at: words.search(complaint.pattern) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at);
  return found ? new Failure(found.code, found.message, found.hint, { details, cause }) : null;
}

/** Why a client program failed. Its arguments hold no secret, so they may be shown. */
export function toolFailure(
  program: string,
  args: readonly string[],
  end: { status: number | null; signal: string | null; stderr: string },
): Failure {
  const details = { program, args, status: end.status, signal: end.signal, stderr: end.stderr.slice(-4000) };
  const reason = withoutTransactionTimeout(end.stderr);
  const known = complaintFailure(reason, details);
  if (known) return known;
  if (end.signal)
    return new Failure(
      'TOOL_FAILED',
      `${program} was killed (${end.signal})`,
      'Start again; if it happens again, look for what ends the process.',
      {
        details,
      },
    );
  const said = reason.split('\n').find((line) => /error|fatal/i.test(line)) ?? reason.split('\n')[0] ?? '';
  return new Failure(
    'TOOL_FAILED',
    `${program} failed: ${said.replace(/^.*?(error|FATAL):\s*(could not execute query: \S+:\s*)?/i, '')}`,
    'The details hold everything that the program said.',
    {
      details,
    },
  );
}
