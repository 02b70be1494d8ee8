import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { startCluster, type Cluster } from '../../support/cluster.ts';
import { pictureOf, propertiesOf } from '../../support/databasePicture.ts';
import { restoreInto } from '../../support/restoredShop.ts';
import { sourceUrl } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';
import { oddName, test as base } from './oddShop.ts';

/** Another server, which has none of the roles and reads and writes moments in its own way. */
const test = base.extend<{ otherServer: Cluster }>({
  otherServer: async ({}, use) => {
    const settings = {
      timezone: 'America/St_Johns',
      datestyle: 'German',
      intervalstyle: 'iso_8601',
      bytea_output: 'escape',
    };
    const server = await startCluster({ settings });
    await use(server);
    await server.remove();
  },
});

test('a database with every oddity comes back whole beside the live one', async ({ odd, cluster, target }) => {
  const answer = await succeed<RestoreAnswer>(odd.cli, ...restoreInto(odd, target));
  expect(answer.verification).toMatchObject({ ok: true, largeObjects: { problems: [] } });
  expect(answer.verification?.tables.filter(({ match }) => !match)).toEqual([]);
  expect(answer.notes).toEqual([]);
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, oddName));
  expect(await propertiesOf(cluster, target)).toEqual(await propertiesOf(cluster, oddName));
});

test('a database with every oddity comes back whole on another server, whose missing roles are made without passwords', async ({
  odd,
  cluster,
  otherServer,
}) => {
  // The one role of the shop that is there already, with other attributes.
  await otherServer.psql('postgres', 'CREATE ROLE odd_group LOGIN CONNECTION LIMIT 3;');
  const on = ['--on', sourceUrl(otherServer, 'postgres'), '--password-stdin'];
  const answer = await succeed<RestoreAnswer>(
    { ...odd.cli, stdin: otherServer.password },
    ...restoreInto(odd, oddName, ...on),
  );
  expect(answer.verification).toMatchObject({ ok: true });
  expect(await pictureOf(otherServer, oddName)).toEqual(await pictureOf(cluster, oddName));
  expect(await propertiesOf(otherServer, oddName)).toEqual(await propertiesOf(cluster, oddName));

  expect(answer.notes).toEqual([expect.stringMatching(/^made the roles .*odd "keeper".*, without passwords/)]);
  const roles = `SELECT rolname, rolcanlogin, rolcreatedb, rolconnlimit, rolpassword IS NULL FROM pg_authid WHERE rolname ~ 'odd' ORDER BY 1;
    SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE member::regrole::text ~ 'odd';
    SELECT rolname, unnest(rolconfig) FROM pg_roles WHERE rolname ~ 'odd';`;
  expect((await otherServer.psql('postgres', roles)).split('\n')).toEqual([
    'odd "keeper"|t|t|7|t',
    'odd_group|t|f|3|t',
    'odd_group|"odd ""keeper"""',
    'odd "keeper"|search_path="Odd. (Schema)", public',
    `odd "keeper"|app.current_tenant=4 '2`,
  ]);
});
