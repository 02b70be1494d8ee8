import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { MergeAnswer } from '../../../main/requests/merges.ts';
import { fernetGzip, foreignDump } from '../../support/foreignDump.ts';
import { garbled, merge, rowsByTenant, splitByTenant, test } from '../../support/mergedShop.ts';
import { addSourceTo } from '../../support/readyHome.ts';
import { localConsole, sourceUrl } from '../../support/shopConsole.ts';
import { shopTenants } from '../../support/shopTenants.ts';
import { succeed } from '../../support/strongroom.ts';

test('one tenant is merged out of files that were imported: a dump of pg_dump, and one of the old system', async ({
  mergeable,
  cluster,
  folder,
}) => {
  const { shop, cli } = mergeable;
  const backedUp = splitByTenant(await rowsByTenant(shop), '2');
  const dump = await foreignDump(cluster, shop.name, join(folder, 'old.dump'));
  const { token, key } = fernetGzip(dump, new Date());
  writeFileSync(join(folder, 'old.token'), token);
  const fromPgDump = ['import', dump, '--format', 'pg_dump', '--source', 'shop'];
  const fromFernet = [
    'import',
    join(folder, 'old.token'),
    '--format',
    'fernet-gzip',
    '--source',
    'shop',
    '--key-stdin',
  ];
  for (const [options, imported] of [
    [cli, fromPgDump],
    [{ ...cli, stdin: key }, fromFernet],
  ] as const) {
    const backup = await succeed<BackupAnswer>(options, ...imported);
    await shop.psql(garbled);
    const { others, own } = splitByTenant(await rowsByTenant(shop), '2');
    expect(own).not.toEqual(backedUp.own);
    const merged = await merge({ ...mergeable, backup }, '--tenant', '2', '--policy', 'mirror');
    expect(merged).toMatchObject({ status: 'COMPLETED', outsideUnchanged: true });
    expect(splitByTenant(await rowsByTenant(shop), '2')).toEqual({ own: backedUp.own, others });
  }
});

const oddId = ` O'Hara & "Söhne" \\ <1> `;
const uuid = '6f1ed002-ab5f-4d31-9c3b-1b7f4f0a9e55';

for (const [kind, id, other, type] of [
  ['text with spaces, quotes and backslashes', oddId, `${oddId} `, 'text'],
  ['a uuid', uuid, uuid.replace('6f', '7f'), 'uuid'],
] as const)
  test(`a tenant whose id is ${kind} is merged and undone, and one that is called almost so stays as it is`, async ({
    cluster,
    database,
    folder,
  }) => {
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    await database.psql(
      `CREATE SCHEMA shop; SET search_path = shop;
       CREATE TABLE tenants (id ${type} PRIMARY KEY, name text);
       CREATE TABLE goods (id int PRIMARY KEY, tenant_id ${type} NOT NULL REFERENCES tenants, note text);
       CREATE TABLE lines (good int REFERENCES goods, n int, note text, PRIMARY KEY (good, n));
       INSERT INTO tenants VALUES (${quoted(id)}, 'one'), (${quoted(other)}, 'other');
       INSERT INTO goods SELECT n, CASE n % 2 WHEN 0 THEN ${quoted(id)} ELSE ${quoted(other)} END::${type}, 'good' FROM generate_series(1, 6) n;
       INSERT INTO lines SELECT id, 1, 'line' FROM goods;`,
    );
    const { cli, home } = await localConsole(folder);
    const url = sourceUrl(cluster, database.name);
    await addSourceTo(home, { name: 'shop', url, password: cluster.password, tenants: shopTenants });
    const backup = await succeed<BackupAnswer>(cli, 'backup', 'full', 'shop');
    await database.psql(
      `DELETE FROM shop.lines WHERE good IN (1, 2); DELETE FROM shop.goods WHERE id IN (1, 2);
       UPDATE shop.goods SET note = 'changed'; UPDATE shop.lines SET note = 'changed';`,
    );
    const rows = () =>
      database.psql('SELECT g.id, g.note, l.note FROM shop.goods g JOIN shop.lines l ON good = id ORDER BY 1');
    const damaged = await rows();
    const policy = ['--tenant', id, '--policy', 'mirror'];
    const merged = await succeed<MergeAnswer>(
      cli,
      'restore',
      backup.id,
      '--mode',
      'merge',
      '--into',
      database.name,
      ...policy,
    );
    expect(merged).toMatchObject({ outsideUnchanged: true, merge: { tenant: id } });
    expect(await rows()).toBe('2|good|line\n3|changed|changed\n4|good|line\n5|changed|changed\n6|good|line');
    await succeed(cli, 'rollback', merged.restoreId);
    expect(await rows()).toBe(damaged);
  });
