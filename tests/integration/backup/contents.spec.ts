import { expect } from '@playwright/test';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Manifest } from '../../../shared/manifest.ts';
import type { BackupAnswer } from '../../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { unsealStream } from '../../../main/sealing/age.ts';
import { decompress } from '../../../main/sealing/codec.ts';
import type { Cluster } from '../../support/cluster.ts';
import { tablesOf } from '../../support/databasePicture.ts';
import { startedPrograms } from '../../support/processes.ts';
import { testS3 } from '../../support/radosgw.ts';
import { addS3Store, addSource, filesBelow, localConsole, sourceUrl, test } from '../../support/shopConsole.ts';
import { start, strongroom, succeed, type CliOptions } from '../../support/strongroom.ts';
import { holdDumpBack, newBucket } from './backups.ts';

test('a manifest holds the rows and the digest of every table, as COPY gives them', async ({ shopConsole, shop }) => {
  const manifest = await backUp(shopConsole.cli);
  expect(manifest.tables.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['customers', 'events_2026_q1', 'sale_items', 'tenants']),
  );
  for (const { schema, table, copyTarget, rows, copyBytes, sha256 } of manifest.tables) {
    const copied = Buffer.from(`${await shop.psql(`COPY ${copyTarget} TO STDOUT;`)}\n`);
    const found = { copyBytes: copied.length, sha256: createHash('sha256').update(copied).digest('hex') };
    expect({ copyBytes, sha256 }, table).toEqual(found);
    expect(String(rows), table).toBe(await shop.psql(`SELECT count(*) FROM ${schema}.${table};`));
  }
  expect(manifest).toMatchObject({
    kind: 'FULL_DATABASE',
    sequence: 1,
    previousSha256: null,
    source: { name: 'shop', database: shop.name },
    roles: expect.arrayContaining([expect.objectContaining({ name: 'shop_owner', login: false })]),
    foreignKeys: expect.arrayContaining(['shop.audit_log: audit_log_tenant']),
    indexes: expect.arrayContaining(['shop.products_attributes']),
    materializedViews: [expect.objectContaining({ name: 'shop.sales_by_month' })],
  });
  expect(String(manifest.largeObjects.count)).toBe(await shop.psql('SELECT count(*) FROM pg_largeobject_metadata;'));
  const next = await backUp(shopConsole.cli);
  const first = readFileSync(join(shopConsole.store, 'm', `${manifest.id}.json.age`));
  expect(next).toMatchObject({ sequence: 2, previousSha256: createHash('sha256').update(first).digest('hex') });
});

test('the roles of the server lie beside the dump, without their passwords', async ({ shopConsole, cluster }) => {
  await cluster.psql('postgres', `CREATE ROLE clerk LOGIN PASSWORD 'clerk';`);
  const manifest = await backUp(shopConsole.cli);
  await cluster.psql('postgres', 'DROP ROLE clerk;');
  const globals = manifest.objects.find(({ role }) => role === 'globals');
  const sealed = createReadStream(join(shopConsole.store, globals?.key ?? ''));
  const { identity } = JSON.parse(readFileSync(join(shopConsole.home, 'keys', 'machine.json'), 'utf8')) as {
    identity: string;
  };
  const sql = await text(decompress(await unsealStream(sealed, identity), manifest.codec));
  expect(sql).toContain('CREATE ROLE clerk;');
  expect(sql).toMatch(/ALTER ROLE clerk .* LOGIN/);
  expect(sql).not.toMatch(/PASSWORD|SCRAM-SHA-256|md5[0-9a-f]{32}/);
});

test('what lies in a store tells nothing of the shop', async ({ shopConsole, shop, cluster }) => {
  const { id } = await backUp(shopConsole.cli);
  const files = filesBelow(shopConsole.store);
  const names = new RegExp(
    `^(README\\.txt|format\\.json|keys/[0-9a-f]{16}\\.json|m/${id}\\.json\\.(age|sig)|b/${id}/[0-9a-f]{64}\\.(data|schema|globals)\\.zst\\.age)$`,
  );
  for (const file of files) {
    expect(file).toMatch(names);
    const content = readFileSync(join(shopConsole.store, file), 'latin1');
    for (const word of [shop.name, 'customers', 'shop_owner', 'Juwelier', String(cluster.port)])
      expect(content.includes(word), `${word} in ${file}`).toBe(false);
  }
  expect(files.filter((file) => file.startsWith('b/'))).toHaveLength(3);
});

test('no secret is in arguments, environments, the state folder or the output', async ({
  shopConsole,
  cluster,
  shop,
}) => {
  const { cli, home, kit } = shopConsole;
  await addS3Store(cli, 'cloud', { bucket: await newBucket() });
  const recoveryKey = /AGE-SECRET-KEY-1\w+/.exec(readFileSync(kit, 'utf8'))?.[0] ?? '';
  expect(recoveryKey).not.toBe('');
  const secrets = [cluster.password, encodeURIComponent(cluster.password), testS3().secretKey, recoveryKey];
  const gate = await holdDumpBack(cluster, shop.name);
  const backup = start({ ...cli, env: { STRONGROOM_TEST_S3: '' } }, 'backup', 'full', 'shop', '--progress', 'json');
  await gate.reached();
  const places = new Map<string, string>();
  const running = [...startedPrograms()].filter(([pid, command]) => pid === backup.pid || /pg_dump/.test(command));
  expect(running.length).toBeGreaterThan(1);
  for (const [pid, command] of running)
    for (const file of ['cmdline', 'environ'])
      places.set(`${file} of ${command}`, readFileSync(`/proc/${pid}/${file}`, 'latin1'));
  const [passfile, ...others] = filesBelow(join(home, 'run'));
  expect(statSync(join(home, 'run', passfile ?? '')).mode & 0o777).toBe(0o600);
  expect(others).toEqual([]);
  await gate.open();
  const { stdout, stderr, status } = await backup.ended;
  expect(status).toBe(0);
  places.set('stdout', stdout).set('stderr', stderr);
  for (const file of filesBelow(home)) places.set(file, readFileSync(join(home, file), 'latin1'));
  expect([...places.keys()]).toEqual(
    expect.arrayContaining(['strongroom.sqlite', 'settings.json', 'keys/secrets.age']),
  );
  for (const [place, content] of places)
    for (const secret of secrets) expect(content.includes(secret), `a secret in ${place}`).toBe(false);
  for (const file of filesBelow(join(home, 'keys')))
    expect(statSync(join(home, 'keys', file)).mode & 0o777).toBe(0o600);
});

test('a dump under writes is one moment of all tables: restored fingerprints equal the manifest', async ({
  folder,
  cluster,
  database,
}) => {
  const table = (name: string) => `CREATE TABLE ${name} AS
    SELECT id, 1000 AS balance, gen_random_bytes(1000) AS pad FROM generate_series(1, 18000) id;`;
  // Large enough for two dump programs at once, one per table.
  await database.psql(`CREATE EXTENSION pgcrypto; ${table('safe')} ${table('till')}
    CREATE UNIQUE INDEX ON safe (id); CREATE UNIQUE INDEX ON till (id);`);
  const { cli } = await localConsole(folder);
  await addSource(cli, 'shop', sourceUrl(cluster, database.name), cluster.password);
  const writer = new pg.Client({ connectionString: cluster.url(database.name) });
  await writer.connect();
  const backup = start(cli, 'backup', 'full', 'shop');
  const over = new AbortController();
  const answer = backup.ended.finally(() => over.abort());
  let transfers = 0;
  for (; !over.signal.aborted; transfers++)
    await writer.query(`BEGIN; UPDATE safe SET balance = balance - 7 WHERE id = 1 + ${transfers} % 18000;
      UPDATE till SET balance = balance + 7 WHERE id = 18000 - ${transfers} % 18000; COMMIT`);
  await writer.end();
  const { id } = (await answer).json as BackupAnswer;
  expect(transfers).toBeGreaterThan(50);
  const manifest = (await succeed<{ manifest: Manifest }>(cli, 'show', id)).manifest;
  expect(new Set(manifest.tables.map(({ object }) => object)).size).toBe(2);
  await withRestored(cluster, cli, id, async (target) => {
    const sum = 'SELECT sum(balance) FROM (SELECT balance FROM safe UNION ALL SELECT balance FROM till) both_tables;';
    expect(await cluster.psql(target, sum)).toBe(String(2 * 18000 * 1000));
  });
});

test('a database with odd names and odd tables is backed up and restored whole', async ({ folder, cluster }) => {
  const database = `Käse & "Schmuck"'s ☃ 100%`;
  await cluster.createDatabase(database);
  try {
    await cluster.psql(database, oddTables);
    const { cli } = await localConsole(folder);
    await addSource(cli, 'odd', sourceUrl(cluster, database), cluster.password);
    const manifest = await backUp(cli, 'odd');
    expect(manifest.tables.map(({ schema, table, rows }) => `${schema} / ${table}: ${rows}`).toSorted()).toEqual([
      'o"dd $chema / no columns: 3',
      'o"dd $chema / no rows: 0',
      'o"dd $chema / o\'clock\\n: 40',
      'o"dd $chema / Ünïcode.with"dots*?: 2',
      'public / Part of 1: 5',
      'public / part of 2: 6',
    ]);
    expect(manifest.objects.filter(({ role }) => role === 'data').length).toBe(2);
    await withRestored(cluster, cli, manifest.id, async (target) => {
      const look = `SELECT count(*), sum(length(content)) FROM "o""dd $chema"."Ünïcode.with""dots*?";
        SELECT count(*) FROM "o""dd $chema"."no columns"; SELECT count(*) FROM whole;`;
      expect(await cluster.psql(target, look)).toBe(await cluster.psql(database, look));
    });
  } finally {
    await cluster.dropDatabase(database);
  }
});

const oddTables = `CREATE EXTENSION pgcrypto; CREATE SCHEMA "o""dd $chema";
  CREATE TABLE "o""dd $chema"."Ünïcode.with""dots*?" AS
    SELECT 'x'::bytea AS content UNION ALL SELECT decode(string_agg(encode(gen_random_bytes(1000), 'hex'), ''), 'hex')
      FROM generate_series(1, 18000);
  CREATE TABLE "o""dd $chema"."o'clock\\n" AS
    SELECT g AS "id "" '", (SELECT decode(string_agg(encode(gen_random_bytes(1000), 'hex'), ''), 'hex') FROM generate_series(1, 450 + 0 * g)) AS pad
    FROM generate_series(1, 40) g;
  CREATE TABLE "o""dd $chema"."no columns" ();
  INSERT INTO "o""dd $chema"."no columns" SELECT FROM generate_series(1, 3);
  CREATE TABLE "o""dd $chema"."no rows" (id int PRIMARY KEY);
  CREATE TABLE whole (id int) PARTITION BY RANGE (id);
  CREATE TABLE "Part of 1" PARTITION OF whole FOR VALUES FROM (0) TO (6);
  CREATE TABLE "part of 2" PARTITION OF whole FOR VALUES FROM (6) TO (12);
  INSERT INTO whole SELECT generate_series(1, 11);`;

async function backUp(cli: CliOptions, source = 'shop'): Promise<Manifest> {
  const { id } = await succeed<BackupAnswer>(cli, 'backup', 'full', source);
  return (await succeed<{ manifest: Manifest }>(cli, 'show', id)).manifest;
}

/** Restores a backup into a database that is dropped again; the restore has compared every table by its digest. */
async function withRestored(cluster: Cluster, cli: CliOptions, id: string, work: (database: string) => Promise<void>) {
  const target = `restored_${id.toLowerCase()}`;
  try {
    const { verification } = await succeed<RestoreAnswer>(cli, 'restore', id, '--into', target);
    expect(verification).toMatchObject({ ok: true });
    await work(target);
  } finally {
    await cluster.dropDatabase(target);
  }
}

test('where zstd does not work, a backup is packed with gzip and comes back, and the doctor says so', async ({
  shopConsole,
  shop,
  cluster,
}) => {
  const hook = pathToFileURL(join(import.meta.dirname, '../../support/brokenZstd.mjs')).href;
  const broken = { ...shopConsole.cli, env: { NODE_OPTIONS: `--import=${hook}` } };
  const { checks } = await succeed<{ checks: { id: string; severity: string }[] }>(broken, 'doctor');
  expect(checks).toContainEqual(expect.objectContaining({ id: 'codec', severity: 'warn' }));
  const { id } = await succeed<BackupAnswer>(broken, 'backup', 'full', 'shop');
  const objects = filesBelow(join(shopConsole.store, 'b'));
  expect(objects.length).toBeGreaterThan(1);
  for (const object of objects) expect(object).toMatch(/\.gz\.age$/);
  const into = ['--mode', 'full', '--into', 'from_gzip'];
  expect(await succeed(shopConsole.cli, 'restore', id, ...into)).toMatchObject({ verification: { ok: true } });
  expect(await tablesOf(cluster, 'from_gzip')).toEqual(await tablesOf(cluster, shop.name));
  await cluster.dropDatabase('from_gzip');
});

test('`--progress json` writes a JSON document per line to stderr, and nothing else', async ({ shopConsole }) => {
  const { status, stderr, json } = await strongroom(shopConsole.cli, 'backup', 'full', 'shop', '--progress', 'json');
  expect(status).toBe(0);
  expect(json).toMatchObject({ status: 'COMPLETED' });
  expect(stderr).toMatch(/^(\{.*\}\n)+$/);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['dumping', 'checking the dump']));
  for (const line of lines)
    expect(line).toEqual({
      stage: expect.any(String),
      doneBytes: expect.any(Number),
      totalBytes: line.totalBytes === null ? null : expect.any(Number),
      estimated: expect.any(Boolean),
    });
});
