import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { startCluster, type Cluster } from './cluster.ts';
import { watchForLeaks } from './leaks.ts';
import { startServer, withClientPrograms } from './versions.ts';

/** A database of one test: empty at its start, gone after it. */
export interface TestDatabase {
  name: string;
  url: string;
  /** Runs SQL in it as the superuser; the rows as psql prints them. */
  psql(sql: string): Promise<string>;
}

interface TestFixtures {
  database: TestDatabase;
  /** A folder of one test, removed after it. */
  folder: string;
  leavesNothing: void;
}

interface WorkerFixtures {
  /** Of the server of `cluster`; null is the one of this machine. To be given once for a whole file. */
  serverMajor: number | null;
  /** One running PostgreSQL, shared by the tests of a worker: started when the first one asks for it. */
  cluster: Cluster;
  leavesNothingAtTheEnd: void;
}

/** Inherited by every program that the tests start. */
const marker = `STRONGROOM_TEST_WORKER=${randomUUID()}`;
let running: Cluster | undefined;
let failedBefore = false;

/**
 * Playwright's `test` with real surroundings.
 *
 * A test fails that leaves a program, a session, a database or a replication slot behind, unless it had them from
 * `beforeAll`; what a whole file leaves behind fails the run when its worker ends. A test that failed for another
 * reason is not blamed for its remains as well.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  leavesNothingAtTheEnd: [
    async ({}, use) => {
      const [name, value] = marker.split('=') as [string, string];
      process.env[name] = value;
      const leaks = await watchForLeaks(marker, () => running);
      await use();
      refuse(failedBefore ? [] : await leaks(), 'the tests of this worker');
    },
    { scope: 'worker', auto: true },
  ],

  serverMajor: [null, { scope: 'worker', option: true }],

  cluster: [
    async ({ serverMajor }, use) => {
      const cluster = serverMajor === null ? await startCluster() : await startServer(serverMajor);
      running = cluster;
      const leaks = await watchForLeaks(marker, () => cluster);
      if (serverMajor === null) await use(cluster);
      else await withClientPrograms(() => use(cluster));
      const left = failedBefore ? [] : await leaks();
      running = undefined;
      await cluster.remove();
      refuse(left, 'the tests of this worker');
    },
    { scope: 'worker' },
  ],

  leavesNothing: [
    async ({}, use, testInfo) => {
      const leaks = await watchForLeaks(marker, () => running);
      await use();
      const left = testInfo.status === testInfo.expectedStatus ? await leaks() : [];
      if (left.length > 0 || testInfo.status !== testInfo.expectedStatus) failedBefore = true;
      refuse(left, 'this test');
    },
    { auto: true },
  ],

  database: async ({ cluster }, use, testInfo) => {
    const name = `test_${testInfo.testId.replaceAll(/\W/g, '_')}`;
    await cluster.createDatabase(name);
    await use({ name, url: cluster.url(name), psql: (sql) => cluster.psql(name, sql) });
    try {
      // Without force a forgotten session is seen: the server refuses when it has waited 5 s for its end.
      if (testInfo.status === testInfo.expectedStatus) await cluster.psql('postgres', `DROP DATABASE "${name}";`);
    } finally {
      await cluster.dropDatabase(name);
    }
  },

  folder: async ({}, use) => {
    const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

function refuse(leaks: string[], culprit: string): void {
  if (leaks.length > 0) throw new Error(`${culprit} left behind:\n  ${leaks.join('\n  ')}`);
}
