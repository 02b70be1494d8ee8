import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../shared/source.ts';
import { namedStore } from '../console/assemble.ts';
import { openConsole } from '../console.ts';
import type { Console } from '../console/console.ts';
import { startOwnCluster, type OwnCluster } from '../postgres/ownCluster.ts';
import { disaster, fillShop, fingerprintTables, type TableFingerprint } from '../demo/shop.ts';
import { homeAt } from '../console/home.ts';
import { withClient } from '../postgres/connect.ts';
import { backupRoleSql } from '../postgres/roleSql.ts';
import { backupFull, type BackupAnswer } from './backups.ts';
import { restoreBackup, type RestoreAnswer } from './restores.ts';
import type { RunOptions } from './runOptions.ts';
import { setUp } from './setUp.ts';
import { addSource } from './sources.ts';
import { addStore } from './stores.ts';

export interface TableProof {
  name: string;
  before: TableFingerprint | null;
  /** After the disaster; null where the table was gone. */
  destroyed: TableFingerprint | null;
  after: TableFingerprint | null;
  same: boolean;
}

export interface DemoAnswer {
  backup: BackupAnswer;
  restore: RestoreAnswer;
  proof: { ok: boolean; tables: TableProof[] };
  /** With `keep`: where the shop runs and the state folder lies. */
  kept: { url: string; home: string; passwordFile: string } | null;
}

const storeNames = ['local', 'nas', 'usb'];

/**
 * The main job from nothing: a shop in a cluster of its own is backed up to three places, destroyed together with one
 * of the copies, restored, and compared table by table.
 * @param onStep hears what begins, for the person who waits.
 */
export async function runDemo(
  ask: { keep: boolean; scale: number },
  options: RunOptions,
  onStep: (sentence: string) => void,
): Promise<DemoAnswer> {
  const dir = await mkdtemp(join(tmpdir(), 'strongroom-demo-'));
  await chmod(dir, 0o755);
  let cluster: OwnCluster | undefined;
  let done = false;
  try {
    const password = randomBytes(12).toString('hex');
    onStep('starting a PostgreSQL cluster of its own');
    cluster = await startOwnCluster(await mkdtemp(join(dir, 'cluster-')), password);
    const admin: Connection = {
      host: '127.0.0.1',
      port: cluster.port,
      user: cluster.superuser,
      database: 'shop',
      sslmode: 'disable',
    };
    const inShop = <T>(work: Parameters<typeof withClient<T>>[1], database = 'shop') =>
      withClient({ connection: admin, password, passfile: undefined, signal: options.signal }, work, database);

    onStep('filling a jewellery shop with twelve tenants under row-level security');
    await inShop((client) => client.query('CREATE DATABASE shop'), 'postgres');
    const before = await inShop(async (client) => {
      await fillShop(client, ask.scale);
      await client.query(backupRoleSql.replace('change-me', password));
      return fingerprintTables(client);
    });
    options.signal.throwIfAborted();

    const home = homeAt(join(dir, 'state'));
    await setUp(home, {});
    const console = await openConsole(home, { owner: true });
    try {
      for (const name of storeNames)
        await addStore(console, { name, settings: { kind: 'local', path: join(dir, name) }, secret: null });
      const connection = { ...admin, user: 'strongroom_backup' };
      await addSource(console, { name: 'shop', connection, password, toolsDir: null, tenants: null });
      onStep(`backing up to ${storeNames.join(', ')}`);
      const backup = await backupFull(console, { source: 'shop', note: 'demo', pinned: false }, options);

      onStep('destroying the shop, and the copy on the local disk');
      const destroyed = await inShop(async (client) => {
        await client.query(disaster);
        return fingerprintTables(client);
      });
      await damageCopy(console, backup.id);

      onStep('restoring beside the ruin, verifying, and swapping it in');
      const restored = await restoreBackup(
        console,
        {
          backup: 'latest',
          source: null,
          into: 'shop',
          on: { ...admin, database: 'postgres' },
          password,
          swap: true,
          store: null,
          toolsDir: null,
        },
        options,
      );
      const after = await inShop((client) => fingerprintTables(client));
      const tables = compare(before, destroyed, after);
      done = true;
      const kept = ask.keep
        ? {
            url: `postgresql://postgres@127.0.0.1:${cluster.port}/shop`,
            home: home.dir,
            passwordFile: join(cluster.dir, 'password'),
          }
        : null;
      return {
        backup,
        restore: restored,
        proof: { ok: restored.swapped && tables.every(({ same }) => same), tables },
        kept,
      };
    } finally {
      console.close();
    }
  } finally {
    if (!ask.keep || !done) {
      await cluster?.stop();
      await rm(dir, { recursive: true, force: true });
    }
  }
}

/** Flips a byte in the middle of the local copy of the rows, as a dying disk does. */
async function damageCopy(console: Console, backupId: string): Promise<void> {
  const rows = console.catalogue.manifest(backupId)?.objects.find(({ role }) => role === 'data');
  const path = rows && namedStore(console, 'local').pathOf(rows.key);
  if (!path) throw new Error('the local store is a folder');
  const file = await open(path, 'r+');
  try {
    const at = Math.floor(rows.sizeBytes / 2);
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    await file.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, at);
  } finally {
    await file.close();
  }
}

function compare(before: TableFingerprint[], destroyed: TableFingerprint[], after: TableFingerprint[]): TableProof[] {
  const find = (list: TableFingerprint[], name: string) => list.find((table) => table.name === name) ?? null;
  const names = [...new Set([...before, ...after].map(({ name }) => name))].toSorted();
  return names.map((name) => {
    const then = find(before, name);
    const now = find(after, name);
    const same = then !== null && then.rows === now?.rows && then.fingerprint === now.fingerprint;
    return { name, before: then, destroyed: find(destroyed, name), after: now, same };
  });
}
