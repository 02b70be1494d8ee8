import type pg from 'pg';
import type { ManifestDatabase, ManifestRole } from '../../shared/manifest.ts';
import { connect, connectionFailure, endSession, type Login } from '../postgres/connect.ts';
import { describeDatabase, listRoles, listTables, takeInventory, type Inventory } from '../postgres/inventory.ts';
import { tablePattern } from './splitTables.ts';

/** What is recorded of the database, all of it as of the snapshot (but for sequences, which have no snapshot). */
export interface DatabaseFacts {
  database: ManifestDatabase;
  roles: ManifestRole[];
  inventory: Inventory;
}

export interface Snapshot {
  /** What `pg_dump --snapshot` takes. */
  id: string;
  /** Just before it: all that was committed until then is in the backup. */
  takenAt: Date;
  /** Biggest first. */
  tables: Awaited<ReturnType<typeof listTables>>;
  /** Gathered while the dump runs. */
  facts: Promise<DatabaseFacts>;
  close(): Promise<void>;
}

/** How long a backup waits for a table that another session has locked. */
export const lockTimeoutMs = 30_000;
const tablesPerLock = 500;

/**
 * Opens the transaction whose snapshot every dump program imports, and keeps it open.
 *
 * The tables are locked (ACCESS SHARE, as pg_dump does) before the snapshot is taken: a TRUNCATE between snapshot and
 * lock would empty the dump without an error, because TRUNCATE does not respect snapshots.
 * @throws LOCK_TIMEOUT, SOURCE_…, CANCELLED, also while it waits for a lock
 */
export async function exportSnapshot(login: Login, signal: AbortSignal): Promise<Snapshot> {
  const client = await connect({ ...login, signal });
  let ending: Promise<void> | null = null;
  const leave = () => {
    ending = endSession(login, client);
    void client.end().catch(() => undefined); // the query fails with the connection
  };
  try {
    signal.addEventListener('abort', leave, { once: true });
    signal.throwIfAborted();
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
    const tables = await listTables(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (let i = 0; i < tables.length; i += tablesPerLock)
      await client.query(
        `LOCK TABLE ONLY ${tables
          .slice(i, i + tablesPerLock)
          .map(tablePattern)
          .join(', ONLY ')} IN ACCESS SHARE MODE`,
      );
    const takenAt = new Date();
    const exported = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const { id } = exported.rows[0]!;
    let gathering = true;
    const facts = gatherFacts(client)
      .catch((error: unknown) => {
        throw connectionFailure(error, login.connection);
      })
      .finally(() => (gathering = false));
    facts.catch(() => undefined); // looked at when the dump is done; a failure of the dump comes first
    return {
      id,
      takenAt,
      tables,
      facts,
      async close() {
        if (gathering) await endSession(login, client); // nobody wants them any more
        await facts.catch(() => undefined); // the connection cannot be closed under a running query
        await client.end().catch(() => undefined); // the transaction ends with its connection, lost or not
      },
    };
  } catch (error) {
    await client.end().catch(() => undefined); // the first failure is the one to tell
    await ending;
    signal.throwIfAborted();
    throw connectionFailure(error, login.connection);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function gatherFacts(client: pg.Client): Promise<DatabaseFacts> {
  return {
    database: await describeDatabase(client),
    roles: await listRoles(client),
    inventory: await takeInventory(client),
  };
}
