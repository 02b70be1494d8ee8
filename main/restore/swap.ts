import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import type pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import type { RestoreLog } from '../state/restoreLog.ts';

const emptyWithinMs = 10_000;
/** PostgreSQL cuts longer names. */
const nameLimitBytes = 63;

/**
 * Replaces the live database by the restored one: both renames in one transaction. The old one is kept and closed to
 * connections, so that nothing writes into it by mistake.
 * @throws SWAP_FAILED: then the live database is as before, and the restored one is kept.
 */
export async function swapIn(
  restoreId: string,
  restored: string,
  live: string,
  login: Login,
  log: RestoreLog,
  job: Job,
): Promise<void> {
  job.stage('swapping');
  const kept = keptName(live, restoreId);
  log.swapping(restoreId, kept);
  try {
    await withClient(login, (client) =>
      exchange(client, { live, fresh: restored, kept }, () => job.reached('swap-blocked')),
    );
  } catch (error) {
    // Any other failure leaves it open what the server has done: the next start finds out.
    if (error instanceof Failure && error.code === 'SWAP_FAILED') log.notSwapped(restoreId);
    throw error;
  }
  log.swapped(restoreId);
  job.reached('swap-done');
}

/** The name under which a replaced database stays. */
export function keptName(live: string, restoreId: string): string {
  const suffix = `_before_${restoreId.slice(-10).toLowerCase()}`;
  let name = live;
  while (Buffer.byteLength(name + suffix) > nameLimitBytes) name = [...name].slice(0, -1).join('');
  return name + suffix;
}

/** `live` becomes `kept`, `fresh` becomes `live`; or nothing changes. @throws SWAP_FAILED */
export async function exchange(
  client: pg.Client,
  { live, fresh, kept }: { live: string; fresh: string; kept: string },
  onBlocked: () => void,
): Promise<void> {
  const [liveId, freshId, keptId] = [live, fresh, kept].map(escapeIdentifier);
  try {
    // Even superusers cannot come back in between.
    await client.query(`ALTER DATABASE ${liveId} WITH ALLOW_CONNECTIONS false`);
    await client.query(`ALTER DATABASE ${freshId} WITH ALLOW_CONNECTIONS false`);
    onBlocked();
    await disconnectAll(client, [live, fresh]);
    await client.query('BEGIN');
    await client.query(`ALTER DATABASE ${liveId} RENAME TO ${keptId}`);
    await client.query(`ALTER DATABASE ${freshId} RENAME TO ${liveId}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // the connection itself may be what failed
    await allowConnections(client, live);
    await allowConnections(client, fresh);
    throw new Failure(
      'SWAP_FAILED',
      `the databases could not be exchanged: ${(error as Error).message}`,
      `The live database ${live} is as before; the restored one is kept as ${fresh}.`,
      { cause: error },
    );
  }
  await allowConnections(client, live);
}

export async function allowConnections(client: pg.Client, database: string): Promise<void> {
  await client.query(`ALTER DATABASE ${escapeIdentifier(database)} WITH ALLOW_CONNECTIONS true`);
}

async function disconnectAll(client: pg.Client, databases: string[]): Promise<void> {
  const deadline = Date.now() + emptyWithinMs;
  for (;;) {
    const sessions = await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY($1) AND pid <> pg_backend_pid()',
      [databases],
    );
    if (sessions.rows.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${sessions.rows.length} sessions do not end`);
    await sleep(50);
  }
}
