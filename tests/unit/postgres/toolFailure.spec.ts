import { expect, test } from '@playwright/test';
import { complaintFailure, toolFailure } from '../../../main/postgres/toolFailure.ts';

const at = 'connection to server at "127.0.0.1", port 5432 failed';

/** What the programs and the server really say (LC_ALL=C), and what it means. */
const said = [
  [`pg_dump: error: ${at}: FATAL:  password authentication failed for user "shop"`, 'SOURCE_PASSWORD_WRONG'],
  [`psql: error: ${at}: fe_sendauth: no password supplied`, 'SOURCE_PASSWORD_WRONG'],
  [
    `psql: error: ${at}: FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "shop", database "shop", no encryption`,
    'SOURCE_PASSWORD_WRONG',
  ],
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'SOURCE_PASSWORD_WRONG'],
  [`pg_dump: error: ${at}: FATAL:  database "shpo" does not exist`, 'SOURCE_DATABASE_MISSING'],
  [
    'psql: error: could not translate host name "db.invalid" to address: Name or service not known',
    'SOURCE_UNREACHABLE',
  ],
  ['getaddrinfo ENOTFOUND db.invalid', 'SOURCE_UNREACHABLE'],
  [
    `pg_dump: error: ${at}: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
    'SOURCE_UNREACHABLE',
  ],
  [`psql: error: ${at}: timeout expired`, 'SOURCE_UNREACHABLE'],
  [`psql: error: ${at}: No route to host`, 'SOURCE_UNREACHABLE'],
  [`psql: error: ${at}: FATAL:  the database system is starting up`, 'SOURCE_UNREACHABLE'],
  [`psql: error: ${at}: FATAL:  the database system is in recovery mode`, 'SOURCE_UNREACHABLE'],
  [`psql: error: ${at}: FATAL:  the database system is not yet accepting connections`, 'SOURCE_UNREACHABLE'],
  [
    'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 17.5; pg_dump version: 15.18',
    'TOOL_TOO_OLD',
  ],
  ['pg_restore: error: unsupported version (1.16) in file header', 'TOOL_TOO_OLD'],
  [
    'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "customers"\n' +
      "HINT:  To disable the policy for the table's owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY.",
    'ROW_SECURITY_FILTERS',
  ],
  ['pg_dump: error: query failed: ERROR:  permission denied for table audit_log', 'PRIVILEGE_MISSING'],
  [
    'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout\n' +
      'pg_dump: detail: Query was: LOCK TABLE shop.sales IN ACCESS SHARE MODE',
    'LOCK_TIMEOUT',
  ],
  ['pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout', 'LOCK_TIMEOUT'],
  ['pg_restore: error: could not execute query: ERROR:  deadlock detected', 'LOCK_TIMEOUT'],
  [
    'pg_dump: error: Dumping the contents of table "sales" failed: PQgetCopyData() failed.\n' +
      'pg_dump: detail: Error message from server: server closed the connection unexpectedly',
    'SOURCE_CONNECTION_LOST',
  ],
  [
    'pg_restore: error: could not execute query: FATAL:  terminating connection due to administrator command',
    'SOURCE_CONNECTION_LOST',
  ],
  ['Connection terminated unexpectedly', 'SOURCE_CONNECTION_LOST'],
  [
    'pg_restore: error: COPY failed for table "sales": ERROR:  could not extend file "base/16384/16391": No space left on device',
    'DISK_TOO_SMALL',
  ],
] as const;

for (const [words, code] of said)
  test(`${words.split('\n')[0]} is ${code}`, () => {
    const failure = toolFailure('pg_dump', ['--format=custom'], { status: 1, signal: null, stderr: `${words}\n` });
    expect(failure.code).toBe(code);
    expect(failure.hint).toMatch(/^[A-Z].*\.$/);
    expect(failure.details).toMatchObject({ program: 'pg_dump', status: 1, stderr: `${words}\n` });
  });

test('an error that is not known is told in its own words', () => {
  const stderr = [
    'pg_restore: warning: restoring tables WITH OIDS is not supported anymore',
    'pg_restore: error: could not execute query: ERROR:  role "till" does not exist',
    'Command was: ALTER TABLE shop.sales OWNER TO till;',
  ].join('\n');
  expect(toolFailure('pg_restore', [], { status: 1, signal: null, stderr })).toMatchObject({
    code: 'TOOL_FAILED',
    message: 'pg_restore failed: role "till" does not exist',
    details: { stderr },
  });
});

test('a killed program is told by its signal', () => {
  expect(toolFailure('pg_dump', [], { status: null, signal: 'SIGKILL', stderr: '' })).toMatchObject({
    code: 'TOOL_FAILED',
    message: 'pg_dump was killed (SIGKILL)',
  });
});

test('a program that failed without a word is still a failure with a sentence', () => {
  expect(toolFailure('pg_dump', [], { status: 3, signal: null, stderr: '' })).toMatchObject({
    code: 'TOOL_FAILED',
    message: expect.stringMatching(/^pg_dump failed/),
    details: { status: 3 },
  });
});

test('of a flood of words the end is kept, where the reason stands', () => {
  const stderr = `${'pg_restore: warning: noise\n'.repeat(1_000)}pg_restore: error: permission denied`;
  const { code, details } = toolFailure('pg_restore', [], { status: 1, signal: null, stderr });
  expect(code).toBe('PRIVILEGE_MISSING');
  expect(details.stderr).toMatch(/permission denied$/);
  expect(String(details.stderr).length).toBeLessThanOrEqual(4_000);
});

test('words that mean nothing known are no failure of their own', () => {
  expect(complaintFailure('syntax error at or near "SELCT"', {})).toBeNull();
});
