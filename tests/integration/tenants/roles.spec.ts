import { expect } from '@playwright/test';
import type { Check } from '../../../main/health/check.ts';
import type { SourceAnswer } from '../../../main/requests/sources.ts';
import type { ConfigurationAnswer } from '../../../main/requests/configurations.ts';
import type { RolesAnswer } from '../../../main/requests/roles.ts';
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
  const { cli, kit } = shopConsole;
  await shop.psql('ALTER POLICY one_tenant ON shop.payments TO shop_app;');
  const { sql } = await succeed<RolesAnswer>(cli, 'source', 'role', 'shop', '--for', 'all');
  expect(sql).toContain('GRANT "shop_app" TO strongroom_tenant;');
  try {
    await shop.psql(sql.replaceAll('change-me', 'made'));
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

test('the SQL of each role is printed by itself, and what depends on a database wants its name', async ({
  shopConsole,
  shop,
}) => {
  const { cli } = shopConsole;
  const role = (...args: string[]) => succeed<RolesAnswer>(cli, 'source', 'role', ...args);
  const { roles, database } = await role('shop', '--for', 'all');
  expect({ database, names: Object.keys(roles) }).toEqual({
    database: shop.name,
    names: ['full', 'tenant', 'wal', 'restore'],
  });
  expect(await role('shop', '--for', 'tenant')).toMatchObject({ database, sql: roles.tenant });
  expect(await role()).toEqual({ database: null, sql: roles.full, roles: { full: roles.full } });
  expect(await role('--for', 'wal')).toMatchObject({ database: null, sql: roles.wal });
  for (const [wanted, word] of [
    ['all', 'for which source'],
    ['everything', 'no role for'],
  ] as const)
    expect(await refused(cli, 'source', 'role', '--for', wanted)).toMatchObject({
      code: 'USAGE',
      status: 2,
      message: expect.stringContaining(word),
    });
});

test('doctor tells of every table and login what is wrong with it, each with its own reason', async ({
  shopConsole,
  shop,
  modelled: _modelled,
}) => {
  const { cli } = shopConsole;
  await shop.psql(`ALTER TABLE shop.events_rest DISABLE ROW LEVEL SECURITY;
    CREATE TABLE shop.notes (tenant_id int NOT NULL REFERENCES shop.tenants, note text);
    CREATE ROLE streamer LOGIN PASSWORD 'right'; CREATE ROLE clerk LOGIN PASSWORD 'right'; GRANT pg_read_all_data TO clerk;`);
  try {
    const give = ['source', 'password', 'shop', '--password-stdin', '--for'];
    await succeed({ ...cli, stdin: 'right' }, ...give, 'wal', '--user', 'streamer');
    await succeed({ ...cli, stdin: 'wrong' }, ...give, 'restore', '--user', 'streamer');
    await addSource(cli, 'clerk', shop.url.replace('postgres@', 'clerk@'), 'right');
    const { json, status } = await strongroom(cli, 'doctor');
    const { checks } = json as { checks: Check[] };
    const told = (id: string) => {
      const { severity, hint, findings } = checks.find((check) => check.id === `source:${id}`)!;
      return { severity, hint, found: findings?.map(({ relation, reason }) => `${relation}: ${reason}`) };
    };
    expect(status).toBe(3);
    expect(told('shop:tenants-block')).toMatchObject({
      severity: 'block',
      found: [
        expect.stringMatching(/^shop\.events_rest: a partition or child without row security/),
        expect.stringMatching(/^shop\.notes: it holds rows of tenants and has no row security/),
      ],
    });
    expect(told('shop:tenants-confirm')).toMatchObject({
      severity: 'warn',
      hint: expect.stringContaining('--confirm-all-shared'),
      found: [expect.stringMatching(/^shop\.metal_prices: no tenant column/)],
    });
    expect(told('shop:wal-block')).toMatchObject({
      severity: 'block',
      hint: expect.stringContaining('source role shop --for wal'),
      found: [expect.stringContaining('login streamer: it may not stream changes')],
    });
    expect(told('shop:restore-block').found).toEqual([expect.stringContaining('wrong user or password')]);
    const secured = (await shop.psql(`SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1;`)).split('\n');
    expect(told('clerk:row-security').found?.toSorted()).toEqual(
      secured.map((name) => `shop.${name}: row-level security hides rows from the role`),
    );

    await succeed({ ...cli, stdin: 'wrong' }, ...give, 'tenant');
    const tested = await strongroom(cli, 'source', 'test', 'shop');
    expect(tested.status).toBe(3);
    expect((tested.json as SourceAnswer).findings).toContainEqual({
      mode: 'tenant',
      relation: 'login shop_tenant',
      severity: 'block',
      reason: expect.stringContaining('wrong user or password'),
    });
  } finally {
    await shop.psql('DROP OWNED BY streamer, clerk; DROP ROLE streamer, clerk;');
  }
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
