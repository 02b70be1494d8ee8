import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { fillShop } from '../../main/demo/shop.ts';
import type { Cluster } from './cluster.ts';
import { test as base } from './fixtures.ts';
import { testS3 } from './radosgw.ts';
import { addSourceTo, addStoreTo, initHome } from './readyHome.ts';
import type { CliOptions } from './strongroom.ts';

/** A database that holds the shop, gone after the test. */
export interface Shop {
  name: string;
  /** Without the password, as the command line wants it. */
  url: string;
  psql(sql: string): Promise<string>;
}

/** A state folder that is set up and ready for `backup full shop`. */
export interface ShopConsole {
  cli: CliOptions;
  home: string;
  /** The recovery kit. */
  kit: string;
  /** The folder of the store `local`. */
  store: string;
}

interface Fixtures {
  shop: Shop;
  /** Has the source `shop` and the store `local`. */
  shopConsole: ShopConsole;
}

/** The shop is filled once per worker; every test gets a copy of it, made by the server in no time. */
export const test = base.extend<Fixtures, { shopTemplate: string }>({
  shopTemplate: [
    async ({ cluster }, use) => {
      const name = 'shop_template';
      await cluster.createDatabase(name);
      const client = new pg.Client({ connectionString: cluster.url(name) });
      await client.connect();
      await fillShop(client, 0.01);
      await client.end();
      // A template does not count as a database that a test has left behind.
      await cluster.psql('postgres', `ALTER DATABASE ${name} IS_TEMPLATE true;`);
      await use(name);
      await cluster.psql('postgres', `ALTER DATABASE ${name} IS_TEMPLATE false; DROP DATABASE ${name};`);
    },
    { scope: 'worker' },
  ],

  shop: async ({ cluster, shopTemplate }, use, testInfo) => {
    const name = `shop_${testInfo.testId.replaceAll(/\W/g, '_')}`;
    await cluster.psql('postgres', `CREATE DATABASE ${name} TEMPLATE ${shopTemplate};`);
    await use({ name, url: sourceUrl(cluster, name), psql: (sql) => cluster.psql(name, sql) });
    await cluster.dropDatabase(name);
  },

  shopConsole: async ({ folder, cluster, shop }, use) => {
    const made = await localConsole(folder);
    await addSource(made.cli, 'shop', shop.url, cluster.password);
    await use(made);
  },
});

/** How a source names a database of this cluster. */
export function sourceUrl({ user, host, port }: Cluster, database: string): string {
  return `postgresql://${user}@${host}:${port}/${encodeURIComponent(database)}`;
}

export async function addSource({ home }: CliOptions, name: string, url: string, password: string): Promise<void> {
  await addSourceTo(home, { name, url, password });
  changeSchedules(home, 'UPDATE schedules SET enabled = 0');
}

/**
 * Changes the schedules of a console that is not open. Those of test consoles are off: what a test has not asked for
 * must not begin in its middle, only because it runs at two in the morning.
 */
export function changeSchedules(home: string, sql: string): void {
  const state = new Database(join(home, 'strongroom.sqlite'));
  state.exec(sql);
  state.close();
}

/** A new state folder with a local store, and no source yet. */
export async function localConsole(folder: string): Promise<ShopConsole> {
  const home = join(folder, 'home');
  const kit = join(folder, 'kit', 'recovery.txt');
  const store = join(folder, 'store');
  await initHome(home, kit);
  await addStoreTo(home, 'local', { kind: 'local', path: store });
  return { cli: { home }, home, kit, store };
}

export interface S3StoreOptions {
  bucket: string;
  /** Of the real server unless said otherwise: a proxy before it, a dead port. */
  endpoint?: string;
}

/** The arguments of `store add NAME` for the real S3 server, whose secret goes to stdin. */
export function s3StoreArguments(name: string, { bucket, endpoint }: S3StoreOptions): string[] {
  const s3 = testS3();
  const place = ['--endpoint', endpoint ?? s3.endpoint, '--bucket', bucket];
  return ['store', 'add', name, '--kind', 's3', ...place, '--access-key', s3.accessKey, '--secret-stdin'];
}

/** Adds a store in an existing bucket of the real S3 server. */
export async function addS3Store({ home }: CliOptions, name: string, options: S3StoreOptions): Promise<void> {
  const { endpoint = testS3().endpoint, bucket } = options;
  const { accessKey, secretKey } = testS3();
  await addStoreTo(home, name, { kind: 's3', endpoint, bucket, accessKey }, secretKey);
}

/**
 * What is half-made: data without a manifest, files in a spool, password files. Empty when everything is whole.
 * Paths are relative to the store or the state folder.
 */
export function halfMade({ home, store }: Pick<ShopConsole, 'home' | 'store'>): string[] {
  return [
    ...orphansAmong(filesBelow(store)),
    ...filesBelow(join(store, 'spool')).map((file) => `spool/${file}`),
    ...filesBelow(join(home, 'spool')).map((file) => `home/spool/${file}`),
    // A running `serve` keeps its next address there.
    ...filesBelow(join(home, 'run'))
      .filter((file) => file !== 'console-url')
      .map((file) => `home/run/${file}`),
  ];
}

/** Objects of backups whose manifest is not among these keys. */
export function orphansAmong(keys: readonly string[]): string[] {
  const finished = new Set(keys.flatMap((key) => /^m\/(\w+)\.json\.age$/.exec(key)?.[1] ?? []));
  return keys.filter((key) => {
    const id = /^(?:b\/(\w+)\/|m\/(\w+)\.json\.sig$)/.exec(key);
    return id !== null && !finished.has(id[1] ?? id[2] ?? '');
  });
}

/** Relative paths of all files, sorted; none when there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
