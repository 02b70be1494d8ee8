import { expect, test } from '@playwright/test';
import { onlyTransactionTimeout, withoutTransactionTimeout } from '../../../main/postgres/restoreVerdict.ts';

/** As pg_restore 17 says it about a server of version 15. */
const timeout = `pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
Command was: SET transaction_timeout = 0;
`;
const germanTimeout = `pg_restore: error: could not execute query: FEHLER:  unbekannter Konfigurationsparameter »transaction_timeout«
Command was: SET transaction_timeout = 0;
`;
const ignored = (count: number) => `pg_restore: warning: errors ignored on restore: ${count}\n`;
const missingRole = `pg_restore: from TOC entry 215; 1259 16390 TABLE sales shop_owner
pg_restore: error: could not execute query: ERROR:  role "shop_owner" does not exist
Command was: ALTER TABLE shop.sales OWNER TO shop_owner;

`;

test('a pg_restore that only stumbled over transaction_timeout has done its work', () => {
  expect(onlyTransactionTimeout(timeout + ignored(1))).toBe(true);
});

test('the language of the server does not change the verdict', () => {
  expect(onlyTransactionTimeout(germanTimeout + ignored(1))).toBe(true);
});

test('parallel sessions complain once each, with a count that is not to be trusted', () => {
  const initializing = `pg_restore: while INITIALIZING:\n${timeout}`;
  expect(onlyTransactionTimeout(initializing + timeout + timeout + ignored(2))).toBe(true);
});

test('what else pg_restore warns of or tells with it does not matter', () => {
  const circular = 'pg_restore: warning: there are circular foreign-key constraints on this table:\n';
  const hint = 'pg_restore: hint: You might not be able to restore the dump without using --disable-triggers.\n';
  expect(
    onlyTransactionTimeout(`pg_restore: connecting to database for restore\n${timeout}${circular}${hint}${ignored(1)}`),
  ).toBe(true);
});

test('a missing role beside it is a failure', () => {
  expect(onlyTransactionTimeout(timeout + missingRole + ignored(2))).toBe(false);
  expect(onlyTransactionTimeout(missingRole + timeout + ignored(2))).toBe(false);
});

test('a missing role in another language is a failure', () => {
  const german = missingRole.replace(
    'ERROR:  role "shop_owner" does not exist',
    'FEHLER:  Rolle »shop_owner« existiert nicht',
  );
  expect(onlyTransactionTimeout(germanTimeout + german + ignored(2))).toBe(false);
});

test('a failure tells what else went wrong, and not the harmless stumble', () => {
  const warning = 'pg_restore: warning: errors ignored on restore: 3\n';
  expect(withoutTransactionTimeout(timeout + missingRole + germanTimeout + warning)).toBe(missingRole);
  expect(withoutTransactionTimeout('pg_dump: error: no such table\n')).toBe('pg_dump: error: no such table\n');
});

test('complaints of two sessions that came in between each other are a failure', () => {
  expect(onlyTransactionTimeout(missingRole.replace('Command was', `${timeout}Command was`) + ignored(2))).toBe(false);
});

test('a refused command that only contains the words is a failure', () => {
  const body = `pg_restore: error: could not execute query: ERROR:  permission denied for schema shop
Command was: CREATE FUNCTION shop.touch() RETURNS void LANGUAGE sql AS $$
SET transaction_timeout = 0;
$$;
`;
  expect(onlyTransactionTimeout(body + ignored(1))).toBe(false);
  const comment = `pg_restore: error: could not execute query: ERROR:  relation "a" does not exist
Command was: COMMENT ON TABLE a IS 'Command was: SET transaction_timeout = 0;';
`;
  expect(onlyTransactionTimeout(comment + ignored(1))).toBe(false);
});

test('an error without a command, or no error at all, is no such verdict', () => {
  expect(onlyTransactionTimeout(`${timeout}pg_restore: error: could not read from input file: end of file\n`)).toBe(
    false,
  );
  expect(onlyTransactionTimeout(`${timeout}pg_restore: fatal: out of memory\n`)).toBe(false);
  expect(onlyTransactionTimeout(ignored(1))).toBe(false);
  expect(onlyTransactionTimeout('')).toBe(false);
});

test('a server that dies after the stumble is a failure', () => {
  const lost = `pg_restore: error: could not execute query: server closed the connection unexpectedly
\tThis probably means the server terminated abnormally
\tbefore or while processing the request.
Command was: CREATE INDEX a ON b (c);

`;
  expect(onlyTransactionTimeout(timeout + lost)).toBe(false);
});
