import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import type { Manifest } from '../../../shared/manifest.ts';
import type { TenantsAnswer } from '../../../main/requests/tenants.ts';
import { unsealStream } from '../../../main/sealing/age.ts';
import { decompress } from '../../../main/sealing/codec.ts';
import type { Cluster } from '../../support/cluster.ts';
import { addSource, sourceUrl, type ShopConsole } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';
import { tenantPassword, test } from '../../support/tenantShop.ts';

const own = (table: string, condition: string) =>
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${table} USING (${condition});`;
const setting = `current_setting('app.shop')::int`;

/** Everything that COPY, a table of contents or a policy may come across. */
const oddities = `
  CREATE SCHEMA "Odd ""one"", and (two)";
  SET search_path = "Odd ""one"", and (two)";
  CREATE TABLE public.shops (id int PRIMARY KEY, name text);
  INSERT INTO public.shops VALUES (1, 'one'), (2, E'tab\\t, newline\\n, \\\\. and \\\\N'), (3, 'without rows');
  ${own('public.shops', `id = ${setting}`)}
  CREATE TABLE "All, of (it)" (
    gone int, "the.id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id int NOT NULL REFERENCES public.shops,
    "select" text, twice int GENERATED ALWAYS AS (length("select") * 2) STORED, bytes bytea, doc jsonb, list text[],
    at timestamptz, "Ünï""quoted" interval, ratio float8, later text DEFAULT 'later');
  ALTER TABLE "All, of (it)" DROP COLUMN gone;
  INSERT INTO "All, of (it)" (shop_id, "select", bytes, doc, list, at, "Ünï""quoted", ratio)
    SELECT 1 + n % 2, (ARRAY[NULL, '', E'\\\\.', E'\\\\N', E'a\\tb\\nc\\rd\\\\e', 'ünï∞', repeat('long ', 30000)])[1 + n % 7],
      decode(md5(n::text), 'hex'), jsonb_build_object('n', n, 'text', E'\\t"\\n'), ARRAY[n::text, NULL, '{,}"\\'],
      timestamptz '2026-03-29 01:30+01' + n * interval '17 minutes', n * interval '1 day 1 second', n / 3.0
    FROM generate_series(1, 400) n;
  ${own('"All, of (it)"', `shop_id = ${setting}`)}
  CREATE TABLE parts (shop_id int NOT NULL, day date NOT NULL, note text) PARTITION BY RANGE (day);
  CREATE TABLE "parts early" PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE parts_late (note text, day date NOT NULL, shop_id int NOT NULL);
  ALTER TABLE parts ATTACH PARTITION parts_late FOR VALUES FROM ('2026-02-01') TO ('2027-01-01');
  INSERT INTO parts SELECT 1 + n % 2, date '2026-01-01' + n, n::text FROM generate_series(1, 90) n;
  ${['parts', '"parts early"', 'parts_late'].map((table) => own(table, `shop_id::text = current_setting('app.shop')`)).join('\n')}
  CREATE TABLE lines (item bigint NOT NULL REFERENCES "All, of (it)" ON DELETE CASCADE, line int, text text, PRIMARY KEY (item, line));
  INSERT INTO lines SELECT i."the.id", n, i."select" FROM "All, of (it)" i, generate_series(1, 3) n WHERE i."the.id" % 3 = 0;
  ${own('lines', `EXISTS (SELECT FROM "All, of (it)" i WHERE i."the.id" = item)`)}
  CREATE TABLE notes (item bigint NOT NULL, line int NOT NULL, note text, FOREIGN KEY (item, line) REFERENCES lines);
  INSERT INTO notes SELECT item, line, 'note' FROM lines WHERE line < 3;
  ${own('notes', `(item, line) IN (SELECT item, line FROM lines)`)}
  CREATE TABLE empty (shop_id int NOT NULL REFERENCES public.shops, note text);
  ${own('empty', `shop_id = ${setting}`)}
  CREATE TABLE lookup (code text, meaning text);
  INSERT INTO lookup SELECT n::text, E'of\\tall' FROM generate_series(1, 2000) n;
  CREATE TABLE "no columns" ();
  INSERT INTO "no columns" DEFAULT VALUES;
  CREATE SEQUENCE "a sequence"; SELECT setval('"a sequence"', 77);
  GRANT USAGE ON SCHEMA "Odd ""one"", and (two)" TO PUBLIC;`;

test('a tenant’s archive holds, table by table, what pg_dump gives under its row-level security', async ({
  shopConsole,
  database,
  cluster,
  folder,
  tenantLogin,
}) => {
  const { cli } = shopConsole;
  await database.psql(oddities);
  await addSource(cli, 'odd', sourceUrl(cluster, database.name), cluster.password);
  const forTenant = ['--for', 'tenant', '--password-stdin'];
  await succeed({ ...cli, stdin: tenantPassword }, 'source', 'password', 'odd', ...forTenant);
  const model = ['--tenant-table', 'public.shops', '--tenant-id', 'id', '--tenant-name', 'name'];
  const chosenBy = ['--tenant-user', tenantLogin, '--tenant-setting', 'app.shop'];
  await succeed(cli, 'source', 'tenants', 'odd', ...model, ...chosenBy);
  await succeed(cli, 'source', 'tenants', 'odd', '--confirm-all-shared');
  const { backups, failed } = await succeed<TenantsAnswer>(cli, 'backup', 'tenant', 'odd', '--all-tenants');
  expect(failed).toEqual([]);
  expect(backups).toHaveLength(3);
  for (const { id, tenant } of backups) {
    const { manifest } = await succeed<{ manifest: Manifest }>(cli, 'show', id);
    const archived = await archiveAsSql(shopConsole, manifest, cluster, join(folder, `${id}.dump`));
    const dumped = dumpAsSql(cluster, database.name, tenantLogin, tenant!);
    expect(rowsOf(archived)).toEqual(rowsOf(dumped));
    expect(archived.match(/^SELECT pg_catalog\.setval.*$/gm)).toEqual(dumped.match(/^SELECT pg_catalog\.setval.*$/gm));
    const rows = Object.values(rowsOf(archived)).map((lines) => lines.length - 1); // the last line has an end
    expect(manifest.tables.map((table) => table.rows).toSorted()).toEqual(rows.toSorted());
    await succeed(cli, 'verify', id);
  }
});

/** What pg_restore makes of the rows of a backup. */
async function archiveAsSql({ store, home }: ShopConsole, manifest: Manifest, cluster: Cluster, path: string) {
  const machine = JSON.parse(readFileSync(join(home, 'keys', 'machine.json'), 'utf8')) as { identity: string };
  const sql: string[] = [];
  for (const { key } of manifest.objects.filter(({ role }) => role === 'data')) {
    async function* sealed() {
      yield readFileSync(join(store, key));
    }
    writeFileSync(path, await buffer(decompress(await unsealStream(sealed(), machine.identity), manifest.codec)));
    sql.push(run(join(cluster.clientDir, 'pg_restore'), ['-f', '-', path], {}));
  }
  return sql.join('');
}

function dumpAsSql(cluster: Cluster, database: string, user: string, tenant: string): string {
  const env = { PGUSER: user, PGPASSWORD: tenantPassword, PGOPTIONS: `-c app.shop=${tenant} -c timezone=UTC` };
  const args = ['--section=data', '--enable-row-security'];
  return run(join(cluster.clientDir, 'pg_dump'), args, { ...cluster.environment(database), ...env });
}

function run(program: string, args: string[], env: Record<string, string>): string {
  return execFileSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** The rows below each COPY statement, sorted. */
function rowsOf(sql: string): Record<string, string[]> {
  const blocks = [...sql.matchAll(/^(COPY .* FROM stdin;)\n((?:.*\n)*?)\\\.$/gm)];
  expect(blocks.length).toBe(9);
  return Object.fromEntries(blocks.map(([, statement = '', rows = '']) => [statement, rows.split('\n').toSorted()]));
}
