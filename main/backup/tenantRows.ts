import { escapeLiteral, type Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { findExactPolicies } from '../postgres/policyPlan.ts';
import { enterSnapshot } from '../postgres/snapshot.ts';
import type { TenantScope } from '../postgres/tenantScope.ts';
import type { DumpedTable } from '../streams/tableDigests.ts';
import { inParallel } from '../streams/inParallel.ts';
import { lockTimeoutMs, type Snapshot } from './exportSnapshot.ts';
import { tablePattern } from './splitTables.ts';

/** How many rows of a table, and which: their addresses, hashed together in whatever order. */
export interface RowSum {
  rows: number;
  fingerprint: string;
}

/** What belongs to each tenant of a run, by the oid of the table. */
export interface TenantRows {
  of(tenant: string): Map<number, RowSum>;
}

const noRows: RowSum = { rows: 0, fingerprint: '0' };
/** Within one snapshot the address of a row tells it from every other. */
const rowSum = `count(*)::float8 AS rows, coalesce(bit_xor(hashtidextended(t.ctid, 0)), 0)::text AS fingerprint`;

/**
 * Counts and fingerprints what belongs to each of the tenants, by columns and foreign keys and not by the policies,
 * under a role that sees every row: each table is read once for all of them.
 * @param login of a role that provably sees every row.
 * @param tenants their ids; null when every row of every tenant is wanted.
 */
export async function sumRowsOfTenants(
  scope: TenantScope,
  tenants: readonly string[] | null,
  snapshot: Snapshot,
  login: Login,
  processors: number,
  signal: AbortSignal,
): Promise<TenantRows> {
  const shared = new Map<number, RowSum>();
  const owned = new Map<string, Map<number, RowSum>>();
  const tables = comparableTables(snapshot);
  const sum = async (client: Client, table: (typeof tables)[number]) => {
    const found = scope.owned(table.oid, 't');
    if (found === null) {
      const { rows } = await client.query<RowSum>(`SELECT ${rowSum} FROM ONLY ${tablePattern(table)} t`);
      shared.set(table.oid, rows[0]!);
      return;
    }
    const wanted = tenants === null ? '' : ` WHERE ${found.tenant} IN (${tenants.map(escapeLiteral).join(', ')})`;
    const { rows } = await client.query<RowSum & { tenant: string | null }>(
      `SELECT ${found.tenant}::text AS tenant, ${rowSum} FROM ${found.from}${wanted} GROUP BY ${found.tenant}`,
    );
    for (const { tenant, ...sums } of rows) {
      if (tenant === null) continue;
      const known = owned.get(tenant) ?? new Map<number, RowSum>();
      owned.set(tenant, known.set(table.oid, sums));
    }
  };
  const queue = [...tables]; // the biggest are begun first
  await inParallel(
    Array.from(
      { length: Math.max(1, Math.min(processors, 4)) },
      () => (stop: AbortSignal) =>
        inSnapshot(login, snapshot, stop, async (client) => {
          for (let table = queue.shift(); table; table = queue.shift()) await sum(client, table);
        }),
    ),
    signal,
  );
  return {
    of: (tenant) => new Map(tables.map(({ oid }) => [oid, shared.get(oid) ?? owned.get(tenant)?.get(oid) ?? noRows])),
  };
}

/**
 * What a session sees under its row-level security, of those tables of which its plan does not tell that it is just what
 * belongs to the tenant.
 * @param login of the tenant, with its settings.
 */
export function sumVisibleRows(
  login: Login,
  scope: TenantScope,
  tenant: string,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Map<number, RowSum>> {
  return inSnapshot(login, snapshot, signal, async (client) => {
    await client.query('SET LOCAL row_security = on');
    const tables = comparableTables(snapshot);
    const oids = tables.map(({ oid }) => oid);
    const exact = await findExactPolicies(client, scope, tenant, oids);
    const sums = new Map<number, RowSum>();
    for (const table of tables.filter(({ oid }) => !exact.has(oid))) {
      const { rows } = await client.query<RowSum>(`SELECT ${rowSum} FROM ONLY ${tablePattern(table)} t`);
      sums.set(table.oid, rows[0]!);
    }
    return sums;
  });
}

/**
 * Refuses a tenant whose login sees other rows than are the tenant's.
 * @param seen what was counted; of the other tables it is known that they are the same.
 * @throws TENANT_FILTER_UNSAFE when it sees none of them, TENANT_ROWS_DIFFER with the tables.
 */
export function refuseOtherRows(
  tenant: string,
  scope: TenantScope,
  snapshot: Snapshot,
  expected: ReadonlyMap<number, RowSum>,
  seen: ReadonlyMap<number, RowSum>,
): void {
  const compared = comparableTables(snapshot).map((table) => ({
    ...table,
    own: scope.owned(table.oid, 't') !== null,
    expected: expected.get(table.oid) ?? noRows,
    seen: seen.get(table.oid) ?? expected.get(table.oid) ?? noRows,
  }));
  const differing = compared.filter(
    (table) => table.expected.rows !== table.seen.rows || table.expected.fingerprint !== table.seen.fingerprint,
  );
  if (differing.length === 0) return;
  const own = compared.filter((table) => table.own);
  if (own.every((table) => table.seen.rows === 0) && own.some((table) => table.expected.rows > 0))
    throw new Failure(
      'TENANT_FILTER_UNSAFE',
      `the tenant login sees no row of the tenant ${tenant}, which has some`,
      'The policies read another setting, or are for another role: correct the tenant model of the source.',
    );
  throw rowsDiffer(
    tenant,
    differing.map(
      (table) =>
        `${tablePattern(table)}: ${table.expected.rows} rows are the tenant’s, its login sees ${table.seen.rows}`,
    ),
    'its login sees other rows than are the tenant’s',
  );
}

/** Refuses an archive that does not hold as many rows as were proven. @throws TENANT_ROWS_DIFFER */
export function refuseOtherArchive(
  tenant: string,
  snapshot: Snapshot,
  expected: ReadonlyMap<number, RowSum>,
  dumped: readonly DumpedTable[],
): void {
  const rows = new Map(dumped.map((table) => [table.oid, table.rows]));
  const differing = comparableTables(snapshot).filter(
    ({ oid }) => rows.get(oid) !== (expected.get(oid) ?? noRows).rows,
  );
  if (differing.length === 0) return;
  throw rowsDiffer(
    tenant,
    differing.map(
      (table) =>
        `${tablePattern(table)}: ${expected.get(table.oid)?.rows ?? 0} rows proven, ${rows.get(table.oid) ?? 'none'} dumped`,
    ),
    'the dump holds other rows than were proven',
  );
}

function rowsDiffer(tenant: string, tables: string[], what: string): Failure {
  return new Failure(
    'TENANT_ROWS_DIFFER',
    `${what} (tenant ${tenant}): ${tables[0] ?? ''}${tables.length > 1 ? `, and ${tables.length - 1} more tables` : ''}`,
    'Nothing was stored. Compare the policies of these tables with their tenant columns and foreign keys.',
    { details: { tables } },
  );
}

/** Runs `work` on a session that sees what the snapshot sees. */
export function inSnapshot<T>(
  login: Login,
  snapshot: Pick<Snapshot, 'id'>,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withClient(
    login,
    async (client) => {
      await enterSnapshot(client, snapshot.id, lockTimeoutMs);
      return work(client);
    },
    undefined,
    signal,
  );
}

/** Of an extension's tables the extension brings the rows. */
function comparableTables({ tables }: Snapshot): Snapshot['tables'] {
  return tables.filter(({ comparable }) => comparable);
}
