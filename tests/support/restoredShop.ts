import { expect } from '@playwright/test';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../shared/manifest.ts';
import type { BackupAnswer } from '../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../main/requests/restores.ts';
import type { Cluster } from './cluster.ts';
import { scratchDatabases, tablesOf } from './databasePicture.ts';
import { addStoreTo } from './readyHome.ts';
import { addSource, halfMade, localConsole, sourceUrl, test as base, type ShopConsole } from './shopConsole.ts';
import { succeed, type CliOptions } from './strongroom.ts';

/** A shop that has been backed up to two folders: `local`, which is the nearer one, and `nas`. */
export interface BackedUpShop extends ShopConsole {
  /** The folder of the store `nas`. */
  nas: string;
  /** The live database, which no restore may change. */
  database: string;
  backup: BackupAnswer;
  manifest: Manifest;
}

interface Fixtures {
  /** A name for a restored database, which is dropped after the test. */
  target: string;
}

interface WorkerFixtures {
  /** One backup for all tests of a worker that leave it as it is. */
  backedUp: BackedUpShop;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  backedUp: [
    async ({ cluster, shopTemplate }, use) => {
      const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'backed-up-'));
      const made = await backUpTwice(folder, cluster, shopTemplate);
      const before = await tablesOf(cluster, shopTemplate);
      await use(made);
      expect(await tablesOf(cluster, shopTemplate), 'the live database').toEqual(before);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],

  target: async ({ cluster }, use, testInfo) => {
    const name = `restored_${testInfo.testId.replaceAll(/\W/g, '_')}`;
    await use(name);
    await cluster.dropDatabase(name);
  },
});

/** A new state folder with two stores, and a backup of this database in both. */
export async function backUpTwice(folder: string, cluster: Cluster, database: string): Promise<BackedUpShop> {
  const made = await localConsole(folder);
  const nas = join(folder, 'nas');
  await addStoreTo(made.home, 'nas', { kind: 'local', path: nas });
  await addSource(made.cli, 'shop', sourceUrl(cluster, database), cluster.password);
  const backup = await succeed<BackupAnswer>(made.cli, 'backup', 'full', 'shop');
  return { ...made, nas, database, backup, manifest: await manifestOf(made.cli, backup.id) };
}

async function manifestOf(cli: CliOptions, id: string): Promise<Manifest> {
  return (await succeed<{ manifest: Manifest }>(cli, 'show', id)).manifest;
}

/** The arguments of a restore of this shop into a database of this name. */
export function restoreInto({ backup }: Pick<BackedUpShop, 'backup'>, target: string, ...more: string[]): string[] {
  return ['restore', backup.id, '--mode', 'full', '--into', target, ...more];
}

/** The latest entry of the log of restores. */
export async function lastRestore(cli: CliOptions): Promise<RestoreAnswer> {
  const { restores } = await succeed<{ restores: RestoreAnswer[] }>(cli, 'restores', '--limit', '1');
  const [last] = restores;
  if (!last) throw new Error('nothing has been restored yet');
  return last;
}

/** A restore that came to nothing leaves no database, no file and no password behind. */
export async function expectNothingLeft(
  shop: Pick<BackedUpShop, 'home' | 'store'>,
  cluster: Cluster,
  target: string,
): Promise<void> {
  expect(halfMade(shop)).toEqual([]);
  expect(await scratchDatabases(cluster)).toEqual([]);
  expect(await cluster.psql('postgres', `SELECT datname FROM pg_database WHERE datname = '${target}';`)).toBe('');
}

/** The path of the one object of this role in a store that is a folder. */
export function objectPath({ manifest }: BackedUpShop, store: string, role: 'schema' | 'data' | 'globals'): string {
  const object = manifest.objects.find((one) => one.role === role);
  if (!object) throw new Error(`the backup has no ${role}`);
  return join(store, object.key);
}

/** Changes or removes files while `work` runs, and puts them back as they were. */
export async function whileDamaged(
  paths: readonly string[],
  damage: (path: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const whole = paths.map((path) => ({ path, bytes: readFileSync(path) }));
  for (const { path } of whole) {
    chmodSync(path, 0o600);
    damage(path);
  }
  try {
    await work();
  } finally {
    for (const { path, bytes } of whole) writeFileSync(path, bytes);
  }
}

/** One bit in the middle, as a dying disk flips it. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
