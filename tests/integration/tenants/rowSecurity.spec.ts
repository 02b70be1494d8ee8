import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import { expectFailedBackup, listed } from '../backup/backups.ts';
import { addSource, halfMade, type ShopConsole } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { giveModel, rowsIn, rowsOf, tenantPassword, test } from '../../support/tenantShop.ts';

/** Asks for a backup of tenant 2, which has to be refused so, and looks that it left nothing at all. */
async function expectBlocked(shopConsole: ShopConsole, reason: RegExp, code = 'TENANT_FILTER_UNSAFE') {
  const failure = await refused(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '2');
  expect(failure).toMatchObject({ code, status: 3 });
  expect(failure.message).toMatch(reason);
  expect(failure.hint).not.toBe('');
  expect(halfMade(shopConsole)).toEqual([]);
  expect((await listed(shopConsole)).filter(({ status }) => status !== 'FAILED')).toEqual([]);
  return failure;
}

/** What `source test` finds of a table. */
async function findingOf({ cli }: ShopConsole, relation: string) {
  const { json, status } = await strongroom(cli, 'source', 'test', 'shop');
  const { findings } = json as SourceAnswer;
  return { status, finding: findings.find((found) => found.mode === 'tenant' && found.relation === relation) };
}

test.describe('row-level security', () => {
  test('10. FORCE-RLS owner, full dump: BLOCK, no artefact', async ({ shopConsole, shop, cluster }) => {
    await shop.psql(`CREATE ROLE forced_owner LOGIN PASSWORD '${tenantPassword}';
      GRANT USAGE ON SCHEMA shop TO forced_owner; ALTER TABLE shop.sales OWNER TO forced_owner;`);
    try {
      await addSource(shopConsole.cli, 'forced', shop.url.replace('postgres@', 'forced_owner@'), tenantPassword);
      await expectFailedBackup(shopConsole, { code: 'ROW_SECURITY_FILTERS', status: 3 }, 'forced');
    } finally {
      await shop.psql(
        'REASSIGN OWNED BY forced_owner TO postgres; DROP OWNED BY forced_owner; DROP ROLE forced_owner;',
      );
    }
    expect(cluster.isRunning).toBe(true);
  });

  test('11. Tenant mode as superuser: BLOCK', async ({ shopConsole, cluster, tenantReady: _ready }) => {
    const { cli } = shopConsole;
    await succeed(
      { ...cli, stdin: cluster.password },
      'source',
      'password',
      'shop',
      '--for',
      'tenant',
      '--password-stdin',
    );
    await succeed(cli, 'source', 'tenants', 'shop', '--tenant-user', 'postgres');
    await expectBlocked(shopConsole, /superuser or has BYPASSRLS/);
  });

  test('11. Tenant mode as a role with BYPASSRLS: BLOCK', async ({ shopConsole, shop, tenantReady: _ready }) => {
    await shop.psql('ALTER ROLE shop_tenant BYPASSRLS;');
    try {
      await expectBlocked(shopConsole, /superuser or has BYPASSRLS/);
    } finally {
      await shop.psql('ALTER ROLE shop_tenant NOBYPASSRLS;');
    }
  });

  test('12. Tenant setting empty: BLOCK, never a 0-row success', async ({ shopConsole, shop, tenantReady: _ready }) => {
    const { cli } = shopConsole;
    const none = await refused(cli, 'source', 'tenants', 'shop', '--tenant-setting', '');
    expect(none).toMatchObject({ code: 'TENANT_FILTER_UNSAFE', status: 3 });
    // Another setting than the policies read, which is empty for them: nothing is seen, and nothing fails.
    await shop.psql(`DO $$ DECLARE t text; BEGIN
      FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = 'shop' LOOP
        EXECUTE format('DROP POLICY one_tenant ON shop.%I', t);
        EXECUTE format('CREATE POLICY one_tenant ON shop.%I USING (nullif(current_setting(''app.current_tenant'', true), '''')::int IS NOT NULL)', t);
      END LOOP; END $$;`);
    await succeed(cli, 'source', 'tenants', 'shop', '--tenant-setting', 'app.other');
    await expectBlocked(shopConsole, /sees no row of the tenant 2/);
    const [row] = await listed(shopConsole);
    expect(row).toMatchObject({
      kind: 'TENANT',
      tenant: '2',
      status: 'FAILED',
      failure: { code: 'TENANT_FILTER_UNSAFE' },
    });
  });

  test('12. An empty tenant id is no tenant', async ({ shopConsole, tenantReady: _ready }) => {
    expect(await refused(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '')).toMatchObject({
      code: 'TENANT_NOT_FOUND',
      status: 4,
    });
  });

  test('13. Partition without policy: BLOCK', async ({ shopConsole, shop, tenantReady: _ready }) => {
    await shop.psql('ALTER TABLE shop.events_rest DISABLE ROW LEVEL SECURITY;');
    await expectBlocked(shopConsole, /shop\.events_rest: a partition or child without row security/);
    expect(await findingOf(shopConsole, 'shop.events_rest')).toMatchObject({
      status: 3,
      finding: { severity: 'block' },
    });
  });

  test('14. Policy TO another role: BLOCK', async ({ shopConsole, shop, tenantReady: _ready }) => {
    await shop.psql('ALTER POLICY one_tenant ON shop.payments TO shop_app;');
    await expectBlocked(shopConsole, /shop\.payments: no policy for SELECT is for the tenant login/);
    // As the offered SQL has it: a member of that role.
    await shop.psql('GRANT shop_app TO shop_tenant;');
    const backup = await succeed<BackupAnswer>(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '2');
    expect(rowsIn(backup)).toEqual(await rowsOf(shop, 2));
    await shop.psql('REVOKE shop_app FROM shop_tenant;');
  });

  for (const id of ['two words \\ and a backslash', `O'Neil "the shop"`, 'ünï∞ \t tab', '$(reboot); --'])
    test(`15. Tenant id ${JSON.stringify(id)}: exact rows`, async ({
      shopConsole,
      database,
      cluster,
      target,
      tenantLogin,
    }) => {
      const { cli } = shopConsole;
      const literal = `'${id.replaceAll("'", "''")}'`;
      await database.psql(`CREATE TABLE tenants (id text PRIMARY KEY, name text);
        CREATE TABLE sales (id int PRIMARY KEY, tenant text NOT NULL REFERENCES tenants, total int);
        INSERT INTO tenants VALUES (${literal}, 'odd'), ('plain', 'other');
        INSERT INTO sales SELECT n, CASE WHEN n % 3 = 0 THEN ${literal} ELSE 'plain' END, n FROM generate_series(1, 30) n;
        ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON tenants USING (id = current_setting('app.shop'));
        ALTER TABLE sales ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON sales USING (tenant = current_setting('app.shop'));`);
      await addSource(cli, 'odd', cluster.url(database.name).replace(/:[^:@/]+@/, '@'), cluster.password);
      await succeed(
        { ...cli, stdin: tenantPassword },
        'source',
        'password',
        'odd',
        '--for',
        'tenant',
        '--password-stdin',
      );
      const model = ['--tenant-table', 'public.tenants', '--tenant-id', 'id', '--tenant-user', tenantLogin];
      await succeed(cli, 'source', 'tenants', 'odd', ...model, '--tenant-setting', 'app.shop');
      const backup = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'odd', '--tenant', id);
      expect(rowsIn(backup)).toEqual({ 'public.tenants': 1, 'public.sales': 10 });
      await succeed(cli, 'restore', backup.id, '--mode', 'full', '--into', target);
      expect(await cluster.psql(target, `SELECT count(*), bool_and(tenant = ${literal}) FROM sales;`)).toBe('10|t');
    });

  test('a table with a tenant column and no row security blocks a tenant backup', async ({
    shopConsole,
    shop,
    tenantReady: _ready,
  }) => {
    await shop.psql('CREATE TABLE shop.notes (tenant_id int NOT NULL REFERENCES shop.tenants, note text);');
    await expectBlocked(shopConsole, /shop\.notes: it holds rows of tenants and has no row security/);
  });

  test('a tenant login that owns a table without FORCE blocks a tenant backup', async ({
    shopConsole,
    shop,
    tenantReady: _ready,
  }) => {
    await shop.psql('ALTER TABLE shop.sales NO FORCE ROW LEVEL SECURITY; ALTER TABLE shop.sales OWNER TO shop_tenant;');
    await expectBlocked(shopConsole, /shop\.sales: the tenant login owns it and FORCE/);
  });

  test('a table without tenants is asked about, and confirmed once', async ({ shopConsole, modelled: _modelled }) => {
    const failure = await expectBlocked(shopConsole, /shop\.metal_prices: no tenant column and no row security/);
    expect(failure.hint).toContain('--confirm-shared shop.metal_prices');
    expect(await findingOf(shopConsole, 'shop.metal_prices')).toMatchObject({
      status: 0,
      finding: { severity: 'confirm' },
    });
    const { cli } = shopConsole;
    expect(await succeed(cli, 'source', 'tenants', 'shop', '--confirm-all-shared')).toMatchObject({
      tenants: { sharedTables: ['shop.metal_prices'] },
    });
    expect(await findingOf(shopConsole, 'shop.metal_prices')).toMatchObject({ status: 0, finding: undefined });
    await succeed(cli, 'backup', 'tenant', 'shop', '--tenant', '2');
    expect(await refused(cli, 'source', 'tenants', 'shop', '--confirm-shared', 'shop.nothing')).toMatchObject({
      code: 'TENANT_MODEL_WRONG',
    });
  });

  test('a policy that shows too much stores nothing and names the table', async ({
    shopConsole,
    shop,
    tenantReady: _ready,
  }) => {
    await shop.psql(`CREATE POLICY also ON shop.customers USING (tenant_id = 3);`);
    const failure = await refused(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '2');
    expect(failure).toMatchObject({
      code: 'TENANT_ROWS_DIFFER',
      status: 6,
      message: expect.stringContaining('customers'),
    });
    expect(halfMade(shopConsole)).toEqual([]);
    expect(await listed(shopConsole)).toMatchObject([{ status: 'FAILED', tenant: '2', copies: [] }]);
  });

  test('a policy that shows other rows, as many as there should be, is found by their fingerprint', async ({
    shopConsole,
    shop,
    tenantReady: _ready,
  }) => {
    await shop.psql(`CREATE TABLE shop.tills (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES shop.tenants);
      INSERT INTO shop.tills SELECT n, 1 + n % 12 FROM generate_series(1, 36) n;
      ALTER TABLE shop.tills ENABLE ROW LEVEL SECURITY;
      CREATE POLICY wrong ON shop.tills USING (tenant_id = 1 + current_setting('app.current_tenant')::int % 12);`);
    const failure = await refused(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '2');
    expect(failure).toMatchObject({
      code: 'TENANT_ROWS_DIFFER',
      message: expect.stringMatching(/tills.*3 rows.*sees 3/),
    });
  });

  test('the set-context SQL of an application chooses the tenant', async ({
    shopConsole,
    shop,
    tenantReady: _ready,
    tenantLogin,
  }) => {
    await shop.psql(`CREATE FUNCTION set_tenant_context(id text) RETURNS void LANGUAGE sql
      AS $f$ SELECT set_config('app.current_tenant', id, true), set_config('app.set_at', 'now', true) $f$;`);
    const { cli } = shopConsole;
    await giveModel(cli, tenantLogin, '--tenant-context-sql', `SELECT public.set_tenant_context('{tenant_id}')`);
    const backup = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', '3');
    expect(rowsIn(backup)).toEqual(await rowsOf(shop, 3));

    await shop.psql(
      'CREATE OR REPLACE FUNCTION set_tenant_context(id text) RETURNS void LANGUAGE sql AS $f$ SELECT $f$;',
    );
    await expectFailedTenant(shopConsole, 'TENANT_FILTER_UNSAFE');
    const unquoted = ['--tenant-context-sql', 'SELECT set_tenant_context({tenant_id})'];
    expect(await refused(cli, 'source', 'tenants', 'shop', ...unquoted)).toMatchObject({ code: 'TENANT_MODEL_WRONG' });
  });
});

async function expectFailedTenant({ cli }: ShopConsole, code: string): Promise<void> {
  expect(await refused(cli, 'backup', 'tenant', 'shop', '--tenant', '3')).toMatchObject({ code });
}
