import { expect } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Drill } from '../../../shared/drill.ts';
import { scratchDatabases } from '../../support/databasePicture.ts';
import { test } from '../../support/restoredShop.ts';
import { halfMade, sourceUrl } from '../../support/shopConsole.ts';
import { start, strongroom, succeed } from '../../support/strongroom.ts';

const points = {
  source: [
    'drill-begun',
    'restore-created',
    'restore-loading',
    'restore-loaded',
    'restore-verified',
    'drill-asserted',
    'drill-reported',
  ],
  server: ['drill-begun', 'restore-loaded', 'drill-asserted'],
  scratch: ['drill-begun', 'drill-cluster-made', 'drill-cluster-started', 'restore-loaded', 'drill-reported'],
};

for (const [place, all] of Object.entries(points))
  for (const point of all)
    test(`a power cut at ${point} of a test restore (${place}): the next start removes what it made`, async ({
      backedUp,
      cluster,
    }) => {
      const { cli, home } = backedUp;
      const other = ['--on', sourceUrl(cluster, 'postgres'), '--password-stdin'];
      const where = place === 'scratch' ? ['--scratch'] : place === 'server' ? other : [];
      const env = { STRONGROOM_CRASH_AT: point };
      const stdin = place === 'server' ? cluster.password : undefined;
      const cut = await strongroom({ ...cli, env, stdin }, 'drill', 'shop', ...where);
      expect(cut.signal).toBe('SIGKILL');
      await succeed(cli, 'source', 'test', 'shop'); // whatever opens the console as its owner
      const { drills } = await succeed<{ drills: Drill[] }>(cli, 'drills');
      expect(drills[0]).toMatchObject(
        point === 'drill-reported'
          ? { status: 'PASSED', removed: true }
          : { status: 'FAILED', failure: { code: 'INTERRUPTED' }, removed: true },
      );
      expect(await scratchDatabases(cluster)).toEqual([]);
      expect(halfMade(backedUp)).toEqual([]);
      const folders = [home, tmpdir()].flatMap((dir) => readdirSync(dir));
      expect(folders).not.toContain(`strongroom-drill-${drills[0]?.id.toLowerCase()}`);
    });

test('a test restore that is cancelled is removed at once', async ({ backedUp, cluster }) => {
  let asked = false;
  const run = await start(
    {
      ...backedUp.cli,
      env: {},
      onStderr: (said, kill) => {
        if (asked || !said.includes('loading rows')) return;
        asked = true;
        kill('SIGINT');
      },
    },
    'drill',
    'shop',
    '--progress',
    'json',
  ).ended;
  expect(run.status).toBe(130);
  const { drills } = await succeed<{ drills: Drill[] }>(backedUp.cli, 'drills');
  expect(drills[0]).toMatchObject({ status: 'FAILED', failure: { code: 'CANCELLED' }, removed: true });
  expect(await scratchDatabases(cluster)).toEqual([]);
});
