import type { BackupAnswer } from '../../main/requests/backups.ts';
import { test as base, type Shop } from './shopConsole.ts';
import { succeed, type CliOptions } from './strongroom.ts';

/** The login that the policies of the shop apply to. */
export const tenantPassword = 'tenant secret';

interface Fixtures {
  /** The source `shop` with its tenant model; nothing is confirmed yet. */
  modelled: void;
  /** … and the one table without tenants is confirmed as shared. */
  tenantReady: void;
  /** A name for a restored database, which is dropped after the test. */
  target: string;
}

export const test = base.extend<Fixtures, { tenantLogin: string }>({
  tenantLogin: [
    async ({ cluster }, use) => {
      const name = 'shop_tenant';
      await cluster.psql(
        'postgres',
        `CREATE ROLE ${name} LOGIN PASSWORD '${tenantPassword}'; GRANT pg_read_all_data TO ${name};`,
      );
      await use(name);
      await cluster.psql('postgres', `DROP ROLE ${name};`);
    },
    { scope: 'worker' },
  ],

  modelled: async ({ shopConsole, tenantLogin }, use) => {
    await giveModel(shopConsole.cli, tenantLogin);
    await use();
  },

  tenantReady: async ({ shopConsole, modelled: _modelled }, use) => {
    await succeed(shopConsole.cli, 'source', 'tenants', 'shop', '--confirm-shared', 'shop.metal_prices');
    await use();
  },

  target: async ({ cluster }, use, testInfo) => {
    const name = `restored_${testInfo.testId.replaceAll(/\W/g, '_')}`;
    await use(name);
    await cluster.dropDatabase(name);
  },
});

/** Says how the tenants of the source `shop` are told apart. */
export async function giveModel(cli: CliOptions, user: string, ...instead: string[]): Promise<void> {
  const chosen = instead.length > 0 ? instead : ['--tenant-setting', 'app.current_tenant'];
  const model = ['--tenant-table', 'shop.tenants', '--tenant-id', 'id', '--tenant-name', 'name', '--tenant-user', user];
  await succeed({ ...cli, stdin: tenantPassword }, 'source', 'password', 'shop', '--for', 'tenant', '--password-stdin');
  await succeed(cli, 'source', 'tenants', 'shop', ...model, ...chosen);
}

/** What every table of the shop holds of one tenant, told by their columns. */
export async function rowsOf(shop: Pick<Shop, 'psql'>, tenant: number): Promise<Record<string, number>> {
  const counts = await shop.psql(
    `SELECT 'shop.tenants', count(*) FROM shop.tenants WHERE id = ${tenant}
     UNION ALL SELECT 'shop.metal_prices', count(*) FROM shop.metal_prices
     UNION ALL SELECT 'shop.sale_items', count(*) FROM shop.sale_items i JOIN shop.sales s ON s.id = sale_id WHERE s.tenant_id = ${tenant}
     ${[
       'customers',
       'products',
       'inventory',
       'sales',
       'payments',
       'audit_log',
       'events_2026_q1',
       'events_2026_q2',
       'events_2026_q3',
       'events_rest',
     ]
       .map((table) => `UNION ALL SELECT 'shop.${table}', count(*) FROM shop.${table} WHERE tenant_id = ${tenant}`)
       .join('\n')};`,
  );
  return Object.fromEntries(
    counts.split('\n').map((line) => {
      const [name = '', rows] = line.split('|');
      return [name, Number(rows)];
    }),
  );
}

/** The rows of each table of a backup. */
export function rowsIn({ tables }: Pick<BackupAnswer, 'tables'>): Record<string, number> {
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}
