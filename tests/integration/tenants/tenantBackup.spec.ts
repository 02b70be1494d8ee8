import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';
import { rowsIn, rowsOf, test } from '../../support/tenantShop.ts';

test('a tenant backup holds exactly that tenant’s rows, and restores whole', async ({
  shopConsole,
  shop,
  cluster,
  target,
  tenantReady: _ready,
}) => {
  const { cli } = shopConsole;
  const backup = await succeed<BackupAnswer>(
    cli,
    'backup',
    'tenant',
    'shop',
    '--tenant',
    '2',
    '--note',
    'for the auditor',
  );
  expect(backup).toMatchObject({ kind: 'TENANT', tenant: '2', status: 'COMPLETED', note: 'for the auditor' });
  expect(rowsIn(backup)).toEqual(await rowsOf(shop, 2));
  expect(halfMade(shopConsole)).toEqual([]);

  await succeed(cli, 'verify', backup.id);
  const restore = await succeed<RestoreAnswer>(cli, 'restore', backup.id, '--mode', 'full', '--into', target);
  expect(restore.verification).toMatchObject({ ok: true });
  const tenants = await cluster.psql(
    target,
    'SELECT DISTINCT tenant_id FROM shop.events UNION SELECT id FROM shop.tenants;',
  );
  expect(tenants).toBe('2');
  expect(await cluster.psql(target, 'SELECT count(*) FROM pg_largeobject_metadata;')).toBe('0');
  const keys = `SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE contype = 'f';`;
  expect(await cluster.psql(target, keys)).toBe(await shop.psql(keys));
});
