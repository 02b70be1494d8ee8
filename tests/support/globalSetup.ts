import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { endProcess, heirsOf } from './processes.ts';
import { startRadosgw } from './radosgw.ts';

/**
 * Before all tests: one folder that holds whatever the run makes, and one S3 server for all tests but the unit
 * tests. It starts while the first tests run; STRONGROOM_TEST_S3 given from outside is taken as it is.
 *
 * @returns what ends them, with every process that a killed worker could not end itself.
 */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  if (Number.parseInt(process.versions.node, 10) < 22)
    throw new Error(`the tests need the Node 24 of node_modules and this is ${process.version}: start them with npm`);

  const folder = mkdtempSync(join(tmpdir(), 'strongroom-tests-'));
  // The account of the database server passes through it.
  chmodSync(folder, 0o711);
  process.env.STRONGROOM_TEST_FOLDER = folder;
  // Each thread of a test's own process reads its TypeScript anew: compiled once, that takes a third of the time.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
  const wantsS3 = !process.env.STRONGROOM_TEST_S3 && config.filteredProjects.some(({ name }) => name !== 'unit');
  const s3 = wantsS3 ? await startRadosgw(join(folder, 'radosgw')) : null;
  if (s3) process.env.STRONGROOM_TEST_S3 = JSON.stringify(s3.access);
  return async () => {
    await s3?.stop();
    for (const pid of heirsOf(`STRONGROOM_TEST_FOLDER=${folder}`)) endProcess(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}
