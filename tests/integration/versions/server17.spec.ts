import { expect } from '@playwright/test';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../../main/health/check.ts';
import { freePort } from '../../support/freePort.ts';
import { expectNothingLeft, restoreInto } from '../../support/restoredShop.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';
import { clientPrograms } from '../../support/versions.ts';
import { test } from '../restore/oddShop.ts';
import { comesBackWhole, tellsPolicies } from './roundTrip.ts';
import { protectsTenants } from './rowSecurity.ts';

comesBackWhole(17, { dumpedBy: 17, notes: [] });
tellsPolicies(17);
protectsTenants(17, 17);

const tools15 = clientPrograms(15);

test('tool 15, archive 17: refused before connecting, and the version needed is named', async ({
  backedUp,
  cluster,
  target,
}) => {
  const nobody = await freePort();
  const on = ['--on', `postgresql://postgres@127.0.0.1:${nobody}/postgres`];
  const full = restoreInto(backedUp, target, ...on, '--tools', tools15);
  const merge = full.map((word) => (word === 'full' ? 'merge' : word));
  for (const restore of [full, [...merge, '--policy', 'mirror']])
    expect(await refused(backedUp.cli, ...restore)).toMatchObject({
      code: 'TOOL_TOO_OLD',
      status: 3,
      message: expect.stringMatching(
        /^the newest client programs here are of version 15\.\d+, too old to read this backup$/,
      ),
      hint: expect.stringContaining('version 17 or later (Debian: postgresql-client-17)'),
      details: { needed: 17 },
    });
  await expectNothingLeft(backedUp, cluster, target);
});

test('server 17, only tool 15: blocked at preflight', async ({ shopConsole, shop, cluster, folder }) => {
  const { cli } = shopConsole;
  const tools = join(folder, 'tools');
  symlinkSync(clientPrograms(17), tools);
  const add = ['source', 'add', 'upgraded', '--url', shop.url, '--password-stdin', '--tools'];
  await succeed({ ...cli, stdin: cluster.password }, ...add, tools);
  const good = await succeed<{ checks: Check[] }>(cli, 'doctor', 'upgraded');
  expect(good.checks.find(({ id }) => id === 'source:upgraded:tools')).toMatchObject({
    severity: 'ok',
    message: expect.stringMatching(
      /^upgraded: its own PostgreSQL client programs 17\.\d+ in .*: they dump servers up to 17/,
    ),
  });
  rmSync(tools);
  symlinkSync(tools15, tools);
  const tooOld = {
    code: 'TOOL_TOO_OLD',
    status: 3,
    message: expect.stringMatching(/version 15\.\d+, too old to back up a server of version 17$/),
    hint: expect.stringContaining('postgresql-client-17'),
  };
  expect(await refused(cli, 'backup', 'full', 'upgraded')).toMatchObject(tooOld);
  expect(halfMade(shopConsole)).toEqual([]);
  const { status, json } = await strongroom(cli, 'doctor');
  const { checks } = json as { checks: Check[] };
  expect({ status, check: checks.find(({ id }) => id === 'source:upgraded') }).toMatchObject({
    status: 3,
    check: { severity: 'block', message: expect.stringContaining('too old to back up a server of version 17') },
  });
});
