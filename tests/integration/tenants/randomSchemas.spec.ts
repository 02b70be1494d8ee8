import { expect } from '@playwright/test';
import fc from 'fast-check';
import { homeAt } from '../../../main/console/home.ts';
import { openConsole } from '../../../main/console.ts';
import { restoreBackup } from '../../../main/requests/restores.ts';
import { backupTenants } from '../../../main/requests/tenants.ts';
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
} from '../../support/randomShop.ts';
import { addSource, localConsole, sourceUrl, test as base } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';

const test = base.extend<object, { rolesThere: void }>({ rolesThere: [randomRoles, { scope: 'worker' }] });

const [live, restored] = ['random_shop', 'random_restored'];

test('whatever the schema, the policies and the rows, each tenant’s backup restores to exactly its rows', async ({
  cluster,
  folder,
  rolesThere: _there,
}) => {
  test.setTimeout(900_000);
  const { cli, home } = await localConsole(folder);
  await cluster.createDatabase(live);
  await cluster.psql(live, 'CREATE TABLE tenants (id int PRIMARY KEY); CREATE TABLE colours ();');
  await addSource(cli, 'shop', sourceUrl(cluster, live), cluster.password);
  const model = ['--tenant-table', 'public.tenants', '--tenant-id', 'id', '--tenant-setting', setting];
  await succeed(cli, 'source', 'tenants', 'shop', ...model, '--tenant-user', roles.tenant);
  await succeed(cli, 'source', 'tenants', 'shop', '--confirm-shared', 'public.colours');
  const password = ['source', 'password', 'shop', '--for', 'tenant', '--password-stdin'];
  await succeed({ ...cli, stdin: roles.tenant }, ...password);
  await cluster.dropDatabase(live);
  const { signal } = new AbortController();
  const console = await openConsole(homeAt(home), { owner: true });
  try {
    await fc.assert(
      fc.asyncProperty(schemas, damages, fc.constantFrom(...tenants), async (schema, harm, looked) => {
        try {
          await cluster.createDatabase(live);
          await cluster.psql(live, schemaSql(schema));
          // What a key refuses is what nobody could have done.
          for (const one of harm) await cluster.psql(live, damageSql(schema, one)).catch(refusedByKey);
          const { backups, failed } = await backupTenants(
            console,
            { source: 'shop', tenants: null, note: null, pinned: false },
            { signal },
          );
          expect(failed).toEqual([]);
          expect(backups.map(({ tenant }) => Number(tenant)).toSorted()).toEqual(tenants);
          const rows = (of: number) => cluster.psql(live, rowsAsText(schema, of));
          for (const { tenant, tables } of backups) {
            const counts = tables.filter(({ name }) => /\.t\d/.test(name)).map(({ rows: count }) => count);
            const text = await rows(Number(tenant));
            expect(counts.reduce((sum, count) => sum + count, 0)).toBe(text === '' ? 0 : text.split('\n').length);
          }
          const backup = backups.find(({ tenant }) => tenant === String(looked))!.id;
          const ask = { backup, source: null, into: restored, on: null, password: null, swap: false };
          const done = await restoreBackup(console, { ...ask, store: null, toolsDir: null }, { signal });
          expect(done).toMatchObject({ status: 'COMPLETED', verification: { ok: true } });
          const found = (sql: string) => cluster.psql(restored, sql);
          expect(await found(rowsAsText(schema, null))).toBe(await rows(looked));
          expect(await found('SELECT id FROM tenants')).toBe(String(looked));
          expect(await found('SELECT count(*) FROM colours')).toBe('2');
        } finally {
          await cluster.dropDatabase(live);
          await cluster.dropDatabase(restored);
        }
      }),
      runs(3),
    );
  } finally {
    console.close();
  }
});

function refusedByKey(error: { stderr?: string }): void {
  if (!/violates (foreign key|unique|exclusion)/.test(error.stderr ?? '')) throw error;
}
