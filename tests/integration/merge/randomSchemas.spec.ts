import { expect } from '@playwright/test';
import fc from 'fast-check';
import pg from 'pg';
import { join } from 'node:path';
import { mergeRows } from '../../../main/merge/mergeRows.ts';
import { planMerge } from '../../../main/merge/planMerge.ts';
import { generateMachineKey } from '../../../main/sealing/keys.ts';
import { workingCodec } from '../../../main/sealing/codec.ts';
import type { Job } from '../../../shared/job.ts';
import { mergePolicies, type MergeResult, type MergeWish } from '../../../shared/merge.ts';
import { test } from '../../support/fixtures.ts';

const tenants = [1, 2, 3];
const rowsPerTenant = 12;

interface RandomTable {
  /** Its rows belong to a tenant by a column of their own; otherwise by the parent. */
  ownColumn: boolean;
  /** The table, by its place among those before, to which a foreign key leads that is never null. */
  parent: number;
  /** Another one that may be null; its own place is a self-reference. */
  friend: number;
  partitioned: boolean;
  unique: boolean;
  generated: boolean;
  identityAlways: boolean;
}

interface RandomDamage {
  table: number;
  work: 'delete' | 'change' | 'insert' | 'exchange';
  tenant: number;
  every: number;
}

const tables = fc.array(
  fc.record<RandomTable>({
    ownColumn: fc.boolean(),
    parent: fc.nat(5),
    friend: fc.nat(5),
    partitioned: fc.boolean(),
    unique: fc.boolean(),
    generated: fc.boolean(),
    identityAlways: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
const damages = fc.array(
  fc.record<RandomDamage>({
    table: fc.nat(4),
    work: fc.constantFrom('delete', 'change', 'insert', 'exchange'),
    tenant: fc.constantFrom(...tenants),
    every: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 8 },
);

/** Row n of tenant t has the id 100 t + n in every table, and refers to rows of the same tenant only. */
function schemaSql(schema: readonly RandomTable[]): string {
  const statements = [
    'CREATE TABLE tenants (id int PRIMARY KEY, name text)',
    `INSERT INTO tenants VALUES ${tenants.map((id) => `(${id}, 'shop ${id}')`).join(', ')}`,
  ];
  for (const [index, table] of schema.entries()) {
    const parent = index === 0 ? null : table.parent % index;
    const columns = [
      `id int GENERATED ${table.identityAlways && !table.partitioned ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY PRIMARY KEY`,
      'code text',
      'body text',
    ];
    const own = table.ownColumn || parent === null;
    if (table.partitioned) columns[0] = 'id int PRIMARY KEY';
    if (own) columns.push('tenant_id int NOT NULL REFERENCES tenants');
    if (parent !== null) columns.push(`parent_id int NOT NULL REFERENCES t${parent}`);
    columns.push(`friend_id int REFERENCES t${table.friend % (index + 1)}`);
    if (table.generated) columns.push('twice int GENERATED ALWAYS AS (length(body) * 2) STORED');
    if (table.unique && !table.partitioned) columns.push('UNIQUE (code)');
    statements.push(
      `CREATE TABLE t${index} (${columns.join(', ')})${table.partitioned ? ' PARTITION BY HASH (id)' : ''}`,
    );
    if (table.partitioned)
      for (const part of [0, 1])
        statements.push(
          `CREATE TABLE t${index}_${part} PARTITION OF t${index} FOR VALUES WITH (MODULUS 2, REMAINDER ${part})`,
        );
    const names = [
      'id',
      'code',
      'body',
      'friend_id',
      ...(own ? ['tenant_id'] : []),
      ...(parent === null ? [] : ['parent_id']),
    ];
    const values = [
      't * 100 + n',
      `'c' || t * 100 + n`,
      `repeat('x', n)`,
      'CASE WHEN n % 3 = 0 THEN t * 100 + 1 + n / 2 END',
      ...(own ? ['t'] : []),
      ...(parent === null ? [] : [`t * 100 + 1 + (n * 7) % ${rowsPerTenant}`]),
    ];
    statements.push(
      `INSERT INTO t${index} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
       SELECT ${values.join(', ')} FROM unnest(ARRAY[${tenants.join(', ')}]) t, generate_series(1, ${rowsPerTenant}) n`,
    );
  }
  return statements.join(';\n');
}

function damageSql(schema: readonly RandomTable[], { table, work, tenant, every }: RandomDamage): string {
  const index = table % schema.length;
  const rows = `id / 100 = ${tenant} AND id % ${every} = 0`;
  if (work === 'delete') return `DELETE FROM t${index} WHERE ${rows}`;
  if (work === 'change') return `UPDATE t${index} SET body = body || '!' WHERE ${rows}`;
  if (work === 'exchange')
    return `UPDATE t${index} SET code = code || '-' WHERE id / 100 = ${tenant};
      UPDATE t${index} SET code = 'c' || ${tenant} * 100 + 1 + (id % 100) % ${rowsPerTenant} WHERE id / 100 = ${tenant} AND code LIKE '%-' AND id % 100 <= ${rowsPerTenant}`;
  const { ownColumn } = schema[index]!;
  const names = [
    'id',
    'code',
    ...(ownColumn || index === 0 ? ['tenant_id'] : []),
    ...(index === 0 ? [] : ['parent_id']),
  ];
  const values = [
    'n',
    `'new' || n`,
    ...(ownColumn || index === 0 ? [String(tenant)] : []),
    ...(index === 0 ? [] : [String(tenant * 100 + 1)]),
  ];
  const first = tenant * 100 + 50;
  return `INSERT INTO t${index} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${values.join(', ')} FROM generate_series(${first}, ${first + every}) n ON CONFLICT DO NOTHING`;
}

/** The rows of each tenant, as text: ids tell whose they are. */
async function rowsOf(client: pg.Client, schema: readonly RandomTable[]): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>(tenants.map((tenant) => [tenant, []]));
  for (const index of schema.keys()) {
    const { rows } = await client.query<{ tenant: number; row: string }>(
      `SELECT id / 100 AS tenant, 't${index} ' || t::text AS row FROM public.t${index} t ORDER BY id`,
    );
    for (const { tenant, row } of rows) found.get(tenant)!.push(row);
  }
  return found;
}

const quiet: Job = {
  id: 'merge',
  signal: new AbortController().signal,
  stage: () => undefined,
  done: () => undefined,
  note: () => undefined,
  reached: () => undefined,
};
const model = {
  table: 'public.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.tenant',
  contextSql: null,
  user: 'nobody',
  sharedTables: [],
};

test('whatever the schema and the damage, a merge does what was planned, leaves the other tenants, and a mirror equals the backup', async ({
  cluster,
  folder,
}) => {
  test.setTimeout(600_000);
  const key = await generateMachineKey();
  const undo = {
    dir: join(folder, 'undo'),
    codec: await workingCodec(),
    recipients: [key.recipient],
    identity: key.identity,
  };
  const open = async (name: string) => {
    const client = new pg.Client({ connectionString: cluster.url(name), options: '-c search_path=' });
    await client.connect();
    return client;
  };
  let merges = 0;
  await fc.assert(
    fc.asyncProperty(tables, damages, fc.constantFrom(...mergePolicies), async (schema, harm, policy) => {
      await cluster.createDatabase('random_archive');
      await cluster.psql('random_archive', schemaSql(schema));
      await cluster.psql('postgres', 'CREATE DATABASE random_live TEMPLATE random_archive');
      const [live, scratch] = [await open('random_live'), await open('random_archive')];
      try {
        await live.query('SET search_path = public');
        for (const one of harm) {
          // What a key refuses is what nobody could have done.
          await live.query(damageSql(schema, one)).catch((error: { code?: string }) => {
            if (error.code !== '23505' && error.code !== '23503') throw error;
          });
        }
        await live.query(`SET search_path = ''`);
        const [archive, before] = [await rowsOf(scratch, schema), await rowsOf(live, schema)];
        const wish: MergeWish = { tenant: '2', policy, tablePolicies: {} };
        const plan = await planMerge(live, scratch, wish, model, quiet);
        await scratch.query('COMMIT');
        const request = { ...wish, id: 'random', way: 'merge' as const, model };
        const results: MergeResult[] = [];
        const merging = mergeRows(live, scratch, request, { undo }, quiet, (result) => results.push(result));
        if (plan.blockers.length > 0) {
          await expect(merging).rejects.toMatchObject({ code: 'MERGE_BLOCKED', details: { blockers: plan.blockers } });
          await live.query('ROLLBACK');
          expect(await rowsOf(live, schema)).toEqual(before);
          return;
        }
        await merging;
        merges++;
        const after = await rowsOf(live, schema);
        for (const other of [1, 3]) expect(after.get(other)).toEqual(before.get(other));
        if (policy === 'mirror') expect(after.get(2)).toEqual(archive.get(2));
        expect(results[0]?.tables).toEqual(
          plan.tables.map(({ name, insert, differ, extra, same }) => ({
            name,
            inserted: insert,
            updated: policy === 'skip' ? 0 : differ,
            deleted: policy === 'mirror' ? extra : 0,
            same,
            conflicts: 0,
          })),
        );
      } finally {
        await Promise.all([live.end(), scratch.end()]);
        await cluster.dropDatabase('random_live');
        await cluster.dropDatabase('random_archive');
      }
    }),
    { numRuns: 40 },
  );
  expect(merges).toBeGreaterThan(10);
});
