import { expect } from '@playwright/test';
import type { RoleSql } from '../../../shared/tenant.ts';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import type { ConfigurationAnswer } from '../../../main/requests/configurations.ts';
import { preflightTenants } from '../../../main/requests/tenants.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { giveModel, rowsIn, rowsOf, test } from '../../support/tenantShop.ts';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import { addSource } from '../../support/shopConsole.ts';

const roleNames = ['strongroom_backup', 'strongroom_tenant', 'strongroom_wal', 'strongroom_restore'];

test('the offered roles can be made as they are, see what they shall see, and nothing more is asked for', async ({
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  const { cli, home, kit } = shopConsole;
  await shop.psql('ALTER POLICY one_tenant ON shop.payments TO shop_app;');
  const offered = await offeredRoles(home);
  expect(offered.tenant).toContain('GRANT "shop_app" TO strongroom_tenant;');
  try {
    await shop.psql(Object.values(offered).join('\n').replaceAll('change-me', 'made'));
    await addSource(cli, 'proper', shop.url.replace('postgres@', 'strongroom_backup@'), 'made');
    await succeed({ ...cli, stdin: 'made' }, 'source', 'password', 'proper', '--for', 'tenant', '--password-stdin');
    const model = ['--tenant-table', 'shop.tenants', '--tenant-id', 'id', '--tenant-user', 'strongroom_tenant'];
    await succeed(cli, 'source', 'tenants', 'proper', ...model, '--tenant-setting', 'app.current_tenant');
    await succeed(cli, 'source', 'tenants', 'proper', '--confirm-all-shared');
    for (const purpose of ['wal', 'restore'])
      await succeed({ ...cli, stdin: 'made' }, 'source', 'password', 'proper', '--for', purpose, '--password-stdin');
    expect(await succeed(cli, 'source', 'test', 'proper')).toMatchObject({ obstacles: [], findings: [] });
    const full = await succeed<BackupAnswer>(cli, 'backup', 'full', 'proper');
    expect(rowsIn(full)['shop.sales']).toBe(Number(await shop.psql('SELECT count(*) FROM shop.sales;')));
    const one = await succeed<BackupAnswer>(cli, 'backup', 'tenant', 'proper', '--tenant', '7');
    expect(rowsIn(one)).toEqual(await rowsOf(shop, 7));
    await succeed(cli, 'source', 'config', 'proper', '--path', kit);
    const { gaps, files } = await succeed<ConfigurationAnswer>(cli, 'backup', 'config', 'proper');
    expect(gaps).toEqual([]);
    expect(files).toContain('server/access-rules.json');
    // What it makes belongs to the role for restores.
    await succeed(cli, 'verify', one.id, '--deep');
  } finally {
    await shop.psql(roleNames.map((name) => `DROP OWNED BY ${name}; DROP ROLE ${name};`).join('\n'));
  }
});

test('doctor names what keeps tenants from being backed up, and the login that does not come in', async ({
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  const { cli } = shopConsole;
  await shop.psql('ALTER TABLE shop.events_rest DISABLE ROW LEVEL SECURITY;');
  const { json } = await strongroom(cli, 'doctor', 'shop');
  const { checks } = json as { checks: { id: string; severity: string; message: string; hint: string }[] };
  expect(checks.find(({ id }) => id === 'source:shop:tenants-block')).toMatchObject({
    severity: 'block',
    message: expect.stringContaining('shop.events_rest'),
  });
  expect(checks.find(({ id }) => id === 'source:shop:tenants-confirm')).toMatchObject({
    severity: 'warn',
    message: expect.stringContaining('shop.metal_prices'),
    hint: expect.stringContaining('--confirm-all-shared'),
  });
  await succeed({ ...cli, stdin: 'wrong' }, 'source', 'password', 'shop', '--for', 'tenant', '--password-stdin');
  const tested = await strongroom(cli, 'source', 'test', 'shop');
  expect(tested.status).toBe(3);
  expect((tested.json as SourceAnswer).findings).toContainEqual({
    mode: 'tenant',
    relation: 'login shop_tenant',
    severity: 'block',
    reason: expect.stringContaining('wrong user or password'),
  });
});

test('the logins for streaming and for restores are tried where they are set, and what each lacks is told', async ({
  shopConsole,
  shop,
}) => {
  const { cli } = shopConsole;
  await shop.psql(
    `CREATE ROLE streamer LOGIN PASSWORD 'right'; CREATE ROLE restorer LOGIN PASSWORD 'right'; GRANT pg_read_all_data TO restorer;`,
  );
  const give = (purpose: string, user: string, password: string) => {
    const args = ['source', 'password', 'shop', '--for', purpose, '--user', user, '--password-stdin'];
    return succeed({ ...cli, stdin: password }, ...args);
  };
  const look = async () => {
    const run = await strongroom(cli, 'source', 'test', 'shop');
    const { findings } = run.json as SourceAnswer;
    return [run.status, ...findings.map(({ mode, relation, severity }) => `${severity} ${mode} ${relation}`)];
  };
  try {
    expect(await look()).toEqual([0]);
    await give('wal', 'streamer', 'right');
    await give('restore', 'restorer', 'right');
    expect(await look()).toEqual([
      3,
      'block wal login streamer',
      'block restore login restorer',
      'block restore login restorer',
      'block restore login restorer',
      'warn restore login restorer',
    ]);
    await shop.psql(
      'ALTER ROLE streamer REPLICATION; ALTER ROLE restorer CREATEDB BYPASSRLS; GRANT pg_write_all_data TO restorer;',
    );
    expect(await look()).toEqual([0, 'warn restore login restorer']);
    await give('wal', 'streamer', 'wrong');
    expect(await look()).toEqual([3, 'block wal login streamer', 'warn restore login restorer']);
    const { findings } = (await strongroom(cli, 'source', 'test', 'shop')).json as SourceAnswer;
    expect(findings[0]?.reason).toContain('strongroom source password shop --for wal --password-stdin');
    expect(
      await refused(
        { ...cli, stdin: 'x' },
        'source',
        'password',
        'shop',
        '--for',
        'main',
        '--user',
        'x',
        '--password-stdin',
      ),
    ).toMatchObject({ code: 'USAGE' });
  } finally {
    await shop.psql('DROP OWNED BY streamer, restorer; DROP ROLE streamer, restorer;');
  }
});

test('a materialized view that a restore could not fill is warned of', async ({ shopConsole, shop }) => {
  await shop.psql('ALTER MATERIALIZED VIEW shop.sales_by_month OWNER TO shop_owner;');
  const { findings } = await succeed<SourceAnswer>(shopConsole.cli, 'source', 'test', 'shop');
  expect(findings).toMatchObject([{ mode: 'full', relation: 'shop.sales_by_month', severity: 'warn' }]);
});

test('a tenant model that is not that of the database is refused, and changes nothing', async ({
  shopConsole,
  modelled: _modelled,
  tenantLogin,
}) => {
  const { cli } = shopConsole;
  const known = await succeed(cli, 'source', 'tenants', 'shop');
  for (const wrong of [
    ['--tenant-table', 'shop.shops'],
    ['--tenant-id', 'number'],
    ['--tenant-name', 'title'],
    ['--tenant-setting', 'search_path'],
  ])
    expect(await refused(cli, 'source', 'tenants', 'shop', ...wrong)).toMatchObject({
      code: 'TENANT_MODEL_WRONG',
      status: 3,
    });
  expect(await succeed(cli, 'source', 'tenants', 'shop')).toEqual(known);
  expect(await succeed(cli, 'source', 'tenants', 'shop', '--clear')).toMatchObject({ tenants: null });
  expect(await refused(cli, 'backup', 'tenant', 'shop', '--all-tenants')).toMatchObject({
    code: 'TENANT_MODEL_MISSING',
    status: 3,
  });
  expect(await refused(cli, 'backup', 'tenant', 'shop')).toMatchObject({ code: 'USAGE', status: 2 });
  await giveModel(cli, tenantLogin);
});

async function offeredRoles(home: string): Promise<RoleSql> {
  const console = await openConsole(homeAt(home), { owner: true });
  try {
    return (await preflightTenants(console, 'shop')).roleSql;
  } finally {
    console.close();
  }
}
