import { expect } from '@playwright/test';
import type { CoverageView } from '../../../shared/contract/tenants.ts';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { TenantsAnswer } from '../../../main/requests/tenants.ts';
import { listed } from '../backup/backups.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { rowsIn, rowsOf, test } from '../../support/tenantShop.ts';

type Looked = CoverageView & { came: { id: string }[]; went: { id: string }[] };

test('every tenant is backed up by one command, each with its own rows, as of one moment', async ({
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  const { cli } = shopConsole;
  const { backups, failed } = await succeed<TenantsAnswer>(cli, 'backup', 'tenant', 'shop', '--all-tenants');
  expect(failed).toEqual([]);
  expect(backups.map(({ tenant }) => Number(tenant)).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  expect(new Set(backups.map(({ createdAt }) => createdAt)).size).toBe(1);
  for (const backup of backups) expect(rowsIn(backup)).toEqual(await rowsOf(shop, Number(backup.tenant)));
  expect(halfMade(shopConsole)).toEqual([]);
  for (const { id } of backups.slice(0, 2)) await succeed(cli, 'verify', id);
  const { tenants } = await succeed<Looked>(cli, 'tenants', 'shop');
  expect(tenants.every(({ newest, goneSince }) => newest?.goodCopies === 1 && goneSince === null)).toBe(true);
});

test('one tenant that fails does not stop the others, and the answer tells each', async ({
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  await shop.psql(`CREATE POLICY also ON shop.customers USING (current_setting('app.current_tenant') = '5');`);
  const run = await strongroom(shopConsole.cli, 'backup', 'tenant', 'shop', '--tenant', '4', '5', '6');
  expect(run.status).toBe(1);
  const { backups, failed } = run.json as TenantsAnswer;
  expect(backups.map(({ tenant }) => tenant).toSorted()).toEqual(['4', '6']);
  expect(failed).toMatchObject([{ tenant: '5', code: 'TENANT_ROWS_DIFFER' }]);
  expect((await listed(shopConsole)).map(({ tenant, status }) => `${tenant} ${status}`).toSorted()).toEqual([
    '4 COMPLETED',
    '5 FAILED',
    '6 COMPLETED',
  ]);
  expect(halfMade(shopConsole)).toEqual([]);
});

test('a tenant that comes or goes is noticed, and one that is gone keeps its backups', async ({
  shopConsole,
  shop,
  tenantReady: _ready,
}) => {
  const { cli } = shopConsole;
  await shop.psql(
    `INSERT INTO shop.tenants (name, slug, city, opened_on) VALUES ('Short lived', 'short', 'Ulm', now());`,
  );
  const id = await shop.psql(`SELECT id FROM shop.tenants WHERE slug = 'short';`);
  const backup = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', id);
  await shop.psql(`DELETE FROM shop.tenants WHERE slug = 'short';
    INSERT INTO shop.tenants (name, slug, city, opened_on) VALUES ('Newcomer', 'new', 'Ulm', now());`);
  const looked = await succeed<Looked>(cli, 'tenants', 'shop');
  const offline = await succeed<Looked>(cli, 'tenants', 'shop', '--offline');
  expect(offline.tenants).toEqual(looked.tenants);
  expect(looked.went.map((tenant) => tenant.id)).toEqual([id]);
  expect(looked.came).toMatchObject([{ name: 'Newcomer' }]);
  const gone = looked.tenants.find((tenant) => tenant.id === id);
  expect(gone).toMatchObject({ name: 'Short lived', goneSince: expect.any(String), newest: { backupId: backup.id } });
  expect(looked.tenants.find(({ name }) => name === 'Newcomer')).toMatchObject({ newest: null, goneSince: null });
  expect(await refused(cli, 'backup', 'tenant', 'shop', '--tenant', id)).toMatchObject({
    code: 'TENANT_NOT_FOUND',
    status: 4,
  });
  await succeed(cli, 'verify', backup.id);
});

for (const point of ['backup-begun', 'dump-running', 'dump-sealed', 'data-committed', 'manifest-committed'] as const)
  test(`a run of all tenants that is killed at ${point} leaves whole backups or FAILED rows`, async ({
    shopConsole,
    tenantReady: _ready,
  }) => {
    const { cli } = shopConsole;
    const { signal } = await strongroom(
      { ...cli, env: { STRONGROOM_CRASH_AT: point } },
      'backup',
      'tenant',
      'shop',
      '--all-tenants',
    );
    expect(signal).toBe('SIGKILL');
    await succeed(cli, 'replicate');
    expect(halfMade(shopConsole)).toEqual([]);
    const rows = await listed(shopConsole);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id, tenant, status, failure } of rows) {
      expect(tenant).not.toBeNull();
      if (status === 'COMPLETED') await succeed(cli, 'verify', id);
      else expect({ status, failure }).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } });
    }
    expect(rows.some(({ status }) => status === 'COMPLETED')).toBe(point === 'manifest-committed');
    await succeed(cli, 'backup', 'tenant', 'shop', '--tenant', '1');
  });

test('a tenant backup never replaces a live database', async ({ shopConsole, shop, tenantReady: _ready }) => {
  const { cli } = shopConsole;
  const { id } = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', '1');
  const failure = await refused(cli, 'restore', id, '--mode', 'full', '--into', shop.name, '--swap');
  expect(failure).toMatchObject({ code: 'SWAP_IMPOSSIBLE', status: 3 });
});
