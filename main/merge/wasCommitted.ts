import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';
import { withClient, type Login } from '../postgres/connect.ts';

const attempts = 100;
const waitMs = 100;

/**
 * Whether a transaction was committed whose end nobody saw. One that is still open belongs to a session that has lost us,
 * and is ended.
 * @throws LOCK_TIMEOUT when it does not end; SOURCE_… when the server does not answer.
 */
export async function wasCommitted(transaction: string, login: Login): Promise<boolean> {
  return withClient(login, async (client) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await client.query<{ status: string | null }>('SELECT pg_xact_status($1::xid8) AS status', [
        transaction,
      ]);
      const status = found.rows[0]?.status;
      if (status !== 'in progress') return status === 'committed';
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid::text = ($1::numeric % 4294967296)::text`,
        [transaction],
      );
      await sleep(waitMs);
    }
    throw new Failure(
      'LOCK_TIMEOUT',
      'the transaction of the merge does not end',
      'End the session of "strongroom" on the server, then start Strongroom again.',
    );
  });
}
