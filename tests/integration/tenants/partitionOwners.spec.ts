import { expect } from '@playwright/test';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import type { TenantsAnswer } from '../../../main/requests/tenants.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { test } from '../../support/tenantShop.ts';

const tables = ['moves', 'moves_early', 'moves_late', 'moves_last'];
const moves = `CREATE TABLE shop.moves (id int PRIMARY KEY, from_shop int NOT NULL REFERENCES shop.tenants,
    to_shop int NOT NULL REFERENCES shop.tenants) PARTITION BY RANGE (id);
  CREATE TABLE shop.moves_early PARTITION OF shop.moves FOR VALUES FROM (0) TO (10);
  CREATE TABLE shop.moves_late PARTITION OF shop.moves FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (id);
  CREATE TABLE shop.moves_last PARTITION OF shop.moves_late FOR VALUES FROM (10) TO (30);
  INSERT INTO shop.moves SELECT n, 1 + n % 3, 1 + n / 2 % 3 FROM generate_series(0, 29) n;
  ${tables
    .map(
      (table) => `ALTER TABLE shop.${table} ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON shop.${table} USING (to_shop = current_setting('app.current_tenant')::int);`,
    )
    .join('\n')}`;

test('what is said of a partitioned table holds for each of its partitions, and is asked for it alone', async ({
  shopConsole: { cli },
  shop,
  tenantReady: _ready,
}) => {
  await shop.psql(moves);
  const doubted = async () => {
    const { json } = await strongroom(cli, 'source', 'test', 'shop');
    const relations = (json as SourceAnswer).findings.map(({ relation }) => relation);
    return [...new Set(relations.filter((relation) => relation.startsWith('shop.moves')))];
  };
  expect(await doubted()).toEqual(['shop.moves']);
  const say = (owner: string) => ['source', 'tenants', 'shop', '--owner', owner];
  expect(await refused(cli, ...say('shop.moves_last=to_shop'))).toMatchObject({
    code: 'TENANT_MODEL_WRONG',
    hint: expect.stringContaining('--owner shop.moves=COLUMN'),
  });
  await succeed(cli, ...say('shop.moves=to_shop'));
  expect(await doubted()).toEqual([]);
  const { backups, failed } = await succeed<TenantsAnswer>(cli, 'backup', 'tenant', 'shop', '--tenant', '2', '3');
  expect(failed).toEqual([]);
  const count = Number(await shop.psql('SELECT count(*) FROM shop.moves WHERE to_shop = 2'));
  const rows = backups
    .find(({ tenant }) => tenant === '2')!
    .tables.filter(({ name }) => name.includes('moves'))
    .reduce((sum, table) => sum + table.rows, 0);
  expect(rows).toBe(count);
});
