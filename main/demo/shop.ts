import type pg from 'pg';
import { shopRoles, shopRules, shopSchema } from './shopSchema.ts';
import { shopRows } from './shopRows.ts';

/**
 * Fills an empty database with the shop.
 * @param client a superuser's connection to it.
 * @param scale 1 makes about 250 MB.
 */
export async function fillShop(client: pg.Client, scale: number, tenants = 12): Promise<void> {
  await client.query(shopRoles);
  await client.query('BEGIN');
  await client.query(shopSchema);
  for (const statement of shopRows(scale, tenants)) await client.query(statement);
  await client.query(shopRules);
  await client.query('COMMIT');
  await client.query('ANALYZE');
}

export interface TableFingerprint {
  name: string;
  rows: number;
  /** The sum of a hash of every row, computed by the server, whatever their order. */
  fingerprint: string;
}

/** A look at every table that has nothing to do with how backups are compared. */
export async function fingerprintTables(client: pg.Client): Promise<TableFingerprint[]> {
  const tables = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'shop'
       AND NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = format('%I.%I', schemaname, tablename)::regclass) ORDER BY 1`,
  );
  const found: TableFingerprint[] = [];
  for (const { name } of tables.rows) {
    const counted = await client.query<{ rows: number; fingerprint: string }>(
      `SELECT count(*)::float8 AS rows, lpad(to_hex((coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) % 4294967296)::bigint & 4294967295), 8, '0') AS fingerprint FROM ${name} t`,
    );
    found.push({ name, ...counted.rows[0]! });
  }
  return found;
}

/** A bad day: tables dropped, emptied and garbled. */
export const disaster = `
DROP TABLE shop.sale_items, shop.payments;
TRUNCATE shop.customers CASCADE;
UPDATE shop.products SET price = 1, description = 'hacked';
DROP TABLE shop.events CASCADE;
DELETE FROM shop.audit_log;`;
