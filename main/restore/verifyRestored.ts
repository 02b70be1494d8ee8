import { escapeIdentifier } from 'pg';
import type pg from 'pg';
import type { Job } from '../../shared/job.ts';
import type { Manifest, ManifestTable } from '../../shared/manifest.ts';
import type { ObjectCheck, Verification } from '../../shared/restore.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { takeInventory, type Inventory } from '../postgres/inventory.ts';
import type { ReadBack } from './readBack.ts';
import type { RestoreTools } from './restoreTools.ts';

/**
 * Compares a restored database with the manifest: every table's digest, indexes, foreign keys, sequences, materialized
 * views and large objects. Equal digests mean equal rows, so rows are only counted where they differ.
 */
export async function verifyRestored(
  manifest: Manifest,
  database: string,
  login: Login,
  readBack: ReadBack,
  { processors }: Pick<RestoreTools, 'processors'>,
  job: Job,
): Promise<Verification> {
  const comparable = manifest.tables.filter((table) => table.comparable);
  job.stage('verifying', { bytes: comparable.reduce((sum, { copyBytes }) => sum + copyBytes, 0), estimated: false });
  const there = await withClient(login, (client) => existing(client, comparable), database);
  await readBack.finish(there, processors);
  return withClient(
    login,
    async (client) => {
      const tables: Verification['tables'] = [];
      const counted: string[] = [];
      for (const table of comparable) {
        const name = `${table.schema}.${table.table}`;
        const same = readBack.digests.get(table.copyTarget)?.sha256 === table.sha256;
        const rows = same ? table.rows : there.includes(table) ? await countRows(client, table) : 0;
        // The text of a foreign dump depends on settings of the session that made it, which nobody wrote down.
        const onlyCounted = !same && manifest.imported !== undefined && there.includes(table) && rows === table.rows;
        if (onlyCounted) counted.push(name);
        tables.push({ name, expectedRows: table.rows, rows, match: same || onlyCounted });
      }
      if (counted.length > 0) job.note(countedWords(counted));
      const found = await takeInventory(client);
      const checks = compareInventory(manifest, found);
      const ok =
        tables.every(({ match }) => match) && Object.values(checks).every(({ problems }) => problems.length === 0);
      return { ok, tables, ...checks };
    },
    database,
  );
}

function countedWords(tables: readonly string[]): string {
  const names = tables.slice(0, 5).join(', ') + (tables.length > 5 ? ' …' : '');
  return `of ${names} only the number of rows was compared: the imported dump writes them in another way than this server (such as moments in another time zone)`;
}

/** Those of the tables that the database has. */
async function existing(client: pg.Client, tables: readonly ManifestTable[]): Promise<ManifestTable[]> {
  const found = await client.query<{ schema: string; table: string }>(
    `SELECT n.nspname AS schema, c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'`,
  );
  const names = new Set(found.rows.map(({ schema, table }) => JSON.stringify([schema, table])));
  return tables.filter(({ schema, table }) => names.has(JSON.stringify([schema, table])));
}

async function countRows(client: pg.Client, { schema, table }: ManifestTable): Promise<number> {
  const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
  const found = await client.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ONLY ${name}`);
  return found.rows[0]!.rows;
}

/** Pure: what a database should hold beside its rows, against what it holds. */
export function compareInventory(
  expected: Inventory,
  found: Inventory,
): Pick<Verification, 'indexes' | 'foreignKeys' | 'sequences' | 'materializedViews' | 'largeObjects'> {
  const sequences = new Map(found.sequences.map((sequence) => [sequence.name, sequence]));
  const views = new Map(found.materializedViews.map((view) => [view.name, view]));
  return {
    indexes: check(expected.indexes, (name) => (found.indexes.includes(name) ? null : `${name} is missing or invalid`)),
    foreignKeys: check(expected.foreignKeys, (name) =>
      found.foreignKeys.includes(name) ? null : `${name} is missing or not validated`,
    ),
    sequences: check(expected.sequences, ({ name, lastValue, ascending }) => {
      const now = sequences.get(name);
      if (!now) return `${name} is missing`;
      if (lastValue === null) return null;
      const behind =
        now.lastValue === null ||
        (ascending ? BigInt(now.lastValue) < BigInt(lastValue) : BigInt(now.lastValue) > BigInt(lastValue));
      return behind ? `${name} is at ${now.lastValue ?? 'its start'}, behind ${lastValue}` : null;
    }),
    // A restore computes them anew, so their rows are those of today's definition and not compared.
    materializedViews: check(expected.materializedViews, ({ name, rows }) => {
      const now = views.get(name);
      if (!now) return `${name} is missing`;
      return rows !== null && now.rows === null ? `${name} was not filled` : null;
    }),
    largeObjects: check([expected.largeObjects], ({ count, fingerprint }) => {
      const now = found.largeObjects;
      if (now.count !== count) return `${now.count} large objects in the place of ${count}`;
      if (fingerprint !== null && now.fingerprint !== null && fingerprint !== now.fingerprint)
        return 'the content of a large object differs';
      return null;
    }),
  };
}

function check<T>(expected: readonly T[], problemOf: (item: T) => string | null): ObjectCheck {
  const problems = expected.map(problemOf).filter((problem) => problem !== null);
  return { expected: expected.length, ok: expected.length - problems.length, problems };
}
