import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { ulid } from 'ulid';
import { backupTools } from '../../../main/console/assemble.ts';
import { fullBackup } from '../../../main/backup/fullBackup.ts';
import { openConsole } from '../../../main/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { startCluster, type Cluster } from '../../support/cluster.ts';
import { pictureOf } from '../../support/databasePicture.ts';
import { test, type BackedUpShop } from '../../support/restoredShop.ts';
import { succeed } from '../../support/strongroom.ts';

const execute = promisify(execFile);

/** What a person types who has a copy of a store, the recovery kit, and no Strongroom. */
function shell(cluster: Cluster, folder: string) {
  const PATH = `${cluster.binDir}:${process.env.PATH}`;
  return (command: string) =>
    execute('bash', ['-o', 'pipefail', '-c', command], {
      cwd: folder,
      env: { ...process.env, ...cluster.environment(), PATH },
    });
}

/** The key from the kit, in the file that the commands name. */
function writeKey({ kit }: BackedUpShop, path: string): void {
  const key = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(readFileSync(kit, 'utf8').replace('AGE-SECRET-KEY-1...', ''));
  writeFileSync(path, `${key?.[0]}\n`);
}

/** The commands that a text prints: its indented lines that begin with a program. */
function commandsIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(age|createdb|for) /.test(line));
}

for (const codec of ['zstd', 'gzip'] as const)
  test(`the commands that "show" prints bring a shop back that was packed with ${codec}, with the recovery key alone`, async ({
    backedUp,
    cluster,
    folder,
    target,
  }) => {
    const id = codec === 'zstd' ? backedUp.backup.id : await backUpWith(codec, backedUp, cluster);
    writeKey(backedUp, join(folder, 'key.txt'));
    const { handRestore } = await succeed<{ handRestore: string[] }>(backedUp.cli, 'show', id);
    expect(handRestore).toHaveLength(3);
    const run = shell(cluster, folder);
    for (const command of handRestore)
      await run(command.replaceAll('STORE', backedUp.store).replaceAll('NEWDB', target));
    expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, backedUp.database));
  });

/** A codec is what this machine can do, so another one can only be chosen from inside. */
async function backUpWith(codec: 'gzip', { home }: BackedUpShop, cluster: Cluster): Promise<string> {
  const console = await openConsole(homeAt(home), { owner: true });
  const tools = { ...(await backupTools(console)), codec };
  const source = console.settings.source('shop')!;
  const request = { id: ulid(), source, password: cluster.password, note: null, pinned: false };
  const { signal } = new AbortController();
  const manifest = await console.run({ kind: 'backup', subject: '', signal }, (job) => fullBackup(request, tools, job));
  console.close();
  return manifest.id;
}

for (const paper of ['README.txt in the store', 'the recovery kit'] as const)
  test(`the commands in ${paper} bring a shop back on a server that has none of its roles`, async ({
    backedUp,
    cluster,
    folder,
  }) => {
    const server = await startCluster();
    const text = readFileSync(paper === 'the recovery kit' ? backedUp.kit : join(backedUp.store, 'README.txt'), 'utf8');
    const copy = join(folder, 'copy of the store');
    mkdirSync(copy);
    await execute('cp', ['-r', ...readdirSync(backedUp.store).map((name) => join(backedUp.store, name)), copy]);
    writeKey(backedUp, join(copy, 'key.txt'));
    const run = shell(server, copy);

    const [look, roles, ...database] = commandsIn(text).map((line) =>
      line.replaceAll('ID', backedUp.backup.id).replaceAll('NEWDB', 'shop'),
    );
    expect(database).toHaveLength(3);
    const { stdout } = await run(look!);
    expect(JSON.parse(stdout)).toEqual(backedUp.manifest);
    await run(roles!);
    for (const command of database) await run(command);
    expect(await pictureOf(server, 'shop')).toEqual(await pictureOf(cluster, backedUp.database));
    await server.remove();
  });
