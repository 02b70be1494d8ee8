import type pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { Assertion, AssertionResult } from '../../shared/drill.ts';
import type { Job } from '../../shared/job.ts';
import { withClient, type Login } from '../postgres/connect.ts';

const timeoutSeconds = 60;
/** In a database that people work in. */
const trySeconds = 10;

/** Nothing that a query of a person does may change anything, or take for ever. */
function careful(login: Login, seconds = timeoutSeconds): Login {
  const settings = {
    ...login.settings,
    default_transaction_read_only: 'on',
    statement_timeout: `${seconds}s`,
    lock_timeout: '5s',
  };
  return { ...login, settings };
}

/** Runs the assertions of a source in a restored database, each in a read-only transaction of its own. @throws SOURCE_…, CANCELLED */
export async function runAssertions(
  assertions: readonly Assertion[],
  database: string,
  login: Login,
  job: Job,
): Promise<AssertionResult[]> {
  if (assertions.length === 0) return [];
  job.stage('checking the assertions');
  return withClient(
    careful(login),
    async (client) => {
      const results: AssertionResult[] = [];
      for (const assertion of assertions) results.push(await runOne(assertion, client));
      return results;
    },
    database,
    job.signal,
  );
}

/**
 * Runs one assertion in the live database, in a read-only transaction and never longer than ten seconds.
 * @returns also what does not hold, or did not run. @throws SOURCE_…
 */
export async function tryAssertion(assertion: Assertion, login: Login): Promise<AssertionResult> {
  return withClient(careful(login, trySeconds), (client) => runOne(assertion, client));
}

async function runOne(assertion: Assertion, client: pg.Client): Promise<AssertionResult> {
  const begun = performance.now();
  const done = (found: string | null, reason: string | null): AssertionResult => ({
    ...assertion,
    found,
    ok: reason === null && holds(assertion, found),
    seconds: Math.round(performance.now() - begun) / 1000,
    reason,
  });
  try {
    const rows = await inReadOnly(client, asTable(assertion.sql));
    if (rows.length !== 1 || rows[0]?.length !== 1)
      return done(
        null,
        `it returned ${rows.length === 1 ? `${rows[0]?.length} columns` : rows.length === 0 ? 'no row' : 'more than one row'}; one value is needed`,
      );
    const value = rows[0][0];
    return done(value === null ? null : String(value), null);
  } catch (error) {
    return done(null, (error as Error).message);
  }
}

/** Pure: whether what was found is what was expected; numbers are compared as numbers. */
export function holds({ expected }: Pick<Assertion, 'expected'>, found: string | null): boolean {
  if (expected === null) return found === 'true';
  if (found === null) return false;
  const [a, b] = [expected.trim(), found.trim()];
  return a === b || (a !== '' && b !== '' && Number(a) === Number(b));
}

/**
 * Asks a database whether it understands a query, without running it.
 * @throws ASSERTION_WRONG with what the server said; SOURCE_…
 */
export async function checkAssertion({ name, sql }: Assertion, login: Login): Promise<void> {
  await withClient(careful(login), async (client) => {
    try {
      await inReadOnly(client, `EXPLAIN ${asTable(sql)}`);
    } catch (error) {
      throw new Failure(
        'ASSERTION_WRONG',
        `the database does not understand the assertion ${name}: ${(error as Error).message}`,
        'Give one query that returns one value, and name its tables with their schema, such as shop.sales.',
        { cause: error },
      );
    }
  });
}

/** As a part of a query nothing can stand that changes anything by itself: only a SELECT fits there. */
function asTable(sql: string): string {
  return `SELECT * FROM (\n${sql.trim().replace(/;+$/, '')}\n) AS assertion LIMIT 2`;
}

/** A named statement goes the way on which the server takes one command only, so none can hide behind another. */
async function inReadOnly(client: pg.Client, text: string): Promise<unknown[][]> {
  await client.query('BEGIN TRANSACTION READ ONLY');
  try {
    const name = `assertion_${nextName++}`;
    const { rows } = await client.query<unknown[]>({ name, text, rowMode: 'array' });
    return rows;
  } finally {
    await client.query('ROLLBACK');
  }
}

let nextName = 1;
