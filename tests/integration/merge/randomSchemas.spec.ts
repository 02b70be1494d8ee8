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
import type { TenantModel } from '../../../shared/source.ts';
import { test as base } from '../../support/fixtures.ts';
import {
  damages,
  damageSql,
  randomRoles,
  roles,
  rowsAsText,
  runs,
  schemas,
  schemaSql,
  setting,
  tenants,
  type RandomSchema,
} from '../../support/randomShop.ts';

const test = base.extend<object, { rolesThere: void }>({ rolesThere: [randomRoles, { scope: 'worker' }] });

/** The rows of each tenant. */
async function rowsOf(client: pg.Client, schema: RandomSchema): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  for (const tenant of tenants) {
    const { rows } = await client.query<{ row: string }>(rowsAsText(schema, tenant));
    found.set(
      tenant,
      rows.map(({ row }) => row),
    );
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
const model: TenantModel = {
  table: 'public.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting,
  contextSql: null,
  user: 'nobody',
  sharedTables: [],
  owners: {},
};

test('whatever the schema and the damage, a merge does what was planned, leaves the other tenants, and a mirror equals the backup', async ({
  cluster,
  folder,
  rolesThere: _there,
}) => {
  test.setTimeout(600_000);
  const key = await generateMachineKey();
  const undo = {
    dir: join(folder, 'undo'),
    codec: await workingCodec(),
    recipients: [key.recipient],
    identity: key.identity,
  };
  const open = async (name: string, user?: string) => {
    const login = user === undefined ? {} : { user, password: user };
    const url = new URL(cluster.url(name));
    Object.assign(url, { username: login.user ?? url.username, password: login.password ?? url.password });
    const client = new pg.Client({ connectionString: url.href, options: '-c search_path=' });
    await client.connect();
    return client;
  };
  const ends = { replica: 0, constraints: 0, blocked: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      schemas,
      damages,
      fc.constantFrom(...mergePolicies),
      fc.constantFrom('replica', 'constraints'),
      async (schema, harm, policy, session) => {
        await cluster.createDatabase('random_archive');
        await cluster.psql('random_archive', schemaSql(schema));
        await cluster.psql('postgres', 'CREATE DATABASE random_live TEMPLATE random_archive');
        const scratch = await open('random_archive');
        const login = session === 'replica' ? undefined : roles.restorer;
        const [live, beside] = [await open('random_live', login), await open('random_live', login)];
        try {
          const harmer = await open('random_live');
          await harmer.query('SET search_path = public');
          for (const one of harm) {
            // What a key refuses is what nobody could have done.
            await harmer.query(damageSql(schema, one)).catch((error: { code?: string }) => {
              if (error.code !== '23505' && error.code !== '23503') throw error;
            });
          }
          await harmer.end();
          const [archive, before] = [await rowsOf(scratch, schema), await rowsOf(live, schema)];
          const wish: MergeWish = { tenant: '2', policy, tablePolicies: {} };
          const plan = await planMerge(live, scratch, wish, model, quiet);
          await scratch.query('COMMIT');
          const request = { ...wish, id: 'random', way: 'merge' as const, model };
          const results: MergeResult[] = [];
          const merging = mergeRows(live, beside, scratch, request, { undo }, quiet, (result) => results.push(result));
          const failure = await merging.then(
            () => null,
            (error: { code?: string; details?: unknown }) => error,
          );
          if (failure) {
            if (plan.blockers.length > 0)
              expect(failure).toMatchObject({ code: 'MERGE_BLOCKED', details: { blockers: plan.blockers } });
            // Where unique keys and foreign keys act, there may be no order of statements that satisfies them all.
            else expect({ session, code: failure.code }).toEqual({ session: 'constraints', code: 'MERGE_FAILED' });
            ends[plan.blockers.length > 0 ? 'blocked' : 'refused']++;
            await live.query('ROLLBACK');
            expect(await rowsOf(live, schema)).toEqual(before);
            return;
          }
          expect(plan.blockers).toEqual([]);
          ends[session]++;
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
          await Promise.all([live.end(), beside.end(), scratch.end()]);
          await cluster.dropDatabase('random_live');
          await cluster.dropDatabase('random_archive');
        }
      },
    ),
    runs(15),
  );
  expect(ends.replica + ends.constraints, JSON.stringify(ends)).toBeGreaterThan(2);
});
